using System.CommandLine;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Gives repositories the configured master key instead of the one before. No backup is written again.</summary>
internal sealed class KeyRotateCommand : PortalCommand
{
    private readonly Argument<string?> _slug = new Argument<string?>("SLUG") { Description = "The school's short name.", Arity = ArgumentArity.ZeroOrOne }.NoOptions();
    private readonly Option<bool> _all = new("--all") { Description = "All schools." };

    public KeyRotateCommand()
        : base("rotate", "Gives a school's backups the configured master key (Encryption:MasterKey…); the one before it must be configured too (Encryption:PreviousMasterKey…).")
    {
        Add(_slug);
        Add(_all);
        Validators.Add(result =>
        {
            if (result.Has(_all) == result.GetResult(_slug) is { Tokens.Count: > 0 })
                result.Refuse("Say which school: either SLUG or --all.", "For example: key rotate --all");
        });
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        List<(Tenant Tenant, PortalException Failure)> failed = [];
        List<KeyRotationDocument> documents = [];
        foreach (var tenant in await session.TenantsAsync(_slug, cancellationToken))
        {
            try
            {
                var done = await session.Get<KeyRotation>().RunAsync(tenant, cancellationToken);
                documents.Add(new KeyRotationDocument(tenant.Slug.Value, true, done.DataKeys, done.MasterKey, done.Removed));
            }
            catch (PortalException e)
            {
                failed.Add((tenant, e));
                documents.Add(new KeyRotationDocument(tenant.Slug.Value, false, [], null, []));
            }
        }
        session.Output.Write(documents, static json => json.IReadOnlyListKeyRotationDocument, text =>
        {
            foreach (var one in documents)
                text.WriteLine($"{one.Tenant}  {Told(one)}");
        });
        foreach (var (tenant, failure) in failed)
            ErrorLines.Write(session.Errors, $"{tenant.Slug}: {failure.What}", failure.Hint?.ToString());
        return failed.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Told(KeyRotationDocument one) =>
        !one.Ok ? "as it was"
        : one.DataKeys.Count == 0 ? "nothing is encrypted"
        : one.Removed.Count == 0 ? $"has master key {one.MasterKey} already"
        : $"has master key {one.MasterKey} now, no longer {string.Join(", ", one.Removed)}";
}
