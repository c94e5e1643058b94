using System.Globalization;
using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Maintenance;

/// <summary>One tenant's messages that wait to be sent, each a durable file, and how far its receiver has been told. Shared by all processes on the data root.</summary>
internal sealed class WebhookOutbox(TenantHome home)
{
    private const string Suffix = ".json";
    private const string StateName = "state";

    private string Folder => home.Webhooks;

    private string StateFile => Path.Combine(Folder, StateName + Suffix);

    public bool Exists => Directory.Exists(Folder);

    /// <summary>While it is held, nobody adds a message, or begins or ends maintenance mode between two.</summary>
    public Task<FileLock> LockAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        return FileLock.TakeAsync(Path.Combine(Folder, "adding.lock"), time, cancellationToken);
    }

    /// <inheritdoc cref="LockAsync"/>
    public FileLock? TryLock() => FileLock.TryTake(Path.Combine(Folder, "adding.lock"));

    /// <summary>While it is held, nobody else sends: messages keep their order. Null when somebody else sends.</summary>
    public FileLock? TryLockSending() => FileLock.TryTake(Path.Combine(Folder, "sending.lock"));

    public WebhookState State()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(StateFile), WebhookJson.Default.WebhookState)!;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return new WebhookState(0, false, "", null);
        }
    }

    /// <summary>What waits, in the order in which it is to be sent.</summary>
    public IReadOnlyList<(string File, WaitingMessage Message)> Waiting()
    {
        if (!Exists)
            return [];
        var found = new List<(string, WaitingMessage)>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*" + Suffix).Where(file => NumberOf(file) is not null).Order(StringComparer.Ordinal))
            if (Read(file) is { } message)
                found.Add((file, message));
        return found;
    }

    /// <summary>A beginning. What is told first is the state: killed before the message is there, only its end will be told.</summary>
    public async Task<string> BeginAsync(Func<long, WebhookMessage> make)
    {
        var message = make(NextNumber());
        await WriteStateAsync(new WebhookState(message.Sequence, true, message.Reason, message.Operation));
        return await AddAsync(message);
    }

    /// <summary>An end. The message is there first: killed before the state is, it is told twice, and never not at all.</summary>
    public async Task EndAsync(Func<long, WebhookMessage> make)
    {
        var message = make(NextNumber());
        await AddAsync(message);
        await WriteStateAsync(new WebhookState(message.Sequence, false, message.Reason, message.Operation));
    }

    public static Task PutOffAsync(string file, WaitingMessage message) => DurableFile.WriteAsync(file, JsonSerializer.SerializeToUtf8Bytes(message, WebhookJson.Default.WaitingMessage));

    public static void Remove(string file) => DurableFile.Delete(file);

    private static WaitingMessage? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), WebhookJson.Default.WaitingMessage);
        }
        catch (FileNotFoundException)
        {
            // Another process has sent it meanwhile.
            return null;
        }
    }

    private static long? NumberOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long NextNumber() =>
        Math.Max(State().Sequence, Directory.EnumerateFiles(Folder, "*" + Suffix).Max(NumberOf) ?? 0) + 1;

    private async Task<string> AddAsync(WebhookMessage message)
    {
        var file = Path.Combine(Folder, message.Sequence.ToString("D12", CultureInfo.InvariantCulture) + Suffix);
        await PutOffAsync(file, new WaitingMessage(message.Id, message.ToJson(), message.TimeUtc, 0, message.TimeUtc));
        return file;
    }

    private Task WriteStateAsync(WebhookState state) => DurableFile.WriteAsync(StateFile, JsonSerializer.SerializeToUtf8Bytes(state, WebhookJson.Default.WebhookState));
}
