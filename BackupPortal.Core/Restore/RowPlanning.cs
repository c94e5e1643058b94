using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Comparison;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Finds out which rows of the live database a restore has to write, when these are few: then writing them keeps users out for a shorter time than writing every page of the
/// staged database. Which is the better choice, and measured figures: docs/decisions/0014.
/// </summary>
internal static class RowPlanning
{
    private const string SchemaSql = "SELECT type || char(0) || name || char(0) || tbl_name || char(0) || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";

    // SQLite gives these tables rows while others are written.
    private const string OwnTablesSql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'sqlite\\_%' ESCAPE '\\'";

    // 16 bytes each.
    private const int MostRecordsAtOnce = 1_000_000;

    /// <param name="staged">The database to be put live.</param>
    /// <param name="kept">A copy of the live one.</param>
    /// <param name="mostRows">When more rows would have to be written, there is no plan.</param>
    /// <returns>Null when the two differ in more than rows, or in too many.</returns>
    /// <exception cref="Messages.PortalException">One of them is damaged.</exception>
    public static RowPlan? Make(string staged, string kept, long mostRows, CancellationToken cancellationToken)
    {
        if (new FileInfo(staged).Length == 0 || new FileInfo(kept).Length == 0)
            return null;
        using var files = ComparedFiles.Open(staged, kept, cancellationToken);
        var (snapshot, other) = (files.Snapshot, files.Other);
        if (snapshot.Pages.PageSize != other.Pages.PageSize || !snapshot.TextEncoding.Equals(other.TextEncoding) || !snapshot.ReadTexts(SchemaSql).SequenceEqual(other.ReadTexts(SchemaSql)))
            return null;
        var differences = new StoredDifferences(snapshot, other, files.Differences, cancellationToken);
        var (tables, count) = (new List<TableRows>(), 0L);
        foreach (var (one, two) in files.PairTables())
        {
            if (Find(differences, one, two, snapshot.TextEncoding, mostRows - count) is not { } rows)
                return null;
            count += rows.RemovedCount + rows.WrittenCount;
            if (rows.RemovedCount + rows.WrittenCount > 0)
                tables.Add(rows);
        }
        return new RowPlan(tables, [.. snapshot.ReadTexts(OwnTablesSql)], Number(snapshot, "PRAGMA user_version"), Number(snapshot, "PRAGMA application_id"), count);
    }

    private static TableRows? Find(StoredDifferences differences, StoredTable one, StoredTable two, Encoding encoding, long most)
    {
        if (one.Kind == StoredTableKind.WithoutRowId)
            return FindKeys(differences, one, two, encoding, most);
        if (!differences.HasChanged(one, two))
            return new TableRows(one, [], [], []);
        if (one.RowIdSql is null)
            return null;
        var (ranges, count) = (new List<RowRange>(), 0L);
        foreach (var range in differences.FindRanges(one, two))
        {
            ranges.Add(range);
            if ((count += range.InSnapshot + range.InOther) > most)
                return null;
        }
        return new TableRows(one, ranges, [], []);
    }

    private static TableRows? FindKeys(StoredDifferences differences, StoredTable one, StoredTable two, Encoding encoding, long most)
    {
        // A record that only moved to another page is on both sides.
        var left = new HashSet<UInt128>();
        foreach (var (_, record) in differences.ReadRecords(one, two))
        {
            if (!left.Remove(DigestOf(record)))
                left.Add(DigestOf(record));
            if (left.Count > MostRecordsAtOnce)
                return null;
        }
        if (left.Count > most)
            return null;
        var (removed, written, keyLength) = (new List<StoredValue[]>(), new List<StoredValue[]>(), one.Key.Count());
        foreach (var (side, record) in differences.ReadRecords(one, two))
        {
            if (left.Count > 0 && left.Contains(DigestOf(record)))
                (side == Side.Snapshot ? written : removed).Add(RecordKey.Read(record, keyLength, encoding));
        }
        return new TableRows(one, [], removed, written);
    }

    private static UInt128 DigestOf(byte[] record) => MemoryMarshal.Read<UInt128>(SHA256.HashData(record));

    private static int Number(ComparedSide side, string sql) => int.Parse(side.ReadTexts(sql).Single(), CultureInfo.InvariantCulture);
}
