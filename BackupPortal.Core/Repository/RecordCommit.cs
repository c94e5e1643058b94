using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Writes a record and reads it back: from here on the snapshot exists, or it does not.</summary>
internal static class RecordCommit
{
    /// <param name="addedBytes">Of everything but the record.</param>
    /// <exception cref="LeaseException">Another writer has taken over; the record is not visible.</exception>
    /// <exception cref="RepositoryException">What is stored is not what was written; it was taken away again.</exception>
    public static async Task<SnapshotRecord> WriteAsync(
        SnapshotRepository repository, IRepositoryLease lease, SnapshotRecord draft, long addedBytes)
    {
        await TakenAway.CheckAsync(repository, lease, draft, CancellationToken.None);
        var record = draft with { Format = RepositoryLayout.Format, AddedBytes = addedBytes };
        var dataKey = await repository.Cipher.WritingKeyAsync(CancellationToken.None);
        var document = RecordEnvelope.Seal(RecordDocument.Write(record), record.Id, dataKey);
        // The record's own length counts, and depends on the digits that tell it.
        while (record.AddedBytes != addedBytes + document.Length)
        {
            record = record with { AddedBytes = addedBytes + document.Length };
            document = RecordEnvelope.Seal(RecordDocument.Write(record), record.Id, dataKey);
        }
        await PublishAsync(repository, lease, record, document);
        return record;
    }

    /// <summary>Writes a snapshot's record in a higher revision, which counts from then on. What it refers to has been proven.</summary>
    /// <exception cref="LeaseException">Another writer has taken over; the record is not visible.</exception>
    /// <exception cref="RepositoryException">What is stored is not what was written; it was taken away again, and the old record counts.</exception>
    public static async Task ReplaceAsync(SnapshotRepository repository, IRepositoryLease lease, SnapshotRecord record)
    {
        var dataKey = await repository.Cipher.WritingKeyAsync(CancellationToken.None);
        await PublishAsync(repository, lease, record, RecordEnvelope.Seal(RecordDocument.Write(record), record.Id, dataKey));
    }

    private static async Task PublishAsync(SnapshotRepository repository, IRepositoryLease lease, SnapshotRecord record, byte[] document)
    {
        var key = RepositoryLayout.SnapshotKey(record.Id, record.Revision);
        await lease.Store.WriteAsync(key, (stream, token) => stream.WriteAsync(document, token).AsTask(), CancellationToken.None);
        try
        {
            await repository.ReadRecordAsync(record.Id, record.Revision, CancellationToken.None);
        }
        catch (PortalException e)
        {
            // Whoever is told that it failed must not find it later.
            await lease.Store.DeleteAsync(key, CancellationToken.None);
            throw RepositoryFault.ProofFailed(key, e);
        }
    }
}
