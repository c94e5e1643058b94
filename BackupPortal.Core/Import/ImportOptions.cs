using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Import;

/// <summary>Configuration section <c>Imports</c>: how much may come in from outside, and how long looking at it may take.</summary>
public sealed class ImportOptions
{
    public const string Section = "Imports";

    /// <summary>Of one upload; default 20 GB.</summary>
    public long LargestUploadBytes { get; set; } = 20_000_000_000;

    /// <summary>Of what is in a file when it is unpacked; default 100 GB.</summary>
    public long LargestUnpackedBytes { get; set; } = 100_000_000_000;

    /// <summary>How many times larger than the file its contents may be; default 200. What unpacks to less than 256 MB is never too dense.</summary>
    public int LargestRatio { get; set; } = 200;

    /// <summary>Entries of a ZIP; default 500,000.</summary>
    public int MostEntries { get; set; } = 500_000;

    /// <summary>What reading and checking a database may take at least; each MB adds a second. Default 3 minutes.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>After how long an upload that nobody goes on with is deleted; default 24 hours.</summary>
    public TimeSpan UploadsExpireAfter { get; set; } = TimeSpan.FromHours(24);
}

internal sealed class ImportOptionsValidator : IValidateOptions<ImportOptions>
{
    public ValidateOptionsResult Validate(string? name, ImportOptions options)
    {
        var problems = new List<string>();
        if (options.LargestUploadBytes < 1)
            problems.Add("Imports:LargestUploadBytes must be at least 1.");
        if (options.LargestUnpackedBytes < 1)
            problems.Add("Imports:LargestUnpackedBytes must be at least 1.");
        if (options.LargestRatio < 1)
            problems.Add("Imports:LargestRatio must be at least 1.");
        if (options.MostEntries < 1)
            problems.Add("Imports:MostEntries must be at least 1.");
        if (options.Patience <= TimeSpan.Zero)
            problems.Add("Imports:Patience must be longer than nothing.");
        if (options.UploadsExpireAfter <= TimeSpan.Zero)
            problems.Add("Imports:UploadsExpireAfter must be longer than nothing.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
