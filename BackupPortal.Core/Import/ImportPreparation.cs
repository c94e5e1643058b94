using System.Buffers;
using BackupPortal.Core.Export;
using BackupPortal.Core.Import.Sql;
using BackupPortal.Core.Import.Zip;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Import;

/// <summary>
/// Makes a database and a files folder, in the scratch folder, of a file that came in, and proves them. The file is hostile until then: nothing is written anywhere else, and
/// all it can do is waste the time and the room that the limits leave it.
/// </summary>
/// <param name="passphrase">For a copy that has one; null when nobody gave any.</param>
internal sealed class ImportPreparation(IncomingFile file, string scratch, WorkLimits limits, string? passphrase = null)
{
    private const int BufferBytes = 1 << 20;

    // SQL is longer than the rows that it makes, and gzipped a fraction of it. Only a guess for the look at the disk before.
    private const int UsualRatio = 5;

    private IncomingFile? decrypted;

    /// <param name="checkRecord">Decides, before anything is unpacked, whether a copy of that backup may come in.</param>
    /// <param name="enter">Told when a phase begins.</param>
    /// <param name="progress">Bytes dealt with, and bytes in all; 0 when that is unknown.</param>
    /// <exception cref="UnfitFileException">The file is not fit.</exception>
    /// <exception cref="PortalException">There is no room, or the copy may not come in.</exception>
    public UnpackedCopy Run(Action<SnapshotRecord> checkRecord, Action<OperationPhase> enter, Action<long, long> progress)
    {
        enter(OperationPhase.Unpack);
        UnpackedCopy? copy = null;
        try
        {
            WorkLimits.Filling(scratch, file.Length, () => copy = Unpack(checkRecord, progress));
        }
        finally
        {
            decrypted?.Dispose();
        }
        enter(OperationPhase.Verify);
        if (new FileInfo(copy!.DatabaseFile) is { Length: > 0 } database)
            copy = Examine(copy, database.Length);
        return copy;
    }

    private UnpackedCopy Examine(UnpackedCopy copy, long length)
    {
        var header = new byte[DatabaseHeader.Bytes];
        using (var stream = new FileStream(copy.DatabaseFile, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            header = header[..stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        var isWal = DatabaseHeader.Read(header, length).IsWal;
        var found = DatabaseExamination.Run(copy.DatabaseFile, limits);
        // What the portal copied itself is whole. Of what a person copied nobody knows whether a log was beside it.
        return copy with { IsWal = isWal, Notices = [.. copy.Notices, .. found, .. isWal && copy.Record is null ? new[] { ImportText.Of("WalMode") } : []] };
    }

    private UnpackedCopy Unpack(Action<SnapshotRecord> checkRecord, Action<long, long> progress)
    {
        var form = IncomingForms.Recognise(file.ReadHead());
        switch (form)
        {
            case IncomingForm.Zip:
                return UnpackZip(file, checkRecord, progress);
            case IncomingForm.EncryptedCopy:
                RequireRoom(file.Length);
                return UnpackZip(Decrypt(), checkRecord, progress);
            case IncomingForm.Gzip:
                RequireRoom(file.Length * UsualRatio);
                using (var gzip = new WholeGzip(file.OpenPart(0, file.Length), limits))
                    return UnpackPlain(gzip, isGzipped: true, progress);
            default:
                RequireRoom(file.Length);
                using (var plain = file.OpenPart(0, file.Length))
                    return UnpackPlain(plain, isGzipped: false, progress);
        }
    }

    private UnpackedCopy UnpackZip(IncomingFile from, Action<SnapshotRecord> checkRecord, Action<long, long> progress)
    {
        var zip = new ZipUnpacking(from, scratch, limits);
        if (zip.Record is { } record)
            checkRecord(record);
        RequireRoom(zip.TotalBytes);
        return zip.Run(progress);
    }

    // To the scratch folder first: a ZIP is read from its end, and here and there.
    private IncomingFile Decrypt()
    {
        if (passphrase is null)
            throw ImportText.Refusal("PassphraseNeeded", "PassphraseNeededHint");
        var path = Path.Combine(scratch, "opened");
        using (var container = ContainerReadStream.Open(file.OpenPart(0, file.Length), passphrase))
            Copy(container, path);
        decrypted = IncomingFile.Open(path, new ExcludedFiles([]));
        return IncomingForms.Recognise(decrypted.ReadHead()) == IncomingForm.Zip ? decrypted : throw ImportText.UnfitWith("NotRecognised", "NotRecognisedHint");
    }

    /// <summary>A bare database, or SQL; what it is says its own beginning again, since it may have been gzipped.</summary>
    private UnpackedCopy UnpackPlain(Stream content, bool isGzipped, Action<long, long> progress)
    {
        var head = new byte[IncomingForms.HeadBytes];
        head = head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        using var whole = new ReportedStream(head, content, done => progress(done, isGzipped ? 0 : file.Length));
        var database = Path.Combine(scratch, "app.db");
        Message notice;
        switch (IncomingForms.Recognise(head))
        {
            case IncomingForm.Database:
                Copy(whole, database);
                notice = ImportText.Of("FromDatabase", ImportText.Shown(file.Name));
                break;
            case IncomingForm.Sql:
                SqlLoading.Run(whole, database, limits);
                notice = ImportText.Of("FromSql", ImportText.Shown(file.Name));
                break;
            case IncomingForm.Empty:
                throw ImportText.Unfit("Empty");
            default:
                throw ImportText.UnfitWith("NotRecognised", "NotRecognisedHint");
        }
        return new UnpackedCopy(database, Directory.CreateDirectory(Path.Combine(scratch, "files")).FullName, null, [notice, ImportText.Of("NoFiles")]);
    }

    // A copy of our own: nobody changes it between the check and the moment that it is stored.
    private void Copy(Stream content, string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (content.Read(buffer) is > 0 and var read)
            {
                limits.ThrowIfOverdue();
                target.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void RequireRoom(long bytes) => ScratchSpace.Check(Path.Combine(scratch, "app.db"), bytes);
}
