using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Verification;

/// <summary>Compares a folder that a snapshot's files were restored to with the manifest, both ways.</summary>
internal sealed class RestoredFiles(string root, IReadOnlyList<FileEntry> expected)
{
    private const string Area = "Verification";

    private readonly List<Message> problems = [];

    /// <param name="progress">Bytes read so far.</param>
    public async Task<IReadOnlyList<Message>> FindProblemsAsync(Action<long>? progress, CancellationToken cancellationToken)
    {
        var there = FileTree.Scan(root, [], notice: null, cancellationToken).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        long read = 0;
        foreach (var entry in expected)
        {
            if (!there.Remove(entry.Path, out var found) || found.Kind != entry.Kind)
                problems.Add(new Message(Area, "DrillFileGone", entry.Path));
            else if (!await IsSameAsync(entry, found, cancellationToken))
                problems.Add(new Message(Area, "DrillFileDiffers", entry.Path));
            progress?.Invoke(read += entry.SizeBytes);
        }
        problems.AddRange(there.Keys.Order(StringComparer.Ordinal).Select(path => new Message(Area, "DrillFileNew", path)));
        return problems;
    }

    private async Task<bool> IsSameAsync(FileEntry entry, FileEntry found, CancellationToken cancellationToken) => entry.Kind switch
    {
        FileEntryKind.Link => found.LinkTarget == entry.LinkTarget,
        FileEntryKind.File => found.SizeBytes == entry.SizeBytes && await HashAsync(Path.Combine(root, entry.Path), cancellationToken) == entry.Sha256,
        _ => true,
    };

    private static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }
}
