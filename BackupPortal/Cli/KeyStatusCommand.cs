using System.CommandLine;
using System.Globalization;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Tells which repositories are encrypted, and whether the configured master key opens them.</summary>
internal sealed class KeyStatusCommand : PortalCommand
{
    private readonly Argument<string?> _slug = new Argument<string?>("SLUG") { Description = "A school; all when it is left out.", Arity = ArgumentArity.ZeroOrOne }.NoOptions();

    public KeyStatusCommand()
        : base("status", "Tells which schools' backups are encrypted, and by which master key.") => Add(_slug);

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenants = await session.TenantsAsync(_slug, cancellationToken);
        List<(Tenant Tenant, InspectedKeys Keys)> found = [];
        foreach (var tenant in tenants)
            found.Add((tenant, await session.Get<KeyInspection>().RunAsync(tenant, cancellationToken)));
        IReadOnlyList<KeyStatusDocument> documents = [.. found.Select(one => DocumentOf(one.Tenant, one.Keys))];
        session.Output.Write(documents, static json => json.IReadOnlyListKeyStatusDocument, text =>
            documents.Aggregate(new TextTable("School", "Encrypted", "Plain", "Data key", "Master key", "Opens").AlignRight(1, 2),
                (table, one) => table.Add(one.Tenant, Number(one.EncryptedSnapshots), Number(one.PlainSnapshots), Or(one.DataKeys), Or(one.MasterKeys),
                    one.DataKeys.Count == 0 ? "-" : one.Opens ? "yes" : "NO")).Write(text));
        var closed = found.SelectMany(one => one.Keys.DataKeys.Select(key => key.Problem).OfType<Core.Encryption.EncryptionException>().Select(problem => (one.Tenant, problem))).ToList();
        foreach (var (tenant, problem) in closed)
            ErrorLines.Write(session.Errors, $"{tenant.Slug}: {problem.What}", problem.Hint?.ToString());
        return closed.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static KeyStatusDocument DocumentOf(Tenant tenant, InspectedKeys keys) => new(
        tenant.Slug.Value, [.. keys.DataKeys.Select(key => key.Id)], [.. keys.DataKeys.SelectMany(key => key.MasterKeys).Distinct()], keys.Configured,
        keys.DataKeys.All(key => key.Problem is null), keys.EncryptedSnapshots, keys.PlainSnapshots);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Or(IReadOnlyList<string> some) => some.Count == 0 ? "-" : string.Join(", ", some);
}
