using System.Globalization;

namespace BackupPortal.Cli;

/// <summary>
/// Keeps what commands have to say beyond their output, for whoever looks for the cause: warnings and errors, in one file of the data root. It is all the
/// logging there is, without the filters and providers of a host, which cost each command more than it ever logs.
/// </summary>
internal sealed class CommandLog(string file, TimeProvider time) : ILoggerFactory
{
    private const long LargestBytes = 4_000_000;

    private readonly Lock _lock = new();

    public string Path { get; } = file;

    /// <summary>Why the last thing could not be kept; null while all is well. The command's own trouble is what a person must see, so this is only told with it.</summary>
    public string? Problem { get; private set; }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Commands have one log.");

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
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
                if (new FileInfo(Path) is { Exists: true, Length: > LargestBytes })
                    File.Move(Path, Path + ".old", overwrite: true);
                File.AppendAllText(Path, line);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Problem = failure.Message;
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
