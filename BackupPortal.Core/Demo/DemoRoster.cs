namespace BackupPortal.Core.Demo;

/// <summary>Who is at the school: what the years' work is written about.</summary>
internal sealed record DemoRoster(IReadOnlyList<DemoClass> Classes)
{
    public static readonly IReadOnlyList<(string Short, string Name)> Subjects =
    [
        ("D", "Deutsch"), ("M", "Mathematik"), ("Mu", "Musik"), ("Ku", "Kunst"), ("Sp", "Sport"), ("Rel", "Religion"), ("SU", "Sachunterricht"), ("E", "Englisch"),
        ("F", "Französisch"), ("Bio", "Biologie"), ("Ch", "Chemie"), ("Ph", "Physik"), ("Ge", "Geschichte"), ("Geo", "Geographie"), ("Inf", "Informatik"),
    ];

    /// <summary>Which of <see cref="Subjects"/> a grade has, by index.</summary>
    public static IReadOnlyList<int> SubjectsOf(int grade) => grade switch
    {
        <= 2 => [0, 1, 2, 3, 4, 5, 6],
        <= 4 => [0, 1, 2, 3, 4, 5, 6, 7],
        <= 6 => [0, 1, 2, 3, 4, 5, 7, 9, 12, 13],
        _ => [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14],
    };
}

internal sealed record DemoClass(string Name, int Grade, IReadOnlyList<DemoCourse> Courses, IReadOnlyList<DemoStudent> Students);

/// <summary>One subject of a class, and who teaches it. Numbers are rows' keys.</summary>
internal sealed record DemoCourse(long Subject, long Teacher);

internal sealed record DemoStudent(long Id, long Guardian, string FirstName, string LastName);
