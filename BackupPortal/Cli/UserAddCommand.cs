using System.CommandLine;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Adds an account, or gives one that is there a role in another school.</summary>
internal sealed class UserAddCommand : PortalCommand
{
    private const string Operator = "operator";

    private readonly Argument<string> _email = new Argument<string>("EMAIL") { Description = "The address to sign in with." }.NoOptions();
    private readonly Option<string> _role = new("--role") { Description = "What the person may do.", HelpName = "operator|admin|member", Required = true };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "The school, for an admin or a member.", HelpName = "SLUG" };
    private readonly Option<bool> _passwordStdin = new("--password-stdin") { Description = "Read the password from standard input. Otherwise one is made up and printed once." };

    public UserAddCommand()
        : base("add", "Adds a person: an operator of the installation, or an admin or a member of one school.")
    {
        _role.AcceptOnlyFromAmong(Operator, "admin", "member");
        Add(_email);
        Add(_role);
        Add(_tenant);
        Add(_passwordStdin);
        Validators.Add(result =>
        {
            var (role, tenant) = (result.WordOf(_role), result.WordOf(_tenant));
            if (role == Operator && tenant is not null)
                result.Refuse("An operator sees every school, so --tenant has no meaning.", "Leave --tenant out, or use --role admin or --role member.");
            if (role is "admin" or "member" && tenant is null)
                result.Refuse($"Which school is the {role} of?", "Add --tenant SLUG.");
        });
    }

    public override Preparation Preparation => Preparation.Create;

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var parsed = session.Parsed;
        var (email, role, slug) = (parsed.GetRequiredValue(_email), parsed.GetRequiredValue(_role), parsed.GetValue(_tenant));
        var tenant = slug is null ? null : await FindTenantAsync(session, slug, cancellationToken);
        var password = parsed.GetValue(_passwordStdin) ? await ReadPasswordAsync(cancellationToken) : null;
        await using var scope = session.CreateScope();
        var account = await scope.ServiceProvider.GetRequiredService<AccountRegistration>().AddAsync(
            new NewAccount(email, password, IsOperator: role == Operator, tenant?.Id, role == "admin" ? TenantRole.Admin : TenantRole.Member),
            session.RequestedBy, cancellationToken);
        session.Output.Write(new UserDocument(email, role, slug, account.Password), static json => json.UserDocument, text =>
        {
            text.WriteLine(account.IsNew ? $"Added {email} as {role}{(slug is null ? "" : $" of {slug}")}." : $"{email} has an account already, and is now {role}{(slug is null ? "" : $" of {slug}")}.");
            if (account.Password is not null && password is null)
                text.WriteLine($"Password (shown only now): {account.Password}");
        });
        return ExitCodes.Done;
    }

    private static async Task<Tenant> FindTenantAsync(CommandSession session, string slug, CancellationToken cancellationToken) =>
        (TenantSlug.TryParse(slug, out var parsed) ? await session.Get<TenantStore>().FindAsync(parsed, cancellationToken) : null)
        ?? throw new CommandException($"There is no school '{slug}' in {session.Root.Path}.", "See which there are with: tenant list");

    private static async Task<string> ReadPasswordAsync(CancellationToken cancellationToken) =>
        await Console.In.ReadLineAsync(cancellationToken) is { Length: > 0 } line
            ? line
            : throw new CommandException("There was no password on standard input.", "Write it there on one line, or leave --password-stdin out to have one made up.");
}
