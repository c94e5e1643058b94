using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Comparison;

/// <summary>How much comparing goes on at once, and how long what was found is kept.</summary>
public sealed class ComparisonOptions
{
    /// <summary>Comparisons that this process works on at the same time, of all tenants; others wait. 1 to 64; default: one for each core.</summary>
    public int Parallelism { get; set; } = Math.Min(Environment.ProcessorCount, ComparisonOptionsValidator.Most);

    /// <summary>How long a page keeps a comparison that nobody looks at. 1 second to 1 day; default: 15 minutes.</summary>
    public TimeSpan LongestIdle { get; set; } = TimeSpan.FromMinutes(15);
}

internal sealed class ComparisonOptionsValidator : IValidateOptions<ComparisonOptions>
{
    public const int Most = 64;

    private static readonly TimeSpan shortestIdle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan mostIdle = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ComparisonOptions options)
    {
        List<string> problems = [];
        if (options.Parallelism is < 1 or > Most)
            problems.Add($"{nameof(ComparisonOptions.Parallelism)} must be from 1 to {Most}.");
        if (options.LongestIdle < shortestIdle || options.LongestIdle > mostIdle)
            problems.Add($"{nameof(ComparisonOptions.LongestIdle)} must be from {shortestIdle} to {mostIdle}.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
