using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Encryption;

/// <summary>Whether new objects of repositories are encrypted, and where the master key comes from.</summary>
public sealed class EncryptionOptions
{
    /// <summary>
    /// True: always. False: never. Default: for every place outside this machine, and for a repository that has a key already.
    /// </summary>
    public bool? Enabled { get; set; }

    /// <summary>The master key itself, 32 bytes as base64 or hexadecimal digits; meant for an environment variable.</summary>
    public string? MasterKey { get; set; }

    /// <summary>A file that holds it, which nobody but its owner may read.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>A command that prints it. It is started without a shell: parts at spaces, double quotes keep a part together.</summary>
    public string? MasterKeyCommand { get; set; }

    /// <summary>The master key before this one, while it is being replaced; given in the same three ways.</summary>
    public string? PreviousMasterKey { get; set; }

    public string? PreviousMasterKeyFile { get; set; }

    public string? PreviousMasterKeyCommand { get; set; }

    /// <summary>How long a command may take. One second to ten minutes; default: 30 seconds.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether backups that are not encrypted are read. Default: in a local directory, where encryption may have been turned on late, but not outside,
    /// where whoever can write could slip in one of their own.
    /// </summary>
    public bool? AcceptPlain { get; set; }
}

internal sealed class EncryptionOptionsValidator : IValidateOptions<EncryptionOptions>
{
    private static readonly TimeSpan shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, EncryptionOptions options)
    {
        var problems = new List<string>();
        CheckSources(problems, "", options.MasterKey, options.MasterKeyFile, options.MasterKeyCommand);
        CheckSources(problems, "Previous", options.PreviousMasterKey, options.PreviousMasterKeyFile, options.PreviousMasterKeyCommand);
        if (options.CommandTimeout < shortest || options.CommandTimeout > longest)
            problems.Add($"Encryption:{nameof(options.CommandTimeout)} must be from one second to ten minutes.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckSources(List<string> problems, string prefix, string? key, string? file, string? command)
    {
        string?[] given = [key, file, command];
        if (given.Count(one => !string.IsNullOrWhiteSpace(one)) > 1)
            problems.Add($"Encryption: give only one of {prefix}MasterKey, {prefix}MasterKeyFile and {prefix}MasterKeyCommand.");
        if (!string.IsNullOrWhiteSpace(file) && !Path.IsPathFullyQualified(file))
            problems.Add($"Encryption:{prefix}MasterKeyFile: '{file}' must be an absolute path.");
    }
}
