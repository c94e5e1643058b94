using System.CommandLine;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Cli;

/// <summary>Adds a school. Unlike in the browser, any path that this process may use is fine.</summary>
internal sealed class TenantAddCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Option<string> _name = new("--name") { Description = "The school's name.", HelpName = "NAME", Required = true };
    private readonly Option<string?> _database = new("--database") { Description = "Its SQLite database. Default: a place under the data root.", HelpName = "FILE" };
    private readonly Option<string?> _files = new("--files") { Description = "Its files folder. Default: a place under the data root.", HelpName = "DIR" };
    private readonly Option<string?> _timeZone = new("--time-zone") { Description = "Its time zone, for example Europe/Berlin.", HelpName = "ZONE" };

    public TenantAddCommand()
        : base("add", "Adds a school.")
    {
        Add(_slug);
        Add(_name);
        Add(_database);
        Add(_files);
        Add(_timeZone);
    }

    public override Preparation Preparation => Preparation.Create;

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var parsed = session.Parsed;
        var request = new NewTenant(
            parsed.GetRequiredValue(_slug), parsed.GetRequiredValue(_name), parsed.GetValue(_timeZone), Absolute(parsed.GetValue(_database)), Absolute(parsed.GetValue(_files)));
        var tenant = await session.Get<TenantRegistration>().AddAsync(request, trustPaths: true, session.RequestedBy, cancellationToken);
        session.Output.Write(TenantListCommand.DocumentOf(tenant), static json => json.TenantDocument, text =>
        {
            text.WriteLine($"Added {tenant.Name} ({tenant.Slug}).");
            text.WriteLine($"Database: {tenant.DatabasePath}");
            text.WriteLine($"Files:    {tenant.FilesPath}");
        });
        return ExitCodes.Done;
    }

    private static string? Absolute(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path);
}
