using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Access;

/// <summary>Sets up the first account of an installation. One instance a process.</summary>
internal sealed class FirstOperator(SetupCode code, AccountStore accounts, IServiceScopeFactory scopes) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1);
    private volatile bool isSetUp;

    /// <summary>True until there is an account.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        if (isSetUp)
            return false;
        isSetUp = await accounts.AnyAsync(cancellationToken);
        return !isSetUp;
    }

    /// <summary>Creates the operator; of several attempts at once only one can.</summary>
    public async Task<SetupResult> CreateAsync(string? enteredCode, string email, string password, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!await IsNeededAsync(cancellationToken))
                return new SetupResult(SetupOutcome.NotNeeded, []);
            if (!code.Matches(enteredCode))
                return new SetupResult(SetupOutcome.WrongCode, []);

            await using var scope = scopes.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            var account = new Account { UserName = email, Email = email, IsOperator = true };
            var result = await users.CreateAsync(account, password);
            if (!result.Succeeded)
                return new SetupResult(SetupOutcome.NotAccepted, [.. result.Errors.Select(static error => error.Code)]);
            isSetUp = true;
            code.Retire();
            return new SetupResult(SetupOutcome.Created, []);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();
}

/// <param name="Errors">Identity's codes of what is wrong with address or password.</param>
internal sealed record SetupResult(SetupOutcome Outcome, IReadOnlyList<string> Errors);

internal enum SetupOutcome
{
    Created,
    WrongCode,
    NotAccepted,
    NotNeeded,
}
