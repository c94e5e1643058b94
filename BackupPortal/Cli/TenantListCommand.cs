using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

internal sealed class TenantListCommand() : PortalCommand("list", "Lists the schools of this installation.")
{
    public override Preparation Preparation => Preparation.Optional;

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenants = session.HasInstallation ? await session.Get<TenantStore>().ListAsync(cancellationToken) : [];
        IReadOnlyList<TenantDocument> documents = [.. tenants.Select(DocumentOf)];
        session.Output.Write(documents, static json => json.IReadOnlyListTenantDocument, text =>
        {
            if (documents.Count == 0)
                text.WriteLine("There is no school yet. Add one with: tenant add SLUG --name NAME");
            else
                documents.Aggregate(new TextTable("School", "Name", "Time zone", "Database", "Files"),
                    (table, tenant) => table.Add(tenant.Slug, tenant.Name, tenant.TimeZone, tenant.Database, tenant.Files)).Write(text);
        });
        return ExitCodes.Done;
    }

    public static TenantDocument DocumentOf(Tenant tenant) =>
        new(tenant.Slug.Value, tenant.Name, tenant.TimeZone.Id, tenant.DatabasePath, tenant.FilesPath);
}
