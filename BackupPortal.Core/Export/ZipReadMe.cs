using System.Globalization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>The first thing that somebody sees who opens a local copy, perhaps years later, and without a portal.</summary>
internal static class ZipReadMe
{
    public static string Of(SnapshotRecord record) => string.Create(CultureInfo.InvariantCulture, $"""
        Local copy of a backup
        ======================

        School:  {record.TenantName} ({record.TenantSlug})
        Backup:  {record.Id}
        State:   {record.CreatedUtc:yyyy-MM-dd HH:mm:ss} UTC
        Holds:   app.db (the database, {record.Database.SizeBytes} bytes) and files/ ({record.Files.Count} files, {record.Files.SizeBytes} bytes)

        To check that everything is as it was written:

            sha256sum -c SHA256SUMS

        To put it back by hand:

        1. Stop the school's application.
        2. Move its database away, together with the files of the same name that end in -wal, -shm or -journal, if they are there. Keep them until all is well.
           An old -wal or -journal that stays beside another database damages it.
        3. Copy app.db to where the database was, and what is in files/ to where the files were. Give both to the user that the application runs as.
        4. Check it:  sqlite3 app.db 'PRAGMA integrity_check'   (must print: ok)
        5. Start the application.

        BackupPortal can also read this file: "Local copies" in the browser, or:  BackupPortal import {record.TenantSlug} THIS-FILE

        log.txt tells how the backup was made, record.json everything that is known of it.


        Lokale Kopie eines Backups
        ==========================

        So setzen Sie es von Hand ein:

        1. Beenden Sie die Anwendung der Schule.
        2. Verschieben Sie deren Datenbank an einen anderen Ort, zusammen mit den Dateien gleichen Namens, die auf -wal, -shm oder -journal enden, falls es sie
           gibt. Heben Sie alles auf, bis wieder alles gut ist. Eine alte -wal- oder -journal-Datei neben einer anderen Datenbank beschädigt diese.
        3. Kopieren Sie app.db dorthin, wo die Datenbank war, und den Inhalt von files/ dorthin, wo die Dateien waren. Beides muss dem Benutzer gehören, unter
           dem die Anwendung läuft.
        4. Prüfen Sie sie:  sqlite3 app.db 'PRAGMA integrity_check'   (muss ok ausgeben)
        5. Starten Sie die Anwendung.

        """);
}
