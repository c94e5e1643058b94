namespace BackupPortal.Access;

/// <summary>Prints the set-up code on the console of an installation that has no account yet.</summary>
internal sealed class SetupAnnouncement(FirstOperator firstOperator, SetupCode code) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await firstOperator.IsNeededAsync(cancellationToken))
            return;
        code.Issued += Print;
        code.Issue();
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        code.Issued -= Print;
        return Task.CompletedTask;
    }

    // Printed, not logged: a secret has no place in log files.
    private static void Print(string issued) =>
        Console.Out.WriteLine($"Nobody can sign in yet. Open {AccountAddress.Setup} in a browser and enter this set-up code: {issued}");
}
