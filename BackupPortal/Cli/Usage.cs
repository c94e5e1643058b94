using System.CommandLine;
using System.CommandLine.Parsing;
using BackupPortal.Core.Restore;

namespace BackupPortal.Cli;

/// <summary>Arguments that several commands take, and rules about them that end in <see cref="ExitCodes.WrongUsage"/>.</summary>
internal static class Usage
{
    /// <summary>Parts what is wrong from the hint, in the text of a parse error.</summary>
    public const char HintMark = '\u001f';

    public const string SnapshotDescription = "A backup: 'latest', its name, or a unique beginning of its name.";

    public static Argument<string> Slug() => new Argument<string>("SLUG") { Description = "The school's short name." }.NoOptions();

    public static Argument<string> Snapshot() => new Argument<string>("SNAPSHOT") { Description = SnapshotDescription }.NoOptions();

    public static Option<bool> Yes() => new("--yes") { Description = "Really do it: this replaces live data." };

    public static Option<int> Countdown() => new("--countdown")
    {
        Description = "Announce it to users with an open page, and lock them out only after this time (0 to 600; 0 when not given).",
        HelpName = "SECONDS",
    };

    /// <summary>What <see cref="Countdown"/> must be.</summary>
    public static void RefuseCountdown(this CommandResult result, Option<int> countdown)
    {
        if (result.WordOf(countdown) is { } word && !(int.TryParse(word, out var seconds) && seconds is >= 0 and <= RestoreArguments.LongestCountdownSeconds))
            result.Refuse($"--countdown takes 0 to {RestoreArguments.LongestCountdownSeconds} seconds.", "For example: --countdown 60");
    }

    public static Option<bool> LiveIsDamaged() =>
        new("--live-is-damaged") { Description = "Go on although live data is damaged or missing: its raw files are kept for a while, and there is no undo." };

    /// <summary>Takes no word that looks like an option: it is one that does not exist, not a school or a backup of that name.</summary>
    public static T NoOptions<T>(this T argument)
        where T : Argument
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } token)
                result.Refuse($"There is no option '{token.Value}'.", "See which there are with --help after the command.");
        });
        return argument;
    }

    public static void Refuse(this SymbolResult result, string what, string hint) => result.AddError(what + HintMark + hint);

    /// <summary>What stands on the command line; null when the option does not. Unlike the parsed value it can be had when the word is a wrong one.</summary>
    public static string? WordOf(this CommandResult result, Option option) => result.GetResult(option) is { Tokens: [var token, ..] } ? token.Value : null;

    public static bool Has(this CommandResult result, Option<bool> option) =>
        result.GetResult(option) is { Implicit: false } given && given.Tokens is not [{ Value: "false" }];
}
