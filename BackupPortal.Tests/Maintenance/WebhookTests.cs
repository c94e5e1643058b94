using System.Diagnostics;
using System.Text.RegularExpressions;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Maintenance;

/// <summary>A real receiver; processes are service providers on one data root, but for those that are commands.</summary>
public sealed partial class WebhookTests : IAsyncLifetime
{
    private static readonly TenantSlug School = TenantSlug.Parse("nord");

    private readonly TestFolder _folder = new();
    private WebhookReceiver _receiver = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TenantHome Home => new DataRoot(_folder["data"]).HomeOf(School);

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        Directory.CreateDirectory(Home.Repository);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Mode_OnAndOff_IsToldBeforeAndAfterWithASignature()
    {
        await using var portal = Open();
        var closed = new List<bool>();
        _receiver.OnMessage = _ => closed.Add(File.Exists(Home.MaintenanceFile));

        await portal.Get<MaintenanceGuard>().EnterAsync(School, null, "anna", Token);
        var start = await _receiver.NextAsync();
        await portal.Get<MaintenanceGuard>().LeaveAsync(School, Token);
        var end = await _receiver.NextAsync();

        Assert.True(start.IsGenuine && end.IsGenuine);
        Assert.Equal(("maintenance.starting", 1L, "nord", "manual", null), (start.Event, start.Sequence, start.Tenant, start.Reason, start.Operation));
        Assert.Equal(("maintenance.ended", 2L, "nord", "manual"), (end.Event, end.Sequence, end.Tenant, end.Reason));
        Assert.InRange(DateTimeOffset.UtcNow - end.SentUtc, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
        Assert.Equal([false, false], closed);
    }

    [Fact]
    public async Task Mode_OnTwice_IsToldOnce()
    {
        await using var portal = Open();
        var guard = portal.Get<MaintenanceGuard>();
        await guard.EnterAsync(School, null, "anna", Token);
        await guard.EnterAsync(School, null, "anna", Token);
        await guard.LeaveAsync(School, Token);
        await guard.LeaveAsync(School, Token);

        Assert.Equal(("maintenance.starting", "maintenance.ended"), ((await _receiver.NextAsync()).Event, (await _receiver.NextAsync()).Event));
        Assert.Equal(0, await portal.Get<WebhookDelivery>().FlushAsync(Token));
        Assert.True(_receiver.HasNone);
    }

    [Fact]
    public async Task Receiver_ThatRefusesFirst_GetsBothInOrder()
    {
        foreach (var status in new[] { 500, 302, 404 })
            _receiver.Refusals.Enqueue(status);
        await using var portal = Open(options => options.LongestWait = TimeSpan.Zero);
        await portal.Get<MaintenanceGuard>().EnterAsync(School, null, "anna", Token);
        await portal.Get<MaintenanceGuard>().LeaveAsync(School, Token);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = portal.Get<WebhookDelivery>().RunAsync(stop.Token);
        Assert.Equal((1L, 2L), ((await _receiver.NextAsync()).Sequence, (await _receiver.NextAsync()).Sequence));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(_receiver.Refusals);
    }

    [Fact]
    public async Task Receiver_ThatHangs_HoldsNobodyUpForLongerThanAllowed()
    {
        _receiver.Refusals.Enqueue(0);
        await using var portal = Open(options => (options.LongestWait, options.Timeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(50)));
        var watch = Stopwatch.StartNew();

        await portal.Get<MaintenanceGuard>().EnterAsync(School, null, "anna", Token);

        Assert.NotNull(portal.Get<MaintenanceGuard>().Find(School));
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(20));
        watch.Restart();
        await portal.Get<MaintenanceGuard>().LeaveAsync(School, Token);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Null(portal.Get<MaintenanceGuard>().Find(School));
    }

    [Fact]
    public async Task Receiver_ThatIsDown_IsToldByTheNextProcess()
    {
        var port = _receiver.Address.Port;
        await _receiver.DisposeAsync();
        await using (var portal = Open(port: port))
        {
            await portal.Get<MaintenanceGuard>().EnterAsync(School, null, "anna", Token);
            await portal.Get<MaintenanceGuard>().LeaveAsync(School, Token);
        }

        _receiver = await WebhookReceiver.StartAsync(port);
        await using var next = Open();
        Assert.Equal(0, await next.Get<WebhookDelivery>().FlushAsync(Token));

        Assert.Equal(("maintenance.starting", "maintenance.ended"), ((await _receiver.NextAsync()).Event, (await _receiver.NextAsync()).Event));
    }

    // Killed after its notice was deleted, or before it was written.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Process_KilledInBetween_ItsEndIsToldByTheNext(bool wasOn)
    {
        await using (var portal = Open())
        {
            if (wasOn)
            {
                await portal.Get<MaintenanceGuard>().EnterAsync(School, null, "anna", Token);
                File.Delete(Home.MaintenanceFile);
            }
            else
            {
                Directory.CreateDirectory(Home.Webhooks);
                // As it stands on the disk when the lock that it holds has gone with its process.
                await new WebhookOutbox(Home).BeginAsync(number => new WebhookMessage(Guid.NewGuid(), WebhookMessage.Starting, number, "nord", default, "restore", null, null));
            }
        }

        await using var next = Open();
        await next.Get<WebhookDelivery>().FlushAsync(Token);

        Assert.Equal(("maintenance.starting", "maintenance.ended"), ((await _receiver.NextAsync()).Event, (await _receiver.NextAsync()).Event));
    }

