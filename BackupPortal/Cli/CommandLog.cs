using System.Globalization;

namespace BackupPortal.Cli;

/// <summary>Keeps what commands have to say beyond their output, for whoever looks for the cause: warnings and errors, in one file of the data root.</summary>
internal sealed class CommandLog(string file, TimeProvider time) : ILoggerProvider
{
    private const long LargestBytes = 4_000_000;

    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // Every line is written and closed at once; nothing is held.
    }

    private void Append(string line)
    {
        lock (_lock)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                if (new FileInfo(file) is { Exists: true, Length: > LargestBytes })
                    File.Move(file, file + ".old", overwrite: true);
                File.AppendAllText(file, line);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // The log's own trouble must not hide the command's: it goes where a person sees it.
                Console.Error.Write(line);
            }
        }
    }

    private sealed class Category(CommandLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var now = log.GetTime().ToString("O", CultureInfo.InvariantCulture);
            log.Append($"{now} {logLevel} {name}: {formatter(state, exception)}{Environment.NewLine}{(exception is null ? "" : exception + Environment.NewLine)}");
        }
    }

    private DateTimeOffset GetTime() => time.GetUtcNow();
}
