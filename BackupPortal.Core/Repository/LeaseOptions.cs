using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Repository;

/// <summary>How long the lease of a repository lasts. All who share a repository should use the same.</summary>
public sealed class LeaseOptions
{
    /// <summary>A lease that was not renewed for so long may be taken over. 1 second to 10 minutes; default: 30 seconds. It is renewed six times as often.</summary>
    public TimeSpan Length { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long to wait for somebody else to give it back. From 0 to 1 day; default: 90 seconds. Shorter than <see cref="Length"/>, and a lease that a dead
    /// host left is never taken over.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(90);
}

internal sealed class LeaseOptionsValidator : IValidateOptions<LeaseOptions>
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, LeaseOptions options)
    {
        var errors = new List<string>();
        if (options.Length < Shortest || options.Length > Longest)
            errors.Add($"{nameof(LeaseOptions.Length)} must be from 1 second to 10 minutes.");
        if (options.LongestWait < TimeSpan.Zero || options.LongestWait > TimeSpan.FromDays(1))
            errors.Add($"{nameof(LeaseOptions.LongestWait)} must be from 0 to 1 day.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
