using System.Globalization;
using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;

namespace BackupPortal.Cli;

/// <summary>What bringing rows back prints.</summary>
internal static class RetrievalOutput
{
    /// <param name="operation">Null for a dry run.</param>
    public static void Write(CommandSession session, RetrievalArguments wanted, RetrievalPlan plan, OperationView? operation)
    {
        var document = new RetrievalDocument(
            operation?.Id.ToString(), NameOf.State(operation?.State ?? OperationState.Succeeded), operation is null, wanted.Snapshot,
            [.. plan.Tables.Select(one => new RetrievedTableDocument(one.Name, one.Chosen, one.Needed, one.Dependent, one.Replaced, one.LeftChanged, one.Conflicts))],
            new RetrievedFilesDocument(plan.Files.Added, plan.Files.Replaced, plan.Files.LeftChanged, plan.Files.Conflicts),
            [.. plan.Conflicts.Select(one => new RetrievalConflictDocument(one.Table, one.Row, JsonNamingPolicy.CamelCase.ConvertName(one.Reason.ToString()), one.Detail, one.Other))],
            (long)Math.Ceiling((operation?.Outcome?.Downtime ?? TimeSpan.Zero).TotalMilliseconds), operation?.Outcome?.SafetySnapshot?.Value);
        session.Output.Write(document, static json => json.RetrievalDocument, text => Write(text, plan, operation));
    }

    private static void Write(TextWriter text, RetrievalPlan plan, OperationView? operation)
    {
        if (plan.Tables.Count > 0)
        {
            plan.Tables.Aggregate(
                new TextTable("Table", "Chosen", "Needed", "Dependent", "Replaced", "Left changed", "Conflicts").AlignRight(1, 2, 3, 4, 5, 6),
                (table, one) => table.Add(
                    one.Name, Number(one.Chosen), Number(one.Needed), Number(one.Dependent), Number(one.Replaced), Number(one.LeftChanged), Number(one.Conflicts))).Write(text);
        }
        if (plan.Files is { } files && files != new RetrievedFiles(0, 0, 0, 0))
            text.WriteLine($"Files: {Number(files.Added)} come back, {Number(files.Replaced)} get their old content, {Number(files.LeftChanged)} that have changed stay as they are.");
        foreach (var one in plan.Conflicts.Where(static one => one.Table.Length == 0))
            text.WriteLine($"Conflict: {one.Row} cannot come back, because {one.Detail} is something else now.");
        foreach (var one in plan.Conflicts.Where(static one => one.Table.Length > 0))
        {
            text.WriteLine(one.Reason == RetrievalConflictReason.Taken
                ? $"Conflict: {one.Table}: {one.Row} cannot come back, because live data has another row with the same {one.Detail}{(one.Other is null ? "" : $": {one.Other}")}."
                : $"Conflict: {one.Table}: {one.Row} cannot come back, because it refers to a row of {one.Detail} that cannot either.");
        }
        text.WriteLine(operation is null ? "Dry run: nothing was changed." : operation.Outcome!.Summary.ToString());
        if (operation?.Outcome?.SafetySnapshot is { } safety)
            text.WriteLine($"What was live before is kept as {safety}.");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
