using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Catalog;

/// <summary>Where live data of tenants may be when a tenant is added in the browser.</summary>
public sealed class RegistrationOptions
{
    /// <summary>Absolute paths of folders, beside the data root's own tenants folder. None by default.</summary>
    public IList<string> AllowedRoots { get; } = [];
}

internal sealed class RegistrationOptionsValidator : IValidateOptions<RegistrationOptions>
{
    public ValidateOptionsResult Validate(string? name, RegistrationOptions options)
    {
        var problems = options.AllowedRoots
            .Where(root => !Path.IsPathFullyQualified(root) || Path.GetPathRoot(root) == Path.TrimEndingDirectorySeparator(root))
            .Select(root => $"{nameof(RegistrationOptions.AllowedRoots)}: '{root}' must be an absolute path, and not the root of the file system.")
            .ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
