using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Copies;

/// <summary>Where local copies may be put, and how long exports wait to be downloaded.</summary>
public sealed class CopyOptions
{
    /// <summary>Folders of the operator's, beside each tenant's own: a mounted disk, a share.</summary>
    public IList<CopyFolder> Folders { get; set; } = [];

    /// <summary>For how many hours an export waits to be downloaded before it is deleted. 1 to 720; default: 24.</summary>
    public int DownloadHours { get; set; } = 24;

    public TimeSpan DownloadTime => TimeSpan.FromHours(DownloadHours);
}

/// <summary>A folder for local copies; each tenant has one of its own in it, named by its short name.</summary>
public sealed class CopyFolder
{
    /// <summary>How people and addresses call it: letters, digits and hyphens, at most 40.</summary>
    public string Name { get; set; } = "";

    /// <summary>Absolute. It is never made: a disk that is not there must not be taken for an empty folder.</summary>
    public string Path { get; set; } = "";

    /// <summary>Refuse to write unless the folder is a mounted disk of its own.</summary>
    public bool MustBeMounted { get; set; }
}

internal sealed partial class CopyOptionsValidator : IValidateOptions<CopyOptions>
{
    private const int MostHours = 720;

    public ValidateOptionsResult Validate(string? name, CopyOptions options)
    {
        List<string> problems = [];
        if (options.DownloadHours is < 1 or > MostHours)
            problems.Add($"Copies:DownloadHours must be from 1 to {MostHours}.");
        foreach (var folder in options.Folders)
        {
            if (!Names().IsMatch(folder.Name) || folder.Name is CopyPlaces.Downloads or CopyPlaces.Own)
                problems.Add($"Copies:Folders: \"{folder.Name}\" is no name for a folder of copies: use letters, digits and hyphens, and neither {CopyPlaces.Downloads} nor {CopyPlaces.Own}.");
            if (!Path.IsPathFullyQualified(folder.Path))
                problems.Add($"Copies:Folders: the path of \"{folder.Name}\" must be absolute.");
        }
        if (options.Folders.Select(folder => folder.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < options.Folders.Count)
            problems.Add("Copies:Folders: two folders have the same name.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,39}\\z")]
    private static partial Regex Names();
}
