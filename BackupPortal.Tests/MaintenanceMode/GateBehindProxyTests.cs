using System.Collections.Concurrent;
using System.Net;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.MaintenanceMode;

/// <summary>Real proxies with the configurations of docs/gate, in front of an application in a process of its own, while the portal restores its database.</summary>
public sealed class GateBehindProxyTests : IAsyncDisposable
{
    private PortalServer portal = null!;
    private Tenant tenant = null!;
    private SchoolApplication application = null!;
    private GateProxy proxy = null!;
    private HttpClient user = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private MaintenanceGuard Guard => portal.Services.GetRequiredService<MaintenanceGuard>();

    public async ValueTask DisposeAsync()
    {
        user?.Dispose();
        proxy?.Dispose();
        application?.Dispose();
        if (portal is not null)
            await portal.DisposeAsync();
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Requests_InMaintenanceModeByHand_WaitAndNoneReachesTheApplication(string kind)
    {
        await StartAsync(kind);
        Assert.Equal((HttpStatusCode.OK, "the application: "), await GetAsync("/"));
        Assert.Equal((HttpStatusCode.OK, "the application: a letter"), await PostAsync("a letter"));
        var program = new ProgramUnderTest(Directory.GetParent(tenant.Home.Path)!.Parent!.FullName);

        await program.ReadAsync("maintenance", "goethe", "on");
        var before = await application.ArrivalsAsync();
        await CheckClosedAsync("Schule goethe");
        Assert.Equal(before, await application.ArrivalsAsync());
        Assert.Contains("\"maintenance\":true", (await GetAsync("/backupportal-status")).Body, StringComparison.Ordinal);
        await program.ReadAsync("maintenance", "goethe", "off");

        Assert.Equal((HttpStatusCode.OK, "the application: another"), await PostAsync("another"));
        Assert.Contains("\"maintenance\":false", (await GetAsync("/backupportal-status")).Body, StringComparison.Ordinal);
        await CheckWithoutPortalAsync();
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Requests_WhileARestoreLocksOut_WaitAndNoneReachesTheApplication(string kind)
    {
        await StartAsync(kind);
        await RunAsync(OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, null).ToJson());
        var snapshot = (await portal.Services.GetRequiredService<Core.Catalog.SnapshotIndex>().ListAsync(tenant, Cancel))[0].Id;
        TestDatabase.Execute(tenant.DatabasePath, "UPDATE state SET value = 'now'");
        var answers = new ConcurrentQueue<HttpStatusCode>();
        using var enough = new CancellationTokenSource();
        var users = Enumerable.Range(0, 3).Select(_ => new UserWhoAsksOn()).ToList();
        var asking = users.Select(one => AskOnAsync(one, answers, enough.Token)).ToList();
        // It keeps the database locked: the restore has to wait for it, with users locked out.
        await application.HoldAsync();

        var closing = ClosedAsync();
        var restore = RunAsync(OperationKind.Restore, RestoreArguments.ToJson(snapshot));
        await closing;
        await CheckClosedAsync("Schule goethe");
        // Who has been refused has nothing on its way any more that was let through before.
        await Task.WhenAll(users.Select(one => one.RefusedOften.Task)).WaitAsync(Cancel);
        var before = await application.ArrivalsAsync();
        await Task.WhenAll(users.Select(one => one.RefusedOftener.Task)).WaitAsync(Cancel);
        Assert.Equal(before, await application.ArrivalsAsync());
        await application.LetGoAsync();
        await restore;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/")).Status);
        await enough.CancelAsync();
        await Task.WhenAll(asking);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], answers.Distinct().Order());
        Assert.True((await application.ArrivalsAsync()).Count > before.Count);
        Assert.Equal("then", TestDatabase.Scalar(tenant.DatabasePath, "SELECT value FROM state"));
    }

    private async Task StartAsync(string kind)
    {
        portal = await PortalServer.StartAsync();
        tenant = await portal.AddTenantAsync("goethe");
        TestDatabase.Create(tenant.DatabasePath, "PRAGMA journal_mode = WAL; CREATE TABLE state (value TEXT); INSERT INTO state VALUES ('then'); CREATE TABLE visits (path TEXT);");
        application = await SchoolApplication.StartAsync(tenant.DatabasePath);
        proxy = await GateProxy.StartAsync(kind, portal.Address, application.Address, Directory.GetParent(tenant.Home.Path)!.Parent!.FullName);
        user = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = proxy.Address };
        user.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        // As anybody may send them: they change nothing.
        user.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        user.DefaultRequestHeaders.Add("Cookie", "backupportal=x; application=y");
    }

    private async Task CheckClosedAsync(string text)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, "/some/page?x=1") { Content = method == HttpMethod.Get ? null : new StringContent("a letter") };
            using var answer = await user.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.Contains(text, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    // It does not go down with the portal; but what a crash in the middle of a restore leaves keeps users out.
    private async Task CheckWithoutPortalAsync()
    {
        await portal.App.StopAsync(Cancel);

        Assert.Equal((HttpStatusCode.OK, "the application: a third"), await PostAsync("a third"));
        var before = await application.ArrivalsAsync();
        await File.WriteAllTextAsync(tenant.Home.MaintenanceFile, "{", Cancel);
        await CheckClosedAsync("Gleich geht es weiter");
        Assert.Equal(before, await application.ArrivalsAsync());
        File.Delete(tenant.Home.MaintenanceFile);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/")).Status);
    }

    private async Task AskOnAsync(UserWhoAsksOn one, ConcurrentQueue<HttpStatusCode> answers, CancellationToken enough)
    {
        for (var refused = 0; !enough.IsCancellationRequested;)
        {
            var status = (await GetAsync("/read")).Status;
            answers.Enqueue(status);
            if (status == HttpStatusCode.ServiceUnavailable && ++refused == 10)
                one.RefusedOften.TrySetResult();
            else if (refused == 20)
                one.RefusedOftener.TrySetResult();
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await user.GetAsync(path, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string text)
    {
        using var content = new StringContent(text);
        using var answer = await user.PostAsync("/", content, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<OperationView> RunAsync(OperationKind kind, string arguments)
    {
        var ended = new TaskCompletionSource<OperationView>();
        using var following = portal.Services.GetRequiredService<OperationFeed>().Subscribe(tenant.Id, view =>
        {
            if (view.Kind == kind && view.EndedUtc is not null)
                ended.TrySetResult(view);
        });
        await portal.Services.GetRequiredService<OperationQueue>().EnqueueAsync(tenant.Id, kind, arguments, "test", Cancel);
        var done = await ended.Task.WaitAsync(Cancel);
        Assert.True(done.State == OperationState.Succeeded, $"{done.Error}");
        return done;
    }

    private Task ClosedAsync()
    {
        var closed = new TaskCompletionSource();
        Guard.Changed += _ =>
        {
            if (Guard.Find(tenant.Slug) is not null)
                closed.TrySetResult();
        };
        return closed.Task.WaitAsync(Cancel);
    }

    private sealed class UserWhoAsksOn
    {
        public TaskCompletionSource RefusedOften { get; } = new();

        public TaskCompletionSource RefusedOftener { get; } = new();
    }
}
