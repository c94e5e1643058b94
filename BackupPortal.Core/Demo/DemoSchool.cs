namespace BackupPortal.Core.Demo;

/// <summary>An invented school: how big it is, and the seed that everything in it follows from.</summary>
/// <param name="ClassesPerGrade">5a, 5b, 5c…</param>
/// <param name="SchoolYears">How many years of attendance, grades and messages it has; the current one included.</param>
public sealed record DemoSchool(
    string Slug,
    string Name,
    string City,
    int Seed,
    int FirstGrade,
    int LastGrade,
    int ClassesPerGrade,
    int StudentsPerClass,
    int SchoolYears)
{
    private const int MostSchoolYears = 8;

    // Measured: a student's master data, photo and certificate folder, and what a year adds in the database and in files.
    private const long BytesPerStudent = 34_000;
    private const long BytesPerStudentYear = 28_500;

    public static DemoSchool Goethe { get; } = new("goethe", "Goethe-Gymnasium Neustadt", "Neustadt", Seed: 1749, FirstGrade: 5, LastGrade: 13,
        ClassesPerGrade: 4, StudentsPerClass: 26, SchoolYears: 1);

    public static DemoSchool Park { get; } = new("park", "Grundschule am Park", "Neustadt", Seed: 1837, FirstGrade: 1, LastGrade: 4,
        ClassesPerGrade: 3, StudentsPerClass: 22, SchoolYears: 1);

    public int ClassCount => (LastGrade - FirstGrade + 1) * ClassesPerGrade;

    public int StudentCount => ClassCount * StudentsPerClass;

    /// <summary>Database and files together, roughly.</summary>
    public long EstimatedBytes => StudentCount * (BytesPerStudent + SchoolYears * BytesPerStudentYear);

    /// <summary>The same school grown to about <paramref name="bytes"/>: first more years, then more classes. Never smaller than it is.</summary>
    public DemoSchool GrownTo(long bytes)
    {
        var years = Math.Clamp((bytes / StudentCount - BytesPerStudent) / BytesPerStudentYear, SchoolYears, MostSchoolYears);
        var older = this with { SchoolYears = (int)years };
        var classes = (double)bytes / older.EstimatedBytes * ClassesPerGrade;
        return older with { ClassesPerGrade = Math.Max(ClassesPerGrade, (int)Math.Round(classes)) };
    }
}
