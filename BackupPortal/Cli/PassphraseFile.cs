namespace BackupPortal.Cli;

/// <summary>A passphrase that somebody keeps in a file, because a command line can be seen by everybody on the machine.</summary>
internal static class PassphraseFile
{
    /// <summary>The first line.</summary>
    /// <exception cref="CommandException">It cannot be read, or is empty.</exception>
    public static string Read(string file)
    {
        try
        {
            using var reader = File.OpenText(file);
            if (reader.ReadLine() is { Length: > 0 } passphrase)
                return passphrase;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The passphrase cannot be read: {failure.Message}", "Look at --passphrase-file.");
        }
        throw new CommandException($"{file} is empty.", "Its first line is the passphrase.");
    }
}
