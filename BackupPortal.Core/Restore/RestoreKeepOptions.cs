using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Restore;

/// <summary>How long the ways back from a restore are kept.</summary>
public sealed class RestoreKeepOptions
{
    /// <summary>For how many days a restore can be undone with one click; its safety snapshot is not pruned before. 1 to 365; default: 7.</summary>
    public int UndoDays { get; set; } = 7;

    /// <summary>For how many days the raw files of damaged live data are kept after a restore. 1 to 3650; default: 30.</summary>
    public int QuarantineDays { get; set; } = 30;

    public TimeSpan UndoTime => TimeSpan.FromDays(UndoDays);

    public TimeSpan QuarantineTime => TimeSpan.FromDays(QuarantineDays);
}

internal sealed class RestoreKeepOptionsValidator : IValidateOptions<RestoreKeepOptions>
{
    private const int MostUndoDays = 365;
    private const int MostQuarantineDays = 3650;

    public ValidateOptionsResult Validate(string? name, RestoreKeepOptions options)
    {
        List<string> problems = [];
        if (options.UndoDays is < 1 or > MostUndoDays)
            problems.Add($"{nameof(RestoreKeepOptions.UndoDays)} must be from 1 to {MostUndoDays}.");
        if (options.QuarantineDays is < 1 or > MostQuarantineDays)
            problems.Add($"{nameof(RestoreKeepOptions.QuarantineDays)} must be from 1 to {MostQuarantineDays}.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
