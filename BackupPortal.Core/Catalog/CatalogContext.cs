using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>The catalog: everything the portal knows that is not in a repository. Never holds the only copy of anything a restore needs.</summary>
public sealed class CatalogContext(DbContextOptions<CatalogContext> options) : IdentityUserContext<Account, Guid>(options)
{
    internal DbSet<TenantRow> Tenants => Set<TenantRow>();

    internal DbSet<MembershipRow> Memberships => Set<MembershipRow>();

    internal DbSet<OperationRow> Operations => Set<OperationRow>();

    internal DbSet<OperationLogRow> OperationLogs => Set<OperationLogRow>();

    internal DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    internal DbSet<FriendlyNameRow> FriendlyNames => Set<FriendlyNameRow>();

    internal DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();

    internal DbSet<AuditRow> Audit => Set<AuditRow>();

    internal DbSet<AccessTokenRow> AccessTokens => Set<AccessTokenRow>();

    internal DbSet<KeptAnswerRow> KeptAnswers => Set<KeptAnswerRow>();

    // Fixed here rather than by options, so that the generated migrations never depend on how a host is configured.
    protected override Version SchemaVersion => IdentitySchemaVersions.Version2;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcInstantConverter>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Account>().ToTable("accounts");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("account_tokens");
        CatalogTables.Describe(builder);
    }
}
