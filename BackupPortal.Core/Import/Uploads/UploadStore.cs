using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Import.Uploads;

/// <summary>
/// Takes files in piece by piece, so that a lost connection costs no more than the piece that was under way. Whoever calls it has checked who may. Safe for concurrent use.
/// </summary>
public sealed class UploadStore(IOptions<ImportOptions> options, TimeProvider time)
{
    private const int MostOpen = 20;
    private const int LongestName = 255;

    /// <summary>A disk that is full to the last byte stops backups, too.</summary>
    private const long SpareBytes = 256_000_000;

    private readonly UploadTurns turns = new();

    public UploadRoom RoomOf(Tenant tenant)
    {
        Directory.CreateDirectory(tenant.Home.Uploads);
        var promised = List(tenant).Where(static one => !one.IsComplete).Sum(static one => one.SizeBytes - one.ReceivedBytes);
        var free = new DriveInfo(tenant.Home.Uploads).AvailableFreeSpace - promised - SpareBytes;
        return new UploadRoom(options.Value.LargestUploadBytes, Math.Max(0, free));
    }

    /// <summary>What has come in and was neither imported nor given up, in no order.</summary>
    public IReadOnlyList<Upload> List(Tenant tenant) => [.. UploadFolder.List(tenant).Select(Read).OfType<Upload>()];

    /// <summary>Null when there is no such upload (any more).</summary>
    public Upload? Find(Tenant tenant, string id) => UploadFolder.Find(tenant, id) is { } folder ? Read(folder) : null;

    /// <exception cref="UploadException">It is too large, there is no room, or too many are under way.</exception>
    public async Task<Upload> CreateAsync(Tenant tenant, NewUpload wanted, string by)
    {
        if (wanted.SizeBytes < 1 || wanted.Name.Length is 0 or > LongestName || wanted.Sha256 is { } hash && !IsSha256(hash))
            throw Refusal(UploadProblem.Invalid, "UploadInvalid", "UploadInvalidHint");
        var room = RoomOf(tenant);
        if (wanted.SizeBytes > room.LargestBytes)
            throw Refusal(UploadProblem.TooLarge, "UploadTooLarge", "UploadTooLargeHint", ImportText.Megabytes(wanted.SizeBytes), ImportText.Megabytes(room.LargestBytes));
        if (wanted.SizeBytes > room.FreeBytes)
            throw Refusal(UploadProblem.NoRoom, "UploadNoRoom", "UploadNoRoomHint", ImportText.Megabytes(wanted.SizeBytes), ImportText.Megabytes(room.FreeBytes));
        if (List(tenant).Count >= MostOpen)
            throw Refusal(UploadProblem.TooMany, "UploadTooMany", "UploadTooManyHint", MostOpen.ToString(CultureInfo.InvariantCulture));
        var note = new UploadNote(ImportText.Shown(wanted.Name), wanted.SizeBytes, wanted.Sha256, by, time.GetUtcNow());
        return Read(await UploadFolder.CreateAsync(tenant, note))!;
    }

    /// <summary>
    /// Takes a piece. What has arrived of it stays, also when the connection is lost in the middle. A piece that is here already is not taken again.
    /// </summary>
    /// <param name="offset">Where it begins in the file.</param>
    /// <param name="length">Its bytes; null when they are not known before.</param>
    /// <param name="sha256">Of the piece; null when it was not sent.</param>
    /// <exception cref="UploadException">It begins elsewhere than the last one ended, is not what was sent, does not fit, or there is no such upload.</exception>
    public async Task<Upload> AppendAsync(
        Tenant tenant, string id, long offset, long? length, Stream content, byte[]? sha256, CancellationToken cancellationToken)
    {
        var (folder, note) = Require(tenant, id);
        using var turn = await turns.TakeAsync(folder.Path, cancellationToken);
        var received = folder.ReceivedBytes;
        if (length is { } known && known >= 0 && offset >= 0 && offset <= received - known)
            return Require(folder);
        if (offset != received || folder.IsComplete)
            throw Refusal(UploadProblem.WrongOffset, received, "UploadWrongOffset", "UploadGoOnHint", ImportText.Number(received));
        if (length > note.SizeBytes - offset)
            throw Refusal(UploadProblem.TooLarge, received, "UploadMoreThanSaid", "UploadAgainHint");
        try
        {
            await new UploadWriting(folder.Part, offset, note.SizeBytes).RunAsync(content, sha256, turn.Token);
        }
        catch (IOException failure) when (StorageFailure.IsFull(failure))
        {
            throw Refusal(UploadProblem.NoRoom, folder.ReceivedBytes, "UploadDiskFull", "UploadNoRoomHint", ImportText.Shown(note.Name));
        }
        return Require(folder);
    }

