using BackupPortal.Core.Encryption;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Rebuilding;

/// <summary>Reads what one repository tells of its tenant. Changes nothing.</summary>
internal sealed class RepositorySurvey(DataRoot root, TenantRepositories repositories)
{
    public async Task<SurveyedRepository> RunAsync(TenantSlug slug, CancellationToken cancellationToken)
    {
        var home = root.HomeOf(slug);
        var found = new SurveyedRepository(slug);
        try
        {
            var repository = repositories.Of(new Tenant(default, slug, slug.Value, TimeZoneInfo.Utc, home.DefaultDatabase, home.DefaultFiles, home, default));
            foreach (var id in await repository.ListAsync(cancellationToken))
                await ReadAsync(repository, id, found, cancellationToken);
        }
        catch (StorageException unreachable)
        {
            found.Notices.Add(unreachable.What);
        }

        return found;
    }

    // One that cannot be read must not hide the others.
    private static async Task ReadAsync(SnapshotRepository repository, SnapshotId id, SurveyedRepository found, CancellationToken cancellationToken)
    {
        try
        {
            found.Records.Add(await repository.ReadRecordAsync(id, cancellationToken));
        }
        catch (Exception unreadable) when (unreadable is RepositoryException or StorageException or EncryptionException)
        {
            found.Unreadable.Add(id.Value);
            var what = ((PortalException)unreadable).What;
            // The same key is missing for all of them: said once.
            if (unreadable is not EncryptionException || found.MissingKey is null)
                found.Notices.Add(what);
            if (unreadable is EncryptionException)
                found.MissingKey ??= ((PortalException)unreadable).Hint ?? what;
        }
    }
}

/// <summary>What a repository tells; filled while it is read.</summary>
internal sealed class SurveyedRepository(TenantSlug slug)
{
    public TenantSlug Slug { get; } = slug;

    /// <summary>Newest first.</summary>
    public List<SnapshotRecord> Records { get; } = [];

    public List<string> Unreadable { get; } = [];

    public List<Message> Notices { get; } = [];

    /// <summary>What to do about a key that could not be had; null when none was needed, or it was there.</summary>
    public Message? MissingKey { get; set; }
}
