namespace BackupPortal.Cli;

/// <summary>What a script can tell the end of a command by.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
}
