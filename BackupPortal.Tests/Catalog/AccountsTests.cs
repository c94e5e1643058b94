using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Tests.Catalog;

public class AccountsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Create_GoodPassword_IsHashedAndListed()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var scope = portal.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        Assert.False(await portal.Get<AccountStore>().AnyAsync(None));

        var account = await CreateAsync(users, "o'neil+ä@schule.example");

        Assert.DoesNotContain("correct horse", account.PasswordHash, StringComparison.Ordinal);
        Assert.True(await users.CheckPasswordAsync(account, "correct horse battery"));
        var listed = Assert.Single(await portal.Get<AccountStore>().ListAsync(None));
        Assert.Equal((account.Id, "o'neil+ä@schule.example", false, 0), (listed.Id, listed.Email, listed.IsOperator, listed.Tenants));
    }

    [Theory]
    [InlineData("elevenchars")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    public async Task Create_WeakPassword_IsRefused(string password)
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var scope = portal.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();

        Assert.False((await users.CreateAsync(New("anna@schule.example"), password)).Succeeded);
        Assert.False(await portal.Get<AccountStore>().AnyAsync(None));
    }

    [Fact]
    public async Task AccessFailed_FiveTimes_LocksOutForFiveMinutes()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var scope = portal.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await CreateAsync(users, "anna@schule.example");

        for (var failure = 1; failure <= 5; failure++)
        {
            Assert.False(await users.IsLockedOutAsync(account));
            await users.AccessFailedAsync(account);
        }

        Assert.True(await users.IsLockedOutAsync(account));
        var until = (await portal.Get<AccountStore>().ListAsync(None))[0].LockedOutUntilUtc!.Value;
        Assert.InRange(until - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Memberships_SetChangedAndRemoved_AreOfOneTenantOnly()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var scope = portal.Services.CreateAsyncScope();
        var account = await CreateAsync(scope.ServiceProvider.GetRequiredService<UserManager<Account>>(), "anna@schule.example");
        var (one, two) = (await portal.AddTenantAsync("one"), await portal.AddTenantAsync("two"));
        var memberships = portal.Get<MembershipStore>();

        await memberships.SetAsync(account.Id, one.Id, TenantRole.Member, None);
        await memberships.SetAsync(account.Id, one.Id, TenantRole.Admin, None);

        Assert.Equal(TenantRole.Admin, await memberships.RoleOfAsync(account.Id, one.Id, None));
        Assert.Null(await memberships.RoleOfAsync(account.Id, two.Id, None));
        Assert.Equal([new Membership(account.Id, "anna@schule.example", TenantRole.Admin)], await memberships.ListAsync(one.Id, None));
        Assert.Equal([one.Id], (await memberships.RolesOfAsync(account.Id, None)).Keys);
        await memberships.RemoveAsync(account.Id, one.Id, None);
        Assert.Empty(await memberships.ListAsync(one.Id, None));
    }

    [Fact]
    public async Task Memberships_OfAnAccountThatIsNotThere_AreRefusedByTheForeignKey()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();

        await Assert.ThrowsAsync<Microsoft.EntityFrameworkCore.DbUpdateException>(() =>
            portal.Get<MembershipStore>().SetAsync(Guid.NewGuid(), tenant.Id, TenantRole.Member, None));
    }

    private static Account New(string email) => new() { UserName = email, Email = email };

    private static async Task<Account> CreateAsync(UserManager<Account> users, string email)
    {
        var account = New(email);
        Assert.True((await users.CreateAsync(account, "correct horse battery")).Succeeded);
        return account;
    }
}
