using Quartz;

namespace BackupPortal.Core.Scheduling;

public static class SchedulingServices
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UploadTidyInterval = TimeSpan.FromHours(1);

    /// <summary>
    /// Adds the nightly backups, and the tidying after restores and of uploads, which begin when a host starts. The portal calls it; the command line does not need it: whoever runs a command does
    /// not want a schedule to begin.
    /// </summary>
    public static IServiceCollection AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<NightlyBackups>();
        services.AddQuartz(quartz => quartz
            .ScheduleJob<NightlyJob>(trigger => trigger
                .WithIdentity("nightly")
                .StartNow()
                .WithSimpleSchedule(schedule => schedule.WithInterval(LookInterval).RepeatForever()))
            .ScheduleJob<TenantTidying>(trigger => trigger
                .WithIdentity("tidying")
                .StartNow()
                .WithSimpleSchedule(schedule => schedule.WithInterval(TidyInterval).RepeatForever()))
            .ScheduleJob<UploadTidying>(trigger => trigger
                .WithIdentity("uploads")
                .StartNow()
                .WithSimpleSchedule(schedule => schedule.WithInterval(UploadTidyInterval).RepeatForever())));
        return services.AddQuartzHostedService(options =>
        {
            options.AwaitApplicationStarted = true;
            options.WaitForJobsToComplete = true;
        });
    }
}
