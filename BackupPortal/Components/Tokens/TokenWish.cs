using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Tokens;

/// <summary>What a new token is to be.</summary>
/// <param name="Schools">Null for all that its person has at the time of use.</param>
public sealed record TokenWish(string Name, TokenRights Rights, IReadOnlyList<TenantId>? Schools, TimeSpan Life);
