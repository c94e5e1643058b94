using System.Security.Claims;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Access;

/// <summary>Gives the signed-in person a new password, and ends their sign-ins elsewhere.</summary>
internal sealed class PasswordChange(UserManager<Account> users, SignInManager<Account> signIn)
{
    /// <returns>Identity's codes of what is wrong; empty when it is done.</returns>
    public async Task<IReadOnlyList<string>> TryAsync(ClaimsPrincipal user, string current, string password)
    {
        if (await users.GetUserAsync(user) is not { } account)
            return ["PasswordMismatch"];
        // A stolen session must not be a way to guess the password.
        var check = await signIn.CheckPasswordSignInAsync(account, current, lockoutOnFailure: true);
        if (!check.Succeeded)
            return ["PasswordMismatch"];
        var result = await users.ChangePasswordAsync(account, current, password);
        if (!result.Succeeded)
            return [.. result.Errors.Select(static error => error.Code)];
        await signIn.RefreshSignInAsync(account);
        return [];
    }
}
