using System.CommandLine;
using BackupPortal.Core.Encryption;

namespace BackupPortal.Cli;

/// <summary>Makes a master key up. It is configured nowhere by this.</summary>
internal sealed class KeyCreateCommand : PortalCommand
{
    private readonly Option<string?> _file = new("--file") { Description = "Write it to a new file that is yours alone, instead of printing it.", HelpName = "FILE" };

    public KeyCreateCommand()
        : base("create", "Makes a new master key.") => Add(_file);

    public override Preparation Preparation => Preparation.Own;

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var key = MasterKey.Create();
        var file = session.Parsed.GetValue(_file) is { } given ? Path.GetFullPath(given) : null;
        if (file is not null)
            await MasterKeyFile.CreateAsync(file, key, cancellationToken);
        session.Output.Write(new KeyDocument(key.Fingerprint, file is null ? key.Reveal() : null, file), static json => json.KeyDocument,
            text => text.WriteLine(file ?? key.Reveal()));
        // Not on standard output: that is the key, or where it is.
        session.Errors.WriteLine($"This is master key {key.Fingerprint}. Keep a copy away from this machine:");
        session.Errors.WriteLine("whoever loses it loses every backup that is encrypted with it. Nobody can get it back.");
        ErrorLines.WriteHint(session.Errors, file is null
            ? "Put it into a file that is yours alone (chmod 600), and name that with Encryption:MasterKeyFile."
            : $"Name it with Encryption:MasterKeyFile, for example in the environment: Encryption__MasterKeyFile={file}");
        return ExitCodes.Done;
    }
}
