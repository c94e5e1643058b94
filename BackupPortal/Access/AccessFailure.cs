using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>Why a policy was not met, for the answer.</summary>
internal sealed class AccessFailure(IAuthorizationHandler handler, AccessVerdict verdict) : AuthorizationFailureReason(handler, verdict.ToString())
{
    public AccessVerdict Verdict { get; } = verdict;
}
