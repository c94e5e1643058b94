using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Operations;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Import;

public static class ImportServices
{
    public static IServiceCollection AddImport(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ImportOptions>, ImportOptionsValidator>());
        return services
            .AddSingleton<UploadStore>()
            .AddSingleton<ImportSource>()
            .AddSingleton<IOperationHandler, ImportOperation>();
    }
}
