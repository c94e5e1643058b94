using System.Globalization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>What somebody must know who opens the tables in a spreadsheet.</summary>
internal static class CsvReadMe
{
    public static string Of(SnapshotRecord record) => string.Create(CultureInfo.InvariantCulture, $"""
        Tables of a backup
        ==================

        School:  {record.TenantName} ({record.TenantSlug})
        Backup:  {record.Id}
        State:   {record.CreatedUtc:yyyy-MM-dd HH:mm:ss} UTC

        tables.csv lists the tables, with the file and the number of rows of each. Files are in UTF-8, with commas between cells.

        - Texts are in quotes; numbers are not, and have a point before their decimals.
        - An empty cell is NULL; "" is an empty text.
        - 0x and hexadecimal digits, not in quotes, are bytes.

        Careful: all values are exactly those of the database. A text that begins with = + - or @ may be taken for a formula by a spreadsheet, and somebody may
        have typed it to do harm. Do not open the files with a double click; load them, and choose "text" for the columns (in Excel: Data, From Text/CSV;
        in LibreOffice: the column type Text in the dialog that appears). tables.csv says in which tables there are such cells.


        Tabellen eines Backups
        ======================

        tables.csv nennt die Tabellen mit ihrer Datei und der Zahl ihrer Zeilen. Die Dateien sind in UTF-8, mit Kommas zwischen den Zellen.

        - Texte stehen in Anführungszeichen, Zahlen nicht; vor Nachkommastellen steht ein Punkt.
        - Eine leere Zelle ist NULL; "" ist ein leerer Text.
        - 0x und hexadezimale Ziffern ohne Anführungszeichen sind Bytes.

        Vorsicht: Alle Werte sind genau die der Datenbank. Einen Text, der mit = + - oder @ beginnt, hält eine Tabellenkalkulation vielleicht für eine Formel, und
        jemand kann ihn in böser Absicht eingegeben haben. Öffnen Sie die Dateien nicht mit einem Doppelklick, sondern laden Sie sie, und wählen Sie für die
        Spalten "Text" (in Excel: Daten, Aus Text/CSV; in LibreOffice: Spaltentyp Text in dem Dialog, der erscheint). tables.csv sagt, in welchen Tabellen
        solche Zellen sind.

        """);
}
