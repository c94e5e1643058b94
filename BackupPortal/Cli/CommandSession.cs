using System.CommandLine;
using BackupPortal.Access;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Import;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>One run of one command: what it was given, the capabilities on its data root, and where it prints.</summary>
internal sealed class CommandSession : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public CommandSession(ParseResult parsed)
    {
        Parsed = parsed;
        HeadStart.Begin(EngineStart.Run);
        Root = CommonOptions.DataRootOf(parsed);
        Log = new CommandLog(Path.Combine(Root.Path, "logs", "commands.log"), TimeProvider.System);
        Output = new CommandOutput(parsed.InvocationConfiguration.Output, parsed.GetValue(CommonOptions.Json));
        Errors = parsed.InvocationConfiguration.Error;
        _services = new ServiceCollection()
            .AddSingleton(_ => Settings())
            .AddSingleton<ILoggerFactory>(Log)
            .AddBackupPortalCore(Root)
            .AddScoped<AccountRegistration>()
            .AddOptions<EncryptionOptions>().BindConfiguration("Encryption").Services
            .AddOptions<LeaseOptions>().BindConfiguration("Lease").Services
            .AddOptions<ImportOptions>().BindConfiguration(ImportOptions.Section).Services
            .AddOptions<RestoreKeepOptions>().BindConfiguration("Restore").Services
            .AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).Services
            .BuildServiceProvider();
    }

    public ParseResult Parsed { get; }

    public DataRoot Root { get; }

    public CommandOutput Output { get; }

    public TextWriter Errors { get; }

    /// <summary>Where details of what went wrong are kept.</summary>
    public CommandLog Log { get; }

    /// <summary>Who asks, as operations and the audit log keep it.</summary>
    public string RequestedBy { get; } = $"{Environment.UserName} (command line)";

    public bool HasInstallation => File.Exists(Root.CatalogFile);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public AsyncServiceScope CreateScope() => _services.CreateAsyncScope();

    public ILogger LogOf<T>() => Get<ILogger<T>>();

    /// <summary>Brings the installation to where a command may begin. Cheap when there is nothing to do.</summary>
    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        if (File.Exists(Root.Path))
            throw new CommandException($"{Root.Path} is a file; a data root is a folder.", $"Choose another one with --data or {CommonOptions.DataVariable}.");
        if (preparation == Preparation.Own || (preparation == Preparation.Optional && !HasInstallation))
            return;
        if (preparation == Preparation.Existing && !HasInstallation)
            throw new CommandException(
                $"There is no BackupPortal installation in {Root.Path}.",
                $"Choose its data root with --data or {CommonOptions.DataVariable}, or begin one with: tenant add");
        await Get<CatalogMigration>().ApplyAsync(cancellationToken);
        await Get<RestoreRecovery>().RunAsync(cancellationToken);
        await Get<OperationRecovery>().RunAsync(cancellationToken);
        await Get<RetrievalRecovery>().RunAsync(cancellationToken);
    }

    /// <summary>Gives what a command had to tell to webhooks a moment to be told.</summary>
    public async Task TellWebhooksAsync(CancellationToken cancellationToken)
    {
        if (HasInstallation && await Get<WebhookDelivery>().FlushAsync(cancellationToken) is > 0 and var waiting)
            Errors.WriteLine($"note: {(waiting == 1 ? "A webhook" : $"{waiting} webhooks")} could not be told yet; the portal or the next command tries again.");
    }

    public Task<Tenant> TenantAsync(Argument<string> slug, CancellationToken cancellationToken) => TenantAsync(Parsed.GetRequiredValue(slug), cancellationToken);

    /// <summary>One school, or all when none is named.</summary>
    public async Task<IReadOnlyList<Tenant>> TenantsAsync(Argument<string?> slug, CancellationToken cancellationToken) =>
        Parsed.GetValue(slug) is { } text ? [await TenantAsync(text, cancellationToken)] : await Get<TenantStore>().ListAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await HeadStart.EndAsync(LogOf<PortalCommand>());
        await _services.DisposeAsync();
    }

    // The same files and variables as the portal's, so that a backup from the command line is stored like any other.
    private static IConfiguration Settings()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is { Length: > 0 } named ? named : Environments.Production;
        return new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .Build();
    }

    private async Task<Tenant> TenantAsync(string text, CancellationToken cancellationToken)
    {
        var found = TenantSlug.TryParse(text, out var parsed) ? await Get<TenantStore>().FindAsync(parsed, cancellationToken) : null;
        return found ?? throw new CommandException($"There is no school '{text}' in {Root.Path}.", "See which there are with: tenant list");
    }
}
