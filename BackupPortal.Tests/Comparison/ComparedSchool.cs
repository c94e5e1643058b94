using BackupPortal.Core.Comparison;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Comparison;

/// <summary>A school with a backup of one state of its database, whose live data goes on from there.</summary>
internal sealed class ComparedSchool : IAsyncDisposable
{
    private readonly RestoreWorld world;

    private ComparedSchool(RestoreWorld world) => this.world = world;

    public string Live => world.Database;

    public SnapshotId Then { get; private set; } = null!;

    /// <summary>A file with the state of the backup, to look things up in.</summary>
    public string ThenFile => Live + ".then";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="sql">What makes the database.</param>
    /// <param name="atATime">Comparisons that may be under way; null for as many as usual.</param>
    public static async Task<ComparedSchool> CreateAsync(string sql, int? atATime = null)
    {
        var school = new ComparedSchool(await RestoreWorld.CreateAsync(
            services => services.Configure<ComparisonOptions>(options => options.Parallelism = atATime ?? options.Parallelism)));
        TestDatabase.Create(school.Live, sql);
        await school.BackupAsync();
        return school;
    }

    /// <summary>Makes what is live the state that everything is compared with.</summary>
    public async Task<SnapshotId> BackupAsync()
    {
        Then = await world.BackupAsync();
        File.Delete(ThenFile);
        using var live = TestDatabase.Open(Live);
        using var copy = new SqliteConnection($"Data Source={ThenFile};Pooling=False");
        copy.Open();
        live.BackupDatabase(copy);
        return Then;
    }

    public void Change(string sql) => TestDatabase.Execute(Live, sql);

    public void Write(string path, string content) => world.Write(path, content);

    public string FileOf(string path) => Path.Combine(world.Files, path);

    public Task<StateComparison> CompareAsync(SnapshotId? other = null, SnapshotId? snapshot = null) =>
        world.Portal.Get<StateComparer>().RunAsync(world.Tenant, snapshot ?? Then, other, null, Token);

    /// <param name="progress">Called by what compares, which waits for it.</param>
    public Task<StateComparison> CompareAsync(Action<ComparisonProgress> progress, CancellationToken cancellationToken) =>
        world.Portal.Get<StateComparer>().RunAsync(world.Tenant, Then, null, progress, cancellationToken);

    /// <summary>Keeps readers of this process away from live data, as a swap does.</summary>
    public Task<LiveGate> CloseDoorAsync() => world.Portal.Get<LiveDatabases>().CloseAsync(world.Tenant.Id, TimeSpan.FromSeconds(30), Token);

    /// <summary>The differences as <c>table +come back ~revert -disappear</c>, one a line.</summary>
    public async Task<string> TablesAsync(SnapshotId? other = null, SnapshotId? snapshot = null)
    {
        using var comparison = await CompareAsync(other, snapshot);
        return Text(comparison);
    }

    public static string Text(StateComparison comparison) =>
        string.Join('\n', comparison.Tables.Select(table => $"{table.Name} +{table.ComeBack} ~{table.Revert} -{table.Disappear}"));

    public ValueTask DisposeAsync() => world.DisposeAsync();
}
