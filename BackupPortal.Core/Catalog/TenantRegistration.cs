using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>Checks and adds tenants.</summary>
public sealed class TenantRegistration
{
    /// <summary>Adds a tenant, creates its folders, and gives it the default schedule.</summary>
    /// <param name="trustPaths">True on the command line, where any path that the process may use is allowed. Otherwise paths must be under the data
    /// root or an allowed root once links and <c>..</c> are resolved.</param>
    /// <exception cref="InvalidTenantException">With every problem at once.</exception>
    public Task<Tenant> AddAsync(NewTenant request, bool trustPaths, string by, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}

/// <summary>Why a tenant cannot be added: field name (of <see cref="NewTenant"/>) and reason.</summary>
public sealed class InvalidTenantException(IReadOnlyList<(string Field, Messages.Message Problem)> problems)
    : Messages.PortalException(problems[0].Problem)
{
    public IReadOnlyList<(string Field, Messages.Message Problem)> Problems { get; } = problems;
}
