using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;

namespace BackupPortal.Core.Retrieval;

public static class RetrievalServices
{
    public static IServiceCollection AddRetrieval(this IServiceCollection services) => services
        .AddSingleton<RetrievalPreview>()
        .AddSingleton<RetrievalFence>()
        .AddSingleton<IOperationHandler, RetrievalOperation>()
        .AddSingleton(static provider => new RetrievalRecovery(
            provider.GetRequiredService<TenantStore>(), provider.GetRequiredService<TenantLeases>(), provider.GetRequiredService<OperationStore>(),
            provider.GetRequiredService<OperationRecovery>(), provider.GetRequiredService<IRestoreCheckpoint>(), provider.GetRequiredService<ILogger<RetrievalRecovery>>()))
        .AddSingleton<ICrashRecovery>(static provider => provider.GetRequiredService<RetrievalRecovery>());
}
