using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BackupPortal.Core.Encryption;

/// <summary>A command that prints a master key. No shell is involved.</summary>
internal static class MasterKeyCommand
{
    private const int MostCharacters = 4096;

    /// <exception cref="EncryptionException">It cannot be started, fails, or takes too long.</exception>
    public static async Task<string> RunAsync(string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var parts = Split(command);
        using var process = Start(command, parts);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        try
        {
            process.StandardInput.Close();
            var errors = ReadAsync(process.StandardError, bound.Token);
            var printed = await ReadAsync(process.StandardOutput, bound.Token);
            var told = await errors;
            await process.WaitForExitAsync(bound.Token);
            return process.ExitCode == 0 ? printed : throw EncryptionFault.SourceFailed(command, Reason(process.ExitCode, told));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw EncryptionFault.SourceFailed(command, $"it did not end within {seconds} seconds");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Parts at white space; double quotes keep a part together and are no part of it. Nothing else has a meaning.</summary>
    public static IReadOnlyList<string> Split(string command)
    {
        var parts = new List<string>();
        StringBuilder? part = null;
        var isQuoted = false;
        foreach (var character in command)
        {
            if (character == '"')
            {
                isQuoted = !isQuoted;
                part ??= new StringBuilder();
            }
            else if (isQuoted || !char.IsWhiteSpace(character))
            {
                (part ??= new StringBuilder()).Append(character);
            }
            else if (part is not null)
            {
                parts.Add(part.ToString());
                part = null;
            }
        }
        if (part is not null)
            parts.Add(part.ToString());
        return parts;
    }

    private static Process Start(string command, IReadOnlyList<string> parts)
    {
        var start = new ProcessStartInfo(parts.Count == 0 ? "" : parts[0], parts.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw EncryptionFault.SourceFailed(command, e.Message, e);
        }
    }

    // What comes after the first few thousand characters is read, so that the command can end, and forgotten.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            kept.Append(buffer, 0, Math.Min(read, MostCharacters - kept.Length));
        return kept.ToString();
    }

    private static string Reason(int exitCode, string told)
    {
        var line = told.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        var ended = $"it ended with exit code {exitCode.ToString(CultureInfo.InvariantCulture)}";
        return line is null ? ended : $"{ended}: {line}";
    }
}
