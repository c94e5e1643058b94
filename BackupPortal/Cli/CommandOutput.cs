using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackupPortal.Cli;

/// <summary>What a command prints when it is done: one JSON document, or text for a person.</summary>
internal sealed class CommandOutput(TextWriter target, bool isJson)
{
    /// <summary>Call it once, at the end: a command that fails has printed nothing.</summary>
    public void Write<T>(T document, Func<Documents, JsonTypeInfo<T>> type, Action<TextWriter> forPeople)
    {
        if (isJson)
            target.WriteLine(JsonSerializer.Serialize(document, type(Documents.Default)));
        else
            forPeople(target);
        target.Flush();
    }
}
