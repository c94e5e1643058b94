using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>What lets a program act for a person, without the secret that it shows. The secret is kept by nobody, only its hash.</summary>
/// <param name="Tenants">Null for every tenant that the account has at the time of use.</param>
/// <param name="LastUsedUtc">To the minute; null before the first use.</param>
/// <param name="LastUsedFrom">The address that it came from; null before the first use.</param>
public sealed record AccessToken(
    Guid Id, Guid Account, string Name, TokenRights Rights, IReadOnlyList<TenantId>? Tenants, DateTimeOffset CreatedUtc, DateTimeOffset ExpiresUtc,
    DateTimeOffset? LastUsedUtc, string? LastUsedFrom, DateTimeOffset? RevokedUtc)
{
    public bool IsUsable(DateTimeOffset now) => RevokedUtc is null && now < ExpiresUtc;

    public bool IsFor(TenantId tenant) => Tenants is null || Tenants.Contains(tenant);

    public bool Allows(TokenRights right) => (Rights & right) == right;
}

/// <param name="Tenants">Null for every tenant that the account has at the time of use.</param>
public sealed record NewAccessToken(Guid Account, string Name, TokenRights Rights, IReadOnlyList<TenantId>? Tenants, DateTimeOffset ExpiresUtc);

/// <param name="Text">What the program shows. It cannot be read again.</param>
public sealed record CreatedAccessToken(AccessToken Token, string Text);
