using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Live;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Live;

public sealed class OperationsHubTests : IAsyncLifetime
{
    private PortalServer server = null!;
    private Tenant north = null!;
    private Tenant south = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync();
        north = await server.AddTenantAsync("north");
        south = await server.AddTenantAsync("south");
        await server.AddAccountAsync("admin@north.example", north, TenantRole.Admin);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Subscribe_ByTheTenantsAdmin_ReceivesItsOperationsAndNoOthers()
    {
        using var visitor = await server.SignInAsync("admin@north.example");
        await using var client = await HubClient.ConnectAsync(server, visitor);
        Assert.Null(await client.InvokeAsync("Subscribe", "north"));

        var elsewhere = TestOperations.Running(south.Id, 0.1);
        var here = TestOperations.Running(north.Id, 0.5);
        Feed.Publish(elsewhere);
        Feed.Publish(here);

        var received = await client.EventAsync(OperationsHub.OperationEvent);
        Assert.Equal(here.Id.ToString(), received.GetProperty("id").GetString());
        Assert.Equal("north", received.GetProperty("tenant").GetString());
        Assert.Equal(50, received.GetProperty("percent").GetDouble());
    }

    [Fact]
    public async Task Subscribe_ToAnUnknownOrForeignTenant_GivesTheSameError()
    {
        using var visitor = await server.SignInAsync("admin@north.example");
        await using var client = await HubClient.ConnectAsync(server, visitor);

        var foreign = await client.InvokeAsync("Subscribe", "south");
        var unknown = await client.InvokeAsync("Subscribe", "nowhere");

        Assert.NotNull(foreign);
        Assert.Equal(foreign, unknown);
    }

    [Fact]
    public async Task Unsubscribe_AfterSubscribe_ReceivesNothingMore()
    {
        using var visitor = await server.SignInAsync("admin@north.example");
        await using var client = await HubClient.ConnectAsync(server, visitor);
        await client.InvokeAsync("Subscribe", "north");

        Assert.Null(await client.InvokeAsync("Unsubscribe", "north"));
        var unheard = TestOperations.Running(north.Id, 0.1);
        Feed.Publish(unheard);
        // What is published after subscribing again comes later than what was lost in between.
        await client.InvokeAsync("Subscribe", "north");
        var heard = TestOperations.Running(north.Id, 0.2);
        Feed.Publish(heard);

        Assert.DoesNotContain(server.Services.GetRequiredService<HubSubscriptions>().All, one => one.Tenant.Id == south.Id);
        var received = await client.EventAsync(OperationsHub.OperationEvent);
        while (received.GetProperty("id").GetString() != heard.Id.ToString())
            received = await client.EventAsync(OperationsHub.OperationEvent);
    }

    [Fact]
    public async Task Check_AfterTheRoleIsTakenAway_EndsTheSubscription()
    {
        var leaver = await server.AddAccountAsync("leaver@north.example", north, TenantRole.Admin);
        using var visitor = await server.SignInAsync("leaver@north.example");
        await using var client = await HubClient.ConnectAsync(server, visitor);
        await client.InvokeAsync("Subscribe", "north");
        await server.Services.GetRequiredService<MembershipStore>().RemoveAsync(leaver.Id, north.Id, TestContext.Current.CancellationToken);

        await server.Services.GetRequiredService<HubAccessCheck>().CheckAsync(TestContext.Current.CancellationToken);

        var told = await client.EventAsync(OperationsHub.UnsubscribedEvent);
        Assert.Equal("north", told.GetString());
        Assert.Empty(server.Services.GetRequiredService<HubSubscriptions>().All);
        Assert.NotNull(await client.InvokeAsync("Subscribe", "north"));
    }

    private OperationFeed Feed => server.Services.GetRequiredService<OperationFeed>();
}
