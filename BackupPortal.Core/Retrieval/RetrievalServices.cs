using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Retrieval;

public static class RetrievalServices
{
    public static IServiceCollection AddRetrieval(this IServiceCollection services) => services
        .AddSingleton<RetrievalPreview>()
        .AddSingleton<RetrievalFence>()
        .AddSingleton<IOperationHandler, RetrievalOperation>()
        .AddSingleton<ICrashRecovery, RetrievalRecovery>();
}
