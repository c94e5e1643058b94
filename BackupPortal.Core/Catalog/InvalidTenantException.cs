using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Catalog;

/// <summary>Why a tenant cannot be added: field name (of <see cref="NewTenant"/>) and reason.</summary>
public sealed class InvalidTenantException(IReadOnlyList<(string Field, Message Problem)> problems)
    : PortalException(problems[0].Problem)
{
    public IReadOnlyList<(string Field, Message Problem)> Problems { get; } = problems;
}