    [Fact]
    public async Task Message_OlderThanAllowed_IsGivenUpAndTheNextIsSent()
    {
        Directory.CreateDirectory(Home.Webhooks);
        var outbox = new WebhookOutbox(Home);
        await outbox.BeginAsync(number => new WebhookMessage(Guid.NewGuid(), WebhookMessage.Starting, number, "nord", DateTimeOffset.UtcNow.AddDays(-2), "restore", null, null));
        await outbox.EndAsync(number => new WebhookMessage(Guid.NewGuid(), WebhookMessage.Ended, number, "nord", DateTimeOffset.UtcNow, "restore", null, null));
        _receiver.Refusals.Enqueue(500);
        await using var portal = Open();

        await portal.Get<WebhookDelivery>().FlushAsync(Token);

        Assert.Equal(2, (await _receiver.NextAsync()).Sequence);
    }

    [Fact]
    public async Task FolderThatCannotBeWritten_KeepsNobodyInOrOut()
    {
        await File.WriteAllTextAsync(Home.Webhooks, "in the way", Token);
        await using var portal = Open();

        await portal.Get<MaintenanceGuard>().EnterAsync(School, null, "anna", Token);
        Assert.NotNull(portal.Get<MaintenanceGuard>().Find(School));
        await portal.Get<MaintenanceGuard>().LeaveAsync(School, Token);
        Assert.Null(portal.Get<MaintenanceGuard>().Find(School));
    }

    [Fact]
    public async Task Restore_InThisProcessAndByACommand_Tells()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.Configure<WebhookOptions>(_receiver.Configure));
        await using var _ = world;

        var restore = await world.RestoreAsync(then);
        var (start, end) = (await _receiver.NextAsync(), await _receiver.NextAsync());
        Assert.Equal(("maintenance.starting", "restore", restore.Id.Value, 2), (start.Event, start.Reason, start.Operation, start.ExpectedSeconds));
        Assert.Equal(("maintenance.ended", "restore", restore.Id.Value), (end.Event, end.Reason, end.Operation));

        var program = new ProgramUnderTest(world.Portal.Root.Path);
        program.Variables["Webhooks__Maintenance__Url"] = _receiver.Address.ToString();
        program.Variables["Webhooks__Maintenance__Secret"] = WebhookReceiver.Secret;
        await program.ReadAsync("undo", world.Tenant.Slug.Value, "--yes");
        (start, end) = (await _receiver.NextAsync(), await _receiver.NextAsync());
        Assert.Equal(("undo", 3L, true), (start.Reason, start.Sequence, start.IsGenuine));
        Assert.Equal(("maintenance.ended", 4L, true), (end.Event, end.Sequence, end.IsGenuine));
        await program.ReadAsync("webhook", "test", world.Tenant.Slug.Value);
        Assert.Equal("maintenance.test", (await _receiver.NextAsync()).Event);
    }

    [Fact]
    public async Task Example_OfTheDocument_KnowsGenuineMessages()
    {
        await using var portal = Open();
        await portal.Get<WebhookDelivery>().TestAsync(School, Token);
        var message = await _receiver.NextAsync();
        var document = await File.ReadAllTextAsync(Path.Combine(ProgramUnderTest.Root, "docs", "webhooks.md"), Token);
        await File.WriteAllTextAsync(_folder["example.py"], PythonBlock().Match(document).Groups["code"].Value + """

            import sys
            secret, header, body = sys.argv[1:4]
            later = time.time() + 301
            print(is_genuine(secret, header, body.encode()), is_genuine(secret, header, body.encode() + b" "), is_genuine(secret + "x", header, body.encode()),
                  is_genuine(secret, header, body.encode(), later), is_genuine(secret, "t=,v1=", body.encode()), is_genuine(secret, "", body.encode()))
            """, Token);

        using var python = Process.Start(new ProcessStartInfo("python3", [_folder["example.py"], WebhookReceiver.Secret, message.Header, message.Body])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var result = await ProgramUnderTest.EndAsync(python);

        Assert.Equal("True False False False False False\n", result.Output);
    }

    [Theory]
    [InlineData("ftp://example.org", WebhookReceiver.Secret, "Url")]
    [InlineData("example.org", WebhookReceiver.Secret, "Url")]
    [InlineData("https://example.org", "short", "Secret")]
    [InlineData("https://example.org", null, "Secret")]
    public void Options_ThatCannotWork_AreRefused(string url, string? secret, string named)
    {
        var problems = new WebhookOptionsValidator().Validate(null, new WebhookOptions { Url = url, Secret = secret });

        Assert.Contains(named, Assert.Single(problems.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Target_OfASchoolWithItsOwn_IsItsOwn()
    {
        var options = new WebhookOptions { Url = "https://all.example", Secret = WebhookReceiver.Secret };
        options.Tenants["nord"] = new WebhookTargetOptions { Url = "https://nord.example/hook" };

        Assert.Equal("https://nord.example/hook", options.TargetOf(School)!.Url.ToString());
        Assert.Equal("https://all.example/", options.TargetOf(TenantSlug.Parse("sued"))!.Url.ToString());
        Assert.True(new WebhookOptionsValidator().Validate(null, options).Succeeded);
        Assert.Null(new WebhookOptions().TargetOf(School));
    }

    private TestPortal Open(Action<WebhookOptions>? more = null, int? port = null) => TestPortal.OverFolder(_folder, services => services.Configure<WebhookOptions>(options =>
    {
        options.Url = port is { } given ? $"http://127.0.0.1:{given}/hook" : _receiver.Address.ToString();
        options.Secret = WebhookReceiver.Secret;
        more?.Invoke(options);
    }));

    [GeneratedRegex("^```python\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
