using System.Net.WebSockets;
using System.Reflection;
using BackupPortal.Live;
using BackupPortal.Tests.Live;

namespace BackupPortal.Tests.Access;

/// <summary>Calls every method of the hub, found by reflection, as everybody.</summary>
[Collection(WalkCollection.Name)]
public sealed class HubWalkTests(WalkedPortal portal)
{
    [Fact]
    public void Methods_OfTheHub_AreExactlyThoseOfTheTable() =>
        Assert.Equal(AccessTable.HubMethods.Keys.Order(StringComparer.Ordinal), Methods().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Walker.Member)]
    [InlineData(Walker.Admin)]
    [InlineData(Walker.Operator)]
    [InlineData(Walker.AdminOfAnotherTenant)]
    [InlineData(Walker.MemberOfAnotherTenant)]
    public async Task Methods_CalledByEachPerson_AnswerAsTheTableSays(Walker walker)
    {
        await using var client = await HubClient.ConnectAsync(portal.Server, portal.VisitorOf(walker));

        foreach (var (method, expected) in AccessTable.HubMethods)
        {
            var error = await client.InvokeAsync(method, AccessTable.ValueOf("slug"));

            var mayDoIt = AccessTable.RefusalOf(expected, walker, isPage: false) is null;
            Assert.True(error is null == mayDoIt, $"{method} as {walker}: {error ?? "done"}");
        }
    }

    [Fact]
    public async Task Connection_OfAStranger_IsRefused() =>
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(portal.Server, portal.VisitorOf(Walker.Stranger)));

    private static IEnumerable<string> Methods() => typeof(OperationsHub)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.GetBaseDefinition().DeclaringType == typeof(OperationsHub))
        .Select(method => method.Name);
}
