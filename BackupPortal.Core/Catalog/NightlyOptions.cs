using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Catalog;

/// <summary>How nightly runs are spread.</summary>
public sealed class NightlyOptions
{
    /// <summary>Tenants that share a time begin within this window after it, each at its own lasting place. 0 to 6 hours; default 60 minutes.</summary>
    public TimeSpan SpreadWindow { get; set; } = TimeSpan.FromMinutes(60);
}

internal sealed class NightlyOptionsValidator : IValidateOptions<NightlyOptions>
{
    public ValidateOptionsResult Validate(string? name, NightlyOptions options) =>
        options.SpreadWindow >= TimeSpan.Zero && options.SpreadWindow <= TimeSpan.FromHours(6)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{nameof(NightlyOptions.SpreadWindow)} must be from 0 to 6 hours.");
}
