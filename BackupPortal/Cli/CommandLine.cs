using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;

namespace BackupPortal.Cli;

/// <summary>What the program understands when it is called: its commands, and what a wrong call gets.</summary>
internal sealed class CommandLine
{
    private readonly RootCommand _root = new("Keeps the data of many schools safe: backups, restores with a way back, and nights that look after themselves.");

    public CommandLine(params IEnumerable<Command> commands)
    {
        _root.Add(CommonOptions.Data);
        _root.Add(CommonOptions.Json);
        foreach (var command in commands)
            _root.Add(command);
    }

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // The command line speaks English, to people and to scripts, whatever the machine is set to.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        // No response files: a note may begin with an @.
        var parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return RefuseUsage(parsed);
        using var interrupt = new Interrupt();
        // The library would give a command two seconds to end; a commit or a swap that has begun is finished, whatever it takes.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
    }

    private static int RefuseUsage(ParseResult parsed)
    {
        // Reasons with a hint say more than the parser's own; and of a word that it does not know it says first only that a command is missing.
        var problem = parsed.Errors.Select(error => error.Message).OrderBy(message => message.Contains(Usage.HintMark, StringComparison.Ordinal) ? 0 : 1).First();
        if (parsed.UnmatchedTokens is [var unknown, ..] && parsed.CommandResult.Command.Subcommands.Count > 0)
            problem = $"There is no command '{unknown}'.";
        var (what, hint) = problem.Split(Usage.HintMark, 2) is [var first, var second] ? (first, second) : (problem, null);
        ErrorLines.Write(Console.Error, what, hint ?? $"See: {NameOf(parsed)} --help");
        return ExitCodes.WrongUsage;
    }

    private static string NameOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
            if (result is System.CommandLine.Parsing.CommandResult command)
                names.Insert(0, command.Command.Name);
        return string.Join(' ', names);
    }
}
