namespace BackupPortal.Core.Restore;

public static class RestoreServices
{
    public static IServiceCollection AddRestore(this IServiceCollection services) => services
        .AddSingleton<RestoreHistory>()
        .AddSingleton<RestoreRecovery>()
        .AddSingleton<RestoreToFolder>();
}
