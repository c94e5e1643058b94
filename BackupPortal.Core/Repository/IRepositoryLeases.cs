using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The right to be the one writer of a repository, among all processes and hosts that reach it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// <para>
/// A lease is in the repository itself where its place can create a name only once and move it, as a directory can: <see cref="DirectoryLeases"/>.
/// An object store may have neither (not every one has conditional writes). There the lease belongs in the shared catalog: acquiring and renewing
/// are conditional updates of a row that holds token, holder and a counter; <see cref="IRepositoryLease.EnsureHeldAsync"/> reads that row. Nothing in
/// this contract asks for more.
/// </para>
/// <para>
/// Clocks of different hosts are never compared. A lease has expired when the one who waits for it has not seen it renewed for the lease's length, by
/// its own clock.
/// </para>
/// </remarks>
public interface IRepositoryLeases
{
    /// <summary>Takes the lease, and renews it in the background until it is disposed. Waits while somebody else has it, but not for ever.</summary>
    /// <exception cref="LeaseException">Somebody else has it and did not give it back in time; names who.</exception>
    /// <exception cref="StorageException">Its place cannot be reached, is full or refuses.</exception>
    Task<IRepositoryLease> AcquireAsync(CancellationToken cancellationToken);
}

/// <summary>A lease that was acquired. Disposing gives it back. Safe for concurrent use.</summary>
public interface IRepositoryLease : IAsyncDisposable
{
    /// <summary>Higher than that of every lease of this repository before, at least 1.</summary>
    long Token { get; }

    /// <summary>True when whoever lost the lease cannot delete any more, not even with a request that is on its way: the place itself refuses.</summary>
    bool IsFenced { get; }

    /// <summary>
    /// The repository's objects for the holder: what makes a snapshot visible, and every delete, goes through it. Before each write and delete it makes
    /// sure that the lease is held; what was lost meanwhile is refused with <see cref="LeaseException"/>.
    /// </summary>
    /// <remarks>
    /// How much can happen between the look and the act depends on the place. In a directory nothing: see <see cref="DirectoryLeases"/>. With a lease in
    /// the catalog it is the time that one request to the object store is on its way; the order of commits and the two marks of pruning
    /// keep the data safe then.
    /// </remarks>
    IObjectStore Store { get; }

    /// <exception cref="LeaseException">Somebody else has taken the lease over, because it was not renewed in time.</exception>
    Task EnsureHeldAsync(CancellationToken cancellationToken);
}

/// <summary>The lease of a repository is somebody else's. Trying again later may help.</summary>
public sealed class LeaseException(Message what, Message? hint = null, Exception? cause = null) : PortalException(what, hint, canRetry: true, cause);
