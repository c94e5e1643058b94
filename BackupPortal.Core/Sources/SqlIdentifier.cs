namespace BackupPortal.Core.Sources;

/// <summary>The one place that puts names of a tenant's own tables and columns into SQL.</summary>
public static class SqlIdentifier
{
    /// <summary>The name in double quotes, with those inside it doubled.</summary>
    /// <exception cref="ArgumentException">The name is empty or has a NUL in it, which no SQLite name can have.</exception>
    public static string Quote(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A name in SQL cannot contain a NUL character.", nameof(name));
        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
