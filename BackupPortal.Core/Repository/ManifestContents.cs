using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <param name="hash">SHA-256 of a file's content.</param>
internal delegate void ContentVisitor(ReadOnlySpan<byte> hash, long size);

/// <summary>Goes through a manifest without keeping anything of it: only which contents its files have.</summary>
internal static class ManifestContents
{
    /// <returns>How many contents there are. Empty files have none.</returns>
    /// <exception cref="InvalidDataException">It is not a manifest.</exception>
    public static int Visit(ReadOnlySpan<byte> manifest, ContentVisitor visit)
    {
        var reader = new ByteReader(manifest);
        if (reader.Number() != FileManifest.Version)
            throw reader.Malformed();
        reader.Bytes(reader.Count(PackFormat.PackIdSize) * PackFormat.PackIdSize);
        for (var owners = reader.Count(3); owners > 0; owners--)
            Skip(ref reader, 3);
        var contents = 0;
        for (var entries = reader.Count(5); entries > 0; entries--)
        {
            reader.Number();
            reader.Bytes(reader.Count());
            var kind = (FileEntryKind)reader.Number((int)FileEntryKind.Link);
            Skip(ref reader, 2);
            if (kind == FileEntryKind.Link)
                reader.Bytes(reader.Count());
            if (kind != FileEntryKind.File)
                continue;
            var size = reader.Number();
            var hash = reader.Bytes(RepositoryLayout.HashSize);
            var pieces = reader.Count(4);
            for (var left = pieces; left > 0; left--)
                Skip(ref reader, 4);
            if (pieces == 0)
                continue;
            visit(hash, size);
            contents++;
        }
        reader.End();
        return contents;
    }

    private static void Skip(ref ByteReader reader, int numbers)
    {
        for (var i = 0; i < numbers; i++)
            reader.Signed();
    }
}
