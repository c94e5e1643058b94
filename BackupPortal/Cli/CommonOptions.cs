using System.CommandLine;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Options that every command takes, before or after its own.</summary>
internal static class CommonOptions
{
    public const string DataVariable = "BACKUPPORTAL_DATA";

    public static Option<string?> Data { get; } = new("--data")
    {
        Description = $"The data root: where the installation keeps everything. Default: ${DataVariable}, otherwise ./data",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document on standard output, and nothing else.",
        Recursive = true,
    };

    public static DataRoot DataRootOf(ParseResult parsed)
    {
        var variable = Environment.GetEnvironmentVariable(DataVariable);
        return new DataRoot(parsed.GetValue(Data) ?? (string.IsNullOrEmpty(variable) ? "data" : variable));
    }
}
