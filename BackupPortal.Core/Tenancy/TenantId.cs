namespace BackupPortal.Core.Tenancy;

/// <summary>Identifies a tenant for good; a slug may be reused after a tenant is gone, an identifier never.</summary>
public readonly record struct TenantId(Guid Value)
{
    public static TenantId Create() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("D");
}
