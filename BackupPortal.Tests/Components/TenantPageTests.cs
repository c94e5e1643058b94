using BackupPortal.Components.Data;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class TenantPageTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Grant_TakenAwayWhileOpen_LeavesThePageStandingForTheSignIn()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = portal.OpenGranted<DataPage>();
        page.WaitForAssertion(() => Assert.Contains("No tables yet", page.Markup, StringComparison.Ordinal), Bound);

        portal.TakeGrantAway<DataPage>(page);

        Assert.Contains("No tables yet", page.Markup, StringComparison.Ordinal);
    }
}
