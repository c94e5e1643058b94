using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Catalog;

/// <summary>Why friendly names cannot be saved: which, and the reason.</summary>
public sealed class InvalidNamesException(IReadOnlyList<(FriendlyName Name, Message Problem)> problems)
    : PortalException(problems[0].Problem)
{
    public IReadOnlyList<(FriendlyName Name, Message Problem)> Problems { get; } = problems;
}
