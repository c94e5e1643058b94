using System.ComponentModel;
using System.Diagnostics;

namespace BackupPortal.Tests.Repository;

/// <summary>Runs docs/restore.py, with the system's Python.</summary>
internal static class RestoreScript
{
    public static string FilePath => Path.Combine(SourceRoot.FullName, "docs", "restore.py");

    public static DirectoryInfo SourceRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "BackupPortal.slnx")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository's root was not found.");
            return folder;
        }
    }

    /// <param name="masterKey">Null for none.</param>
    public static async Task<(int ExitCode, string Printed, string Errors)> RunAsync(string repository, string snapshot, string output, string? masterKey)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("python3", [FilePath, repository, snapshot, output])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["Encryption__MasterKey"] = masterKey;
        using var process = Start(start);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        var printed = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, printed, await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not installed on this machine.");
            return null!;
        }
    }
}
