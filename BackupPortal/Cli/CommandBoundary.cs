using System.CommandLine;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using Microsoft.Extensions.Options;

namespace BackupPortal.Cli;

/// <summary>The one place where what goes wrong in a command becomes lines for a person and an exit code.</summary>
internal static partial class CommandBoundary
{
    public static async Task<int> RunAsync(PortalCommand command, ParseResult parsed, CancellationToken cancellationToken)
    {
        var errors = parsed.InvocationConfiguration.Error;
        await using var session = new CommandSession(parsed);
        try
        {
            await session.PrepareAsync(command.Preparation, cancellationToken);
            try
            {
                return await command.RunAsync(session, cancellationToken);
            }
            finally
            {
                if (command.Preparation != Preparation.Own)
                    await session.TellWebhooksAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            ErrorLines.Write(errors, "Cancelled.", "Live data and backups are as they were. Run the command again when you are ready.");
        }
        catch (InvalidTenantException invalid)
        {
            foreach (var (_, problem) in invalid.Problems)
                ErrorLines.Write(errors, problem.ToString(), hint: null);
            ErrorLines.WriteHint(errors, invalid.Hint?.ToString() ?? "Nothing was added. Correct this and run the command again.");
        }
        catch (CommandException given)
        {
            ErrorLines.Write(errors, given.Message, given.Hint);
        }
        catch (AccountRefusedException refused)
        {
            ErrorLines.Write(errors, refused.Message, "Choose another address or password; nothing was changed.");
        }
        catch (PortalException given)
        {
            ErrorLines.Write(errors, given.What.ToString(), given.Hint?.ToString());
        }
        catch (OptionsValidationException invalid)
        {
            foreach (var problem in invalid.Failures)
                ErrorLines.Write(errors, problem, hint: null);
            ErrorLines.WriteHint(errors, "Correct the configuration (appsettings.json or the environment), then run the command again.");
        }
        catch (Exception failure) when (FullDisk.IsCauseOf(failure, session.Root))
        {
            ErrorLines.Write(errors, $"The disk that holds {session.Root.Path} is full.",
                "No backup and no live data is lost. Free some space, then run the command again: what a restore left open is finished or reversed first.");
        }
        catch (Exception unexpected)
        {
            Log.Unexpected(session.LogOf<PortalCommand>(), command.Name, unexpected);
            ErrorLines.Write(errors, $"Something unexpected went wrong: {unexpected.Message}", session.Log.Problem is { } problem ? $"Details could not be kept in {session.Log.Path}: {problem}" : $"Details are in {session.Log.Path}");
        }

        return ExitCodes.Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The command {Command} failed unexpectedly")]
        public static partial void Unexpected(ILogger logger, string command, Exception failure);
    }
}
