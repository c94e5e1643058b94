using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Demo;

/// <summary>
/// Makes an invented school's live data: the same rows and files for the same <see cref="DemoSchool"/> on every machine. Memory stays flat however big it is.
/// </summary>
public static class DemoSchoolGenerator
{
    /// <param name="databaseFile">Must not exist.</param>
    /// <param name="filesFolder">Must not exist, or be empty.</param>
    /// <exception cref="PortalException">Something is there already; nothing was touched.</exception>
    public static Task WriteAsync(DemoSchool school, string databaseFile, string filesFolder, CancellationToken cancellationToken)
    {
        RequireNewPlace(databaseFile, filesFolder);
        return Task.Run(() => Write(school, databaseFile, filesFolder, cancellationToken), cancellationToken);
    }

    private static void RequireNewPlace(string databaseFile, string filesFolder)
    {
        if (Path.Exists(databaseFile))
            throw new PortalException(new Message("Demo", "DatabaseExists", databaseFile), new Message("Demo", "ChooseNewPlace"));
        if (Path.Exists(filesFolder) && (File.Exists(filesFolder) || Directory.EnumerateFileSystemEntries(filesFolder).Any()))
            throw new PortalException(new Message("Demo", "FolderNotEmpty", filesFolder), new Message("Demo", "ChooseNewPlace"));
    }

    private static void Write(DemoSchool school, string databaseFile, string filesFolder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(databaseFile))!);
        Directory.CreateDirectory(filesFolder);
        using var database = new NewDatabase(databaseFile);
        database.Run(DemoSchema.Tables);

        var random = new DemoRandom(school.Seed);
        var files = new DemoFiles(filesFolder);
        database.Run("BEGIN");
        files.WriteOffice(school.Name);
        var roster = new DemoPopulation(school, database, files, random).Write(cancellationToken);
        using (var writer = new DemoSchoolYear(database, files, random))
            foreach (var year in DemoCalendar.Years(school.SchoolYears))
                foreach (var schoolClass in roster.Classes)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    writer.Write(year, schoolClass);
                }

        database.Run("COMMIT");
        cancellationToken.ThrowIfCancellationRequested();
        database.Run(DemoSchema.Rest);
        database.Run($"PRAGMA user_version = {DemoSchema.UserVersion}; PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL; SELECT 1 FROM school");
    }
}
