using System.Security.Claims;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Tests.Hosting;

/// <summary>Somebody as the cookie tells who they are.</summary>
internal static class TestPrincipal
{
    public static ClaimsPrincipal Stranger { get; } = new(new ClaimsIdentity());

    public static ClaimsPrincipal Of(Account account) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()), new Claim(ClaimTypes.Name, account.UserName!)], "test"));
}
