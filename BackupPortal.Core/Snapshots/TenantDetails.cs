using System.Text.Json.Serialization;

namespace BackupPortal.Core.Snapshots;

/// <summary>
/// What the portal knew of a tenant when a snapshot of it was made, beside its name: no restore needs it, but a catalog that has to be made anew from the
/// repositories does.
/// </summary>
/// <param name="TimeZone">An identifier such as <c>Europe/Berlin</c>.</param>
/// <param name="DatabasePath">Of the live database: relative to the data root when it is in it, otherwise absolute.</param>
/// <param name="FilesPath">Of the live files folder, in the same way.</param>
/// <param name="NightlyIsOn">Whether a backup is made every night.</param>
/// <param name="NightlyAt">Wall-clock time in the time zone, <c>HH:mm</c>.</param>
/// <param name="Names">What the tenant's people call tables and columns.</param>
public sealed record TenantDetails(
    string TimeZone, string DatabasePath, string FilesPath, bool NightlyIsOn, string NightlyAt, IReadOnlyList<NamedPart> Names);

/// <param name="Column">Null for the table itself.</param>
public sealed record NamedPart(string Table, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Column, string Name);
