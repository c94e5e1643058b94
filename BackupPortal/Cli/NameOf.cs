using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Cli;

/// <summary>The words of documents for scripts: lower case, the same for good.</summary>
internal static class NameOf
{
    public static string Origin(SnapshotOrigin origin) => origin.ToString().ToLowerInvariant();

    public static string State(OperationState state) => state.ToString().ToLowerInvariant();

    public static string Level(VerifyLevel level) => level.ToString().ToLowerInvariant();

    public static string Kind(FileEntryKind kind) => kind.ToString().ToLowerInvariant();
}
