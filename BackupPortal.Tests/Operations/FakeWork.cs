using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Tests.Catalog;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupPortal.Tests.Operations;

/// <summary>Stands in for the capabilities: what an operation does is what the test says.</summary>
internal sealed class FakeWork(OperationKind kind, Func<OperationContext, CancellationToken, Task> run) : IOperationHandler
{
    public static readonly OperationOutcome Outcome = new(new Message("Operations", "StateSucceeded"), SizeBytes: 42);

    public OperationKind Kind { get; } = kind;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.Store, OperationPhase.Finish];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        await run(context, cancellationToken);
        return Outcome;
    }

    /// <summary>A portal, or another process on the data root of one, whose backups do this.</summary>
    public static Task<TestPortal> PortalAsync(
        Func<OperationContext, CancellationToken, Task> run, TestPortal? shareWith = null, Action<IServiceCollection>? configure = null) =>
        TestPortal.CreateAsync(
            services =>
            {
                services.RemoveAll<IOperationHandler>();
                services.AddSingleton<IOperationHandler>(new FakeWork(OperationKind.Backup, run));
                configure?.Invoke(services);
            },
            shareWith);
}
