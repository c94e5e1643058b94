using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Access;

/// <summary>Signs somebody in, or says no without telling why: unknown address, wrong password and locked out look and last the same.</summary>
internal sealed partial class SignInAttempt(
    UserManager<Account> users, SignInManager<Account> signIn, IPasswordHasher<Account> hasher, ILogger<SignInAttempt> logger)
{
    // A hash of nothing anybody knows, made once, to spend as long on an unknown address as on a wrong password.
    private static readonly Account Nobody = new();
    private static readonly Lazy<string> NobodysHash = new(static () => new PasswordHasher<Account>().HashPassword(Nobody, Guid.NewGuid().ToString()));

    public async Task<bool> TryAsync(string? email, string? password, bool isPersistent)
    {
        var account = string.IsNullOrWhiteSpace(email) ? null : await users.FindByNameAsync(email.Trim());
        if (account is null || await users.IsLockedOutAsync(account))
        {
            hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password ?? "");
            Log.Refused(logger);
            return false;
        }
        var result = await signIn.PasswordSignInAsync(account, password ?? "", isPersistent, lockoutOnFailure: true);
        if (!result.Succeeded)
            Log.Refused(logger);
        return result.Succeeded;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A sign-in was refused.")]
        public static partial void Refused(ILogger logger);
    }
}
