using System.Security.Cryptography;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Access;

/// <summary>Adds people who may sign in, for the operator, the command line and the demonstration.</summary>
internal sealed class AccountRegistration(UserManager<Account> users, MembershipStore memberships, AuditLog audit)
{
    // Without characters that are easily mistaken for others.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Adds an account; one that is there already is given the role and keeps its password, unless a new one is given.</summary>
    /// <exception cref="AccountRefusedException">The address is not one, or the password is too weak.</exception>
    public async Task<AddedAccount> AddAsync(NewAccount request, string by, CancellationToken cancellationToken)
    {
        var found = await users.FindByEmailAsync(request.Email);
        var password = request.Password ?? (found is null ? MakePassword() : null);
        var account = found ?? await CreateAsync(request, password!);
        if (found is not null && password is not null)
            await SetPasswordAsync(found, password);
        if (found is not null && request.IsOperator && !found.IsOperator)
        {
            found.IsOperator = true;
            Require(await users.UpdateAsync(found));
        }
        if (request.Tenant is { } tenant)
            await memberships.SetAsync(account.Id, tenant, request.Role, cancellationToken);
        var role = request.IsOperator ? "operator" : request.Role.ToString().ToLowerInvariant();
        await audit.WriteAsync(request.Tenant, by, new Message("Catalog", "AuditAccountAdded", request.Email, role), cancellationToken);
        return new AddedAccount(account.Id, found is null, password);
    }

    /// <summary>Gives an account that is there a made-up password, and nothing else; its sessions end.</summary>
    /// <returns>The password; null when there is no such account (any more).</returns>
    public async Task<string?> ResetPasswordAsync(Guid account, string by, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(account.ToString()) is not { } found)
            return null;
        var password = MakePassword();
        await SetPasswordAsync(found, password);
        await audit.WriteAsync(null, by, new Message("Catalog", "AuditPasswordReset", found.Email ?? ""), cancellationToken);
        return password;
    }

    /// <summary>Takes an account's role in a tenant away. Its sessions end: a page that is open would go on showing the tenant.</summary>
    public async Task RemoveAsync(Guid account, TenantId tenant, string by, CancellationToken cancellationToken)
    {
        await memberships.RemoveAsync(account, tenant, cancellationToken);
        if (await users.FindByIdAsync(account.ToString()) is not { } found)
            return;
        Require(await users.UpdateSecurityStampAsync(found));
        await audit.WriteAsync(tenant, by, new Message("Catalog", "AuditMembershipRemoved", found.Email ?? ""), cancellationToken);
    }

    /// <summary>Four groups of five: enough for good, and possible to type.</summary>
    public static string MakePassword()
    {
        var letters = RandomNumberGenerator.GetString(Alphabet, 20);
        return $"{letters[..5]}-{letters[5..10]}-{letters[10..15]}-{letters[15..]}";
    }

    private async Task<Account> CreateAsync(NewAccount request, string password)
    {
        var account = new Account { UserName = request.Email, Email = request.Email, IsOperator = request.IsOperator };
        Require(await users.CreateAsync(account, password));
        return account;
    }

    private async Task SetPasswordAsync(Account account, string password)
    {
        foreach (var validator in users.PasswordValidators)
            Require(await validator.ValidateAsync(users, account, password));
        Require(await users.RemovePasswordAsync(account));
        Require(await users.AddPasswordAsync(account, password));
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new AccountRefusedException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}

/// <param name="Password">Null to have one made up.</param>
/// <param name="Role">Has a meaning only with a tenant.</param>
internal sealed record NewAccount(string Email, string? Password, bool IsOperator, TenantId? Tenant = null, TenantRole Role = TenantRole.Member);

/// <param name="Password">As it was set now; null when an account that was there keeps its own.</param>
internal sealed record AddedAccount(Guid Id, bool IsNew, string? Password);

/// <summary>Address or password of a new account are not accepted; says why in English.</summary>
internal sealed class AccountRefusedException(string reason) : Exception(reason);
