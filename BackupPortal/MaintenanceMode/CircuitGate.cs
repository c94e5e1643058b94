using BackupPortal.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace BackupPortal.MaintenanceMode;

/// <summary>
/// Refuses what comes in from an open page of a tenant that its user has to wait for. One for each circuit. The page itself is switched by
/// <see cref="MaintenanceWatch"/>.
/// </summary>
internal sealed partial class CircuitGate(
    MaintenanceGate gate, NavigationManager navigation, AuthenticationStateProvider authentication, ILogger<CircuitGate> logger) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context => RunAsync(context.Circuit.Id, () => next(context));

    /// <summary>Runs an event of this circuit, or leaves it out.</summary>
    internal async Task RunAsync(string circuit, Func<Task> activity)
    {
        if (TenantAddress.SlugOf(navigation.Uri) is not { } slug)
        {
            await activity();
            return;
        }
        var state = await authentication.GetAuthenticationStateAsync();
        using var pass = await gate.EnterAsync(state.User, slug, CancellationToken.None);
        if (pass.IsClosed)
            Log.Refused(logger, circuit, slug);
        else
            await activity();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "An event of circuit {Circuit} was refused: {Tenant} is in maintenance mode.")]
        public static partial void Refused(ILogger logger, string circuit, string tenant);
    }
}
