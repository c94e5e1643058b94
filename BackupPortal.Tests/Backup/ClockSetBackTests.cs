using BackupPortal.Core.Backup;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Backup;

/// <summary>Backups while the host's clock goes back all the time.</summary>
public sealed class ClockSetBackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ClockGoesBackBetweenAndDuringBackups_KeepsTheirOrderAndTheLease()
    {
        await using var portal = await TestPortal.CreateAsync(services => services.AddSingleton<TimeProvider>(new BackwardsClock()));
        var tenant = await portal.AddTenantAsync();
        Directory.CreateDirectory(tenant.FilesPath);
        SampleDatabase.Create(tenant.DatabasePath, 10);
        var handler = portal.Services.GetServices<IOperationHandler>().Single(one => one.Kind == OperationKind.Backup);
        var made = new List<string>();

        for (var i = 0; i < 4; i++)
        {
            SampleDatabase.Add(tenant.DatabasePath, 5, seed: i);
            var context = new OperationContext(
                OperationId.Create(), tenant, new BackupArguments(SnapshotOrigin.Manual, null).ToJson(), "admin@school", new RecordingSink());
            made.Add((await handler.RunAsync(context, Cancel)).Snapshot!.Value);
        }

        var repository = portal.Get<TenantRepositories>().Of(tenant);
        var listed = (await repository.ListAsync(Cancel)).Reverse().ToList();
        Assert.Equal(made, listed.Select(id => id.Value));
        foreach (var id in listed)
            Assert.Empty(await (await repository.OpenAsync(await repository.ReadRecordAsync(id, Cancel), Cancel)).VerifyAsync(null, Cancel));
    }

    /// <summary>An hour earlier whenever someone looks; what time has passed stays true.</summary>
    private sealed class BackwardsClock : TimeProvider
    {
        private long looks;

        public override DateTimeOffset GetUtcNow() =>
            new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero).AddHours(-Interlocked.Increment(ref looks));
    }
}
