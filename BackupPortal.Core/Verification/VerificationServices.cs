using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Verification;

public static class VerificationServices
{
    public static IServiceCollection AddVerification(this IServiceCollection services) => services
        .AddSingleton<SnapshotVerification>()
        .AddSingleton<IOperationHandler, VerifyOperation>();
}
