using System.Globalization;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Catalog;

/// <summary>Checks names that a person gave: short, readable, and no two things of a kind called the same.</summary>
internal static class FriendlyNameCheck
{
    /// <param name="kept">Names that there are already; those that are wanted anew do not count.</param>
    /// <returns>What is wanted, without spaces around.</returns>
    /// <exception cref="InvalidNamesException">With every problem at once.</exception>
    public static IReadOnlyList<FriendlyName> Run(IReadOnlyCollection<FriendlyName> wanted, IReadOnlyCollection<FriendlyName> kept)
    {
        List<FriendlyName> names = [.. wanted.Select(static one => one with { Name = one.Name.Trim() })];
        List<FriendlyName> all = [.. names, .. kept.Where(old => !names.Exists(one => IsSame(one, old)))];
        List<(FriendlyName Name, Message Problem)> problems = [.. names.Where(static one => one.Name.Length > 0)
            .Select(one => (one, FindProblem(one, all))).Where(static found => found.Item2 is not null).Select(static found => (found.one, found.Item2!))];
        return problems.Count == 0 ? names : throw new InvalidNamesException(problems);
    }

    public static bool IsSame(FriendlyName one, FriendlyName other) => IsEqual(one.Table, other.Table) && IsEqual(one.Column, other.Column);

    private static Message? FindProblem(FriendlyName one, List<FriendlyName> all)
    {
        if (one.Name.Length > FriendlyNames.Longest)
            return new Message("Catalog", "FriendlyNameTooLong", FriendlyNames.Longest.ToString(CultureInfo.InvariantCulture));
        if (one.Name.Any(char.IsControl))
            return new Message("Catalog", "FriendlyNameUnreadable");
        if (all.Find(other => IsTakenBy(one, other)) is not { } same)
            return null;
        var real = same.Column ?? same.Table;
        return IsEqual(one.Name, real) ? new Message("Catalog", same.Column is null ? "FriendlyNameIsTable" : "FriendlyNameIsColumn", real) : new Message("Catalog", "FriendlyNameTaken", one.Name, real);
    }

    /// <summary>
    /// Whether another table, or another column of the same table, is shown under this name, or is really called so: commands, and whoever looks at the real name
    /// that stands beside, would take the one for the other.
    /// </summary>
    private static bool IsTakenBy(FriendlyName one, FriendlyName other) =>
        !IsSame(one, other)
        && (one.Column is null ? other.Column is null : other.Column is not null && IsEqual(one.Table, other.Table))
        && (IsEqual(one.Name, other.Name) || IsEqual(one.Name, other.Column ?? other.Table));

    private static bool IsEqual(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