    /// <summary>Looks at the whole once all of it is here, and makes it durable. May be asked again.</summary>
    /// <exception cref="UploadException">Something is missing, it is not the file that was announced, or there is no such upload.</exception>
    public async Task<Upload> CompleteAsync(Tenant tenant, string id, CancellationToken cancellationToken)
    {
        var (folder, note) = Require(tenant, id);
        using var turn = await turns.TakeAsync(folder.Path, cancellationToken);
        if (folder.IsComplete)
            return Require(folder);
        var received = folder.ReceivedBytes;
        if (received != note.SizeBytes)
            throw Refusal(UploadProblem.Incomplete, received, "UploadIncomplete", "UploadGoOnHint", ImportText.Number(received), ImportText.Number(note.SizeBytes));
        if (!await UploadWriting.FinishAsync(folder.Part, note.Sha256, turn.Token))
            throw Refusal(UploadProblem.Damaged, received, "UploadDamaged", "UploadAgainHint", ImportText.Shown(note.Name));
        folder.Finish();
        return Require(folder);
    }

    /// <summary>Ends whoever still writes, and gives the upload up with all that has come in of it.</summary>
    public async Task GiveUpAsync(Tenant tenant, string id, CancellationToken cancellationToken)
    {
        var (folder, _) = Require(tenant, id);
        using var turn = await turns.TakeAsync(folder.Path, cancellationToken);
        folder.Delete();
    }

    /// <summary>Deletes an upload that is over. No error when there is none.</summary>
    public static void Delete(Tenant tenant, string id) => UploadFolder.Find(tenant, id)?.Delete();

    /// <summary>Deletes what nobody has gone on with for long enough.</summary>
    /// <returns>How many these were.</returns>
    public int DeleteExpired(Tenant tenant)
    {
        var expired = UploadFolder.List(tenant).Where(folder => ExpiryOf(folder) <= time.GetUtcNow()).ToList();
        foreach (var folder in expired)
            folder.Delete();
        return expired.Count;
    }

    /// <summary>Where the content of a complete upload is.</summary>
    /// <exception cref="PortalException">There is no such upload, or it is not complete.</exception>
    internal static string ContentOf(Tenant tenant, string id) =>
        UploadFolder.Find(tenant, id) is { IsComplete: true } folder ? folder.Content : throw ImportText.Refusal("UploadNotFound", "UploadAgainHint");

    private DateTimeOffset ExpiryOf(UploadFolder folder) => folder.LastTouchedUtc + options.Value.UploadsExpireAfter;

    private Upload? Read(UploadFolder folder) => folder.ReadNote() is { } note
        ? new Upload(folder.Id, note.Name, note.SizeBytes, folder.ReceivedBytes, folder.IsComplete, note.By, note.CreatedUtc, ExpiryOf(folder))
        : null;

    private static (UploadFolder Folder, UploadNote Note) Require(Tenant tenant, string id) =>
        UploadFolder.Find(tenant, id) is { } folder && folder.ReadNote() is { } note
            ? (folder, note)
            : throw Refusal(UploadProblem.NotFound, "UploadNotFound", "UploadAgainHint");

    private Upload Require(UploadFolder folder) => Read(folder) ?? throw Refusal(UploadProblem.NotFound, "UploadNotFound", "UploadAgainHint");

    private static bool IsSha256(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower);

    private static UploadException Refusal(UploadProblem problem, string key, string hint, params string[] arguments) => Refusal(problem, 0, key, hint, arguments);

    private static UploadException Refusal(UploadProblem problem, long offset, string key, string hint, params string[] arguments) =>
        new(problem, ImportText.Of(key, arguments), ImportText.Of(hint), offset);
}
