using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Operations;

/// <summary>How much work goes on at once.</summary>
public sealed class OperationOptions
{
    /// <summary>Operations that this process runs at the same time, each of another tenant. 1 to 64; default: one for each core.</summary>
    public int Parallelism { get; set; } = Math.Min(Environment.ProcessorCount, OperationOptionsValidator.Most);
}

internal sealed class OperationOptionsValidator : IValidateOptions<OperationOptions>
{
    public const int Most = 64;

    public ValidateOptionsResult Validate(string? name, OperationOptions options) => options.Parallelism is >= 1 and <= Most
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{nameof(OperationOptions.Parallelism)} must be from 1 to {Most}.");
}
