using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Export;

/// <summary>Writes snapshots in one format.</summary>
internal interface IFormatWriter
{
    ExportFormat Format { get; }

    /// <summary>Writes everything, from the first byte to the last. Memory does not grow with the snapshot.</summary>
    /// <param name="output">May be a pipe: only written to, never asked where it is. Stays open.</param>
    /// <param name="progress">Bytes of the snapshot that were dealt with, and bytes in all; cheap to call.</param>
    /// <returns>What the reader of the export must know: what could not be taken over as it is.</returns>
    /// <exception cref="PortalException">The snapshot is damaged, or holds what the format cannot.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    Task<IReadOnlyList<Message>> WriteAsync(ExportSource source, Stream output, Action<long, long> progress, CancellationToken cancellationToken);
}
