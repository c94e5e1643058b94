namespace BackupPortal.Cli;

/// <summary>
/// Loads code that a command is going to need on another core, while the command itself opens the catalog. Nothing depends on it: whoever comes too early
/// waits for no more than he would have without, and what goes wrong in it is only logged.
/// </summary>
internal static partial class HeadStart
{
    private static Task? _running;

    /// <summary>The first call counts: a program runs one command.</summary>
    public static void Begin(Func<Task> load) => _running ??= Task.Run(load);

    /// <inheritdoc cref="Begin(Func{Task})"/>
    public static void Begin(Action load) => _running ??= Task.Run(load);

    public static async Task EndAsync(ILogger logger)
    {
        if (_running is not { } running)
            return;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.Exception is { } failure)
            Log.Failed(logger, failure);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Loading ahead failed; the command only took a little longer")]
        public static partial void Failed(ILogger logger, Exception failure);
    }
}
