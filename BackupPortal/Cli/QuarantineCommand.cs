using System.CommandLine;
using System.Globalization;
using BackupPortal.Core.Restore;

namespace BackupPortal.Cli;

/// <summary>Lists the raw files of damaged live data that restores have put aside.</summary>
internal sealed class QuarantineCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();

    public QuarantineCommand()
        : base("quarantine", "Lists raw files of damaged live data that restores have put aside, and until when they are kept.") => Add(_slug);

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        IReadOnlyList<QuarantineDocument> documents = [.. session.Get<QuarantineList>().List(tenant).Select(state => new QuarantineDocument(
            state.Operation.ToString(), state.Restored.Value, state.SinceUtc.UtcDateTime, state.UntilUtc.UtcDateTime, state.SizeBytes, state.Folders))];
        session.Output.Write(documents, static json => json.IReadOnlyListQuarantineDocument, text =>
        {
            if (documents.Count == 0)
                text.WriteLine($"Nothing of {tenant.Name} is in quarantine.");
            else
                documents.Aggregate(new TextTable("Live until", "Kept until", "Size", "Folder").AlignRight(2),
                    (table, one) => table.Add(Time(one.SinceUtc), Time(one.UntilUtc), HumanText.Size(one.SizeBytes), string.Join(", ", one.Folders))).Write(text);
        });
        return ExitCodes.Done;
    }

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
