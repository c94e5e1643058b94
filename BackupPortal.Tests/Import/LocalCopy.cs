using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Import;

/// <summary>Writes local copies as the portal's ZIP format lays them out.</summary>
internal static class LocalCopy
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<byte[]> WriteAsync(SnapshotReader reader, string folder, Action<TestZip>? more = null)
    {
        Directory.CreateDirectory(folder);
        var database = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        await reader.WriteDatabaseAsync(database, null, Token);
        var zip = new TestZip();
        var sums = new StringBuilder();
        Add("README.txt", "How to restore this by hand."u8.ToArray());
        Add("record.json", RecordDocument.Write(reader.Record));
        Add("app.db", await File.ReadAllBytesAsync(database, Token));
        zip.Add("files/", "", TestZip.Folder);
        foreach (var entry in reader.Files)
        {
            if (entry.Kind == FileEntryKind.Folder)
                zip.Add($"files/{entry.Path}/", "", 0x4000 | entry.Mode);
            else if (entry.Kind == FileEntryKind.Link)
                zip.Add($"files/{entry.Path}", entry.LinkTarget!, TestZip.Link);
            else
            {
                using var content = new MemoryStream();
                await reader.WriteContentAsync(entry, content, Token);
                Add($"files/{entry.Path}", content.ToArray(), 0x8000 | entry.Mode);
            }
        }
        zip.Add("SHA256SUMS", sums.ToString());
        more?.Invoke(zip);
        return zip.ToBytes();

        void Add(string name, byte[] content, int mode = TestZip.File)
        {
            zip.Add(name, content, mode);
            sums.Append(Convert.ToHexStringLower(SHA256.HashData(content))).Append("  ").Append(name).Append('\n');
        }
    }
}
