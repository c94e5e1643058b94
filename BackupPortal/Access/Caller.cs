using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Access;

/// <summary>Who asks, as the catalog knows them now: a person, or a program with a person's token.</summary>
/// <param name="Token">Null for a person.</param>
internal sealed record Caller(AccountSummary Account, AccessToken? Token)
{
    /// <summary>With a token only what it is for; never more than its person.</summary>
    public bool IsOperator => Account.IsOperator && (Token?.Allows(TokenRights.Host) ?? true);

    public bool IsFor(TenantId tenant) => Token?.IsFor(tenant) ?? true;

    /// <param name="right">Null for what no program may.</param>
    public bool May(TokenRights? right)
    {
        // What concerns the host is for operators, whoever gave their token the right to it.
        if (right is { } wanted && wanted.HasFlag(TokenRights.Host) && !Account.IsOperator)
            return false;
        return Token is null || (right is { } asked && Token.Allows(asked));
    }
}
