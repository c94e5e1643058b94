namespace BackupPortal.Access;

/// <summary>The answer to: may this person do this with this tenant?</summary>
/// <param name="Grant">Set exactly when <see cref="Verdict"/> is <see cref="AccessVerdict.Allowed"/>.</param>
internal sealed record AccessDecision(AccessVerdict Verdict, TenantGrant? Grant = null);

internal enum AccessVerdict
{
    Allowed,

    /// <summary>Nobody is signed in, or the account is gone.</summary>
    SignInNeeded,

    /// <summary>No such tenant, or none of this person's: the two must not be told apart.</summary>
    NotFound,

    /// <summary>The person's role in this tenant is too low.</summary>
    Forbidden,
}
