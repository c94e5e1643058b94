namespace BackupPortal.Core.Restore;

/// <summary>What a shared swap keeps of live data.</summary>
/// <param name="File">Where it is, or will be.</param>
/// <param name="At">What the live database looked like when it was copied there before users were locked out; null when it was not. See <see cref="SharedSwap.KeepEarlyAsync"/>.</param>
/// <param name="Rows">Which rows would have to be written then; null when there are too many, or not only rows differ.</param>
internal sealed record KeptEarly(string File, string? At = null, RowPlan? Rows = null);
