using System.Globalization;
using BackupPortal.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

if (args is ["warm", var dataRoot, var database, var count])
{
    await WarmBackups.RunAsync(dataRoot, database, int.Parse(count, CultureInfo.InvariantCulture));
    return;
}

if (args is ["queued-restore", var root, var slug, var snapshot, var countdown])
{
    await QueuedRestore.RunAsync(root, slug, snapshot, int.Parse(countdown, CultureInfo.InvariantCulture));
    return;
}

// In this process: a project that BenchmarkDotNet generates would be built with other settings than this one's.
var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10));
BenchmarkSwitcher.FromAssembly(typeof(SamplePages).Assembly).Run(args, config);
