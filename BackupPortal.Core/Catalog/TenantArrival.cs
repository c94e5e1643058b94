using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>Live data that a new tenant comes with.</summary>
/// <param name="MoveIn">Puts it into the tenant's folder, once it is sure that the tenant can be added; gives up by an exception.</param>
/// <param name="Id">The identifier that it gets, by which whoever adds it can tell after a crash whether it was added.</param>
/// <param name="Admin">The account that becomes its only member; null for none.</param>
internal sealed record TenantArrival(Action<TenantHome> MoveIn, TenantId Id, Guid? Admin);
