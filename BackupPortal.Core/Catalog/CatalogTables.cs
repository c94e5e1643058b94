using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Names, keys and indexes of the catalog's own tables.</summary>
internal static class CatalogTables
{
    public static void Describe(ModelBuilder builder)
    {
        DescribeTenants(builder);
        DescribeOperations(builder);
        DescribeSnapshots(builder);
        DescribeTokens(builder);
        builder.Entity<AuditRow>(audit =>
        {
            audit.ToTable("audit");
            audit.HasIndex(row => new { row.TenantId, row.AtUtc });
        });
    }

    private static void DescribeTenants(ModelBuilder builder)
    {
        builder.Entity<TenantRow>(tenant =>
        {
            tenant.ToTable("tenants");
            tenant.Property(row => row.Slug).HasMaxLength(40);
            tenant.Property(row => row.Name).HasMaxLength(100);
            tenant.HasIndex(row => row.Slug).IsUnique();
            tenant.HasIndex(row => row.DatabasePath).IsUnique();
        });
        builder.Entity<MembershipRow>(membership =>
        {
            membership.ToTable("memberships");
            membership.HasKey(row => new { row.AccountId, row.TenantId });
            membership.Property(row => row.Role).HasConversion<string>().HasMaxLength(16);
            membership.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            membership.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
        builder.Entity<ScheduleRow>(schedule =>
        {
            schedule.ToTable("schedules");
            schedule.HasKey(row => row.TenantId);
            schedule.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            schedule.HasIndex(row => row.NextRunUtc);
        });
        builder.Entity<FriendlyNameRow>(name =>
        {
            name.ToTable("friendly_names");
            name.HasKey(row => new { row.TenantId, row.Table, row.Column });
            name.Property(row => row.Name).HasMaxLength(FriendlyNames.Longest);
            name.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
        });
    }

    private static void DescribeOperations(ModelBuilder builder)
    {
        builder.Entity<OperationRow>(operation =>
        {
            operation.ToTable("operations");
            operation.Property(row => row.Kind).HasMaxLength(16);
            operation.Property(row => row.State).HasMaxLength(16);
            operation.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
            operation.HasIndex(row => new { row.TenantId, row.QueuedUtc });
            operation.HasIndex(row => new { row.State, row.QueuedUtc });
            operation.HasIndex(row => row.Change);
        });
        builder.Entity<OperationLogRow>(line =>
        {
            line.ToTable("operation_logs");
            line.Property(row => row.Severity).HasMaxLength(16);
            line.HasOne<OperationRow>().WithMany().HasForeignKey(row => row.OperationId);
        });
    }

    private static void DescribeSnapshots(ModelBuilder builder) => builder.Entity<SnapshotRow>(snapshot =>
    {
        snapshot.ToTable("snapshots");
        snapshot.HasKey(row => new { row.TenantId, row.Id });
        snapshot.Property(row => row.Id).HasMaxLength(40);
        snapshot.Property(row => row.Origin).HasMaxLength(16);
        snapshot.HasOne<TenantRow>().WithMany().HasForeignKey(row => row.TenantId);
    });

    private static void DescribeTokens(ModelBuilder builder)
    {
        builder.Entity<AccessTokenRow>(token =>
        {
            token.ToTable("access_tokens");
            token.Property(row => row.Name).HasMaxLength(AccessTokenStore.LongestName);
            token.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        builder.Entity<KeptAnswerRow>(answer =>
        {
            answer.ToTable("kept_answers");
            answer.HasKey(row => new { row.TokenId, row.Route, row.Key });
            answer.HasOne<AccessTokenRow>().WithMany().HasForeignKey(row => row.TokenId);
            answer.HasIndex(row => row.CreatedUtc);
        });
    }
}
