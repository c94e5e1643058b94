using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Core.Verification;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Verification;

public sealed class VerifyOperationTests : IAsyncLifetime
{
    private readonly RecordingSink sink = new();
    private TestPortal portal = null!;
    private Tenant tenant = null!;
    private RepositoryRig rig = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => portal.Folder["sample.db"];

    public async ValueTask InitializeAsync()
    {
        portal = await TestPortal.CreateAsync();
        tenant = await portal.AddTenantAsync();
        rig = new RepositoryRig(portal.Folder, portal.Get<TenantRepositories>().Of(tenant).Store);
        SampleDatabase.Create(Database, 1000);
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Run_AllWhole_SucceedsAndMarksEach()
    {
        var first = await rig.BackupAsync(Database, cancellationToken: Cancel);
        await rig.BackupAsync(Database, new Dictionary<string, byte[]> { ["a"] = [1] }, Cancel);

        var outcome = await RunAsync(null);

        Assert.Equal("Done", outcome.Summary.Key);
        Assert.Null(outcome.Snapshot);
        var listed = await portal.Get<SnapshotIndex>().ListAsync(tenant, Cancel);
        Assert.Equal(2, listed.Count);
        Assert.All(listed, summary => Assert.True(summary is { IsDamaged: false, ProvenUtc: not null }));
        Assert.Equal([OperationPhase.Check, OperationPhase.Verify, OperationPhase.Finish], sink.Phases);
        Assert.Equal(sink.Reports.Order(), sink.Reports);
        Assert.Equal((2 * first.SizeBytes) + 1, sink.Reports[^1]);
    }

    [Fact]
    public async Task Run_OneOfTwoDamaged_FailsNamingItAndMarksIt()
    {
        var whole = await rig.BackupAsync(Database, cancellationToken: Cancel);
        SampleDatabase.Add(Database, 500, seed: 2);
        var damaged = await rig.BackupAsync(Database, cancellationToken: Cancel);
        var pack = damaged.Packs.Except(whole.Packs).Single();
        await DamageAsync(RepositoryLayout.PackKey(pack));

        var failure = await Assert.ThrowsAsync<PortalException>(() => RunAsync(null));

        Assert.Contains(damaged.Id.Value, failure.Message, StringComparison.Ordinal);
        Assert.Contains(pack, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(whole.Id.Value, failure.Message, StringComparison.Ordinal);
        Assert.Contains(sink.Logged, line => line.Severity == LogSeverity.Error && line.Text.ToString().Contains(pack, StringComparison.Ordinal));
        var listed = (await portal.Get<SnapshotIndex>().ListAsync(tenant, Cancel)).ToDictionary(summary => summary.Id);
        Assert.True(listed[damaged.Id].IsDamaged);
        Assert.False(listed[whole.Id].IsDamaged);
    }

    [Fact]
    public async Task Run_RecordDamaged_FailsNamingTheSnapshot()
    {
        var record = await rig.BackupAsync(Database, cancellationToken: Cancel);
        await DamageAsync(RepositoryLayout.SnapshotKey(record.Id));

        var failure = await Assert.ThrowsAsync<PortalException>(() => RunAsync(null));

        Assert.Contains(record.Id.Value, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneNamed_LooksAtThatOneOnly()
    {
        var first = await rig.BackupAsync(Database, cancellationToken: Cancel);
        SampleDatabase.Add(Database, 500, seed: 2);
        var second = await rig.BackupAsync(Database, cancellationToken: Cancel);
        await DamageAsync(RepositoryLayout.PackKey(second.Packs.Except(first.Packs).Single()));

        var outcome = await RunAsync(first.Id.Value[..18]);

        Assert.Equal(first.Id, outcome.Snapshot);
        Assert.Equal("DoneOne", outcome.Summary.Key);
        var results = await portal.Get<SnapshotVerification>().RunAsync(tenant, null, VerifyLevel.Decode, null, Cancel);
        Assert.Equal([(second.Id, false), (first.Id, true)], results.Select(result => (result.Snapshot, result.IsWhole)));
    }

    [Fact]
    public async Task Run_NothingStoredYet_SaysSo()
    {
        Assert.Equal("Nothing", (await RunAsync(null)).Summary.Key);
        Assert.Equal("NoneYet", (await Assert.ThrowsAsync<RepositoryException>(() => RunAsync("latest"))).What.Key);
    }

    private Task<OperationOutcome> RunAsync(string? snapshot)
    {
        var handler = portal.Get<IEnumerable<IOperationHandler>>().Single(handler => handler.Kind == OperationKind.Verify);
        var context = new OperationContext(OperationId.Create(), tenant, new VerifyArguments(snapshot).ToJson(), "test", sink);
        return handler.RunAsync(context, Cancel);
    }

    private async Task DamageAsync(string key)
    {
        var path = Path.Combine(tenant.Home.Repository, key);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
    }

    private sealed class RecordingSink : IOperationSink
    {
        public List<OperationPhase> Phases { get; } = [];

        public List<long> Reports { get; } = [];

        public List<(LogSeverity Severity, Message Text)> Logged { get; } = [];

        public void EnterPhase(OperationPhase phase) => Phases.Add(phase);

        public void Report(long doneBytes, long totalBytes)
        {
            lock (Reports)
                Reports.Add(doneBytes);
        }

        public void ReportWait(TimeSpan left, TimeSpan total)
        {
        }

        public void Log(LogSeverity severity, Message text) => Logged.Add((severity, text));

        public void BeginCommit()
        {
        }
    }
}
