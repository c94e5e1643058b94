using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Tells what restoring a backup would do, without doing it.</summary>
internal sealed class CompareCommand : PortalCommand
{
    private const string Live = "live";

    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string> _snapshot = Usage.Snapshot();

    private readonly Argument<string> _other = new Argument<string>("OTHER")
    {
        Description = "What to compare it with: 'live' (the default) for live data, or another backup.",
        DefaultValueFactory = _ => Live,
    }.NoOptions();

    public CompareCommand()
        : base("compare", "Tells what restoring a backup would do: rows and files that come back, revert or disappear. Changes nothing.")
    {
        Add(_slug);
        Add(_snapshot);
        Add(_other);
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var repository = session.Get<TenantRepositories>().Of(tenant);
        var snapshot = await repository.ResolveAsync(session.Parsed.GetRequiredValue(_snapshot), cancellationToken);
        var other = session.Parsed.GetRequiredValue(_other);
        SnapshotId? second = other == Live ? null : await repository.ResolveAsync(other, cancellationToken);
        using var progress = new ProgressLine(session.Errors);
        using var comparison = await session.Get<StateComparer>().RunAsync(
            tenant, snapshot, second, ComparisonProgress.OfReading((done, total) => progress.Show("Comparing", done, total)), cancellationToken);
        progress.Clear();
        session.Output.Write(DocumentOf(comparison), static json => json.ComparisonDocument, text => Write(text, tenant, comparison));
        return ExitCodes.Done;
    }

    private static ComparisonDocument DocumentOf(StateComparison comparison) => new(
        [.. comparison.Tables.Select(table => new TableDifferenceDocument(table.Name, table.ComeBack, table.Revert, table.Disappear))],
        [.. comparison.Schema.Select(one => new SchemaDifferenceDocument(
            JsonNamingPolicy.CamelCase.ConvertName(one.Part.ToString()), JsonNamingPolicy.CamelCase.ConvertName(one.Change.ToString()), one.Name, one.Table, one.OtherName))],
        new FileDifferenceDocument(comparison.Files.ComeBack, comparison.Files.Revert, comparison.Files.Disappear),
        comparison.Snapshot.Id.Value, comparison.Other?.Id.Value ?? Live);

    private static void Write(TextWriter text, Tenant tenant, StateComparison comparison)
    {
        var other = comparison.Other is { } record ? $"backup {record.Id}" : $"live data of {HumanText.Time(comparison.OtherUtc, tenant.TimeZone)}";
        if (comparison.IsNone)
        {
            text.WriteLine($"Backup {comparison.Snapshot.Id} and {other} are the same.");
            return;
        }
        text.WriteLine($"What restoring {comparison.Snapshot.Id} would do, compared with {other}:");
        var rows = comparison.Tables.Select(table => (table.Name, table.ComeBack, table.Revert, table.Disappear));
        if (!comparison.Files.IsNone)
            rows = rows.Append(("(files)", comparison.Files.ComeBack, comparison.Files.Revert, comparison.Files.Disappear));
        rows.Aggregate(new TextTable("Table", "Come back", "Revert", "Disappear").AlignRight(1, 2, 3),
            (table, one) => table.Add(one.Name, Number(one.ComeBack), Number(one.Revert), Number(one.Disappear))).Write(text);
        foreach (var one in comparison.Schema)
            text.WriteLine($"Structure: {Sentence(one)}");
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Sentence(SchemaDifference one)
    {
        var subject = $"{one.Part.ToString().ToLowerInvariant()} {(one.Table is null ? one.Name : $"{one.Table}.{one.Name}")}";
        return one.Change switch
        {
            SchemaChange.ComesBack => $"{subject} comes back.",
            SchemaChange.Disappears => $"{subject} disappears.",
            SchemaChange.Reverts => $"{subject} is defined as it was.",
            _ => $"{subject} gets its old name back; it is called {one.OtherName} now.",
        };
    }
}
