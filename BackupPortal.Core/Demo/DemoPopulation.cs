using System.Globalization;

namespace BackupPortal.Core.Demo;

/// <summary>Writes the people and places of a school, and the photos of its students.</summary>
internal sealed class DemoPopulation(DemoSchool school, NewDatabase database, DemoFiles files, DemoRandom random)
{
    private static readonly DateOnly _firstDay = new(2025, 9, 8);

    private readonly DemoPeople _people = new(random, school.City);
    private long _lastStudent;
    private long _lastGuardian;
    private long _lastLesson;

    public DemoRoster Write(CancellationToken cancellationToken)
    {
        var teachers = Math.Max(12, school.StudentCount / 12);
        var rooms = school.ClassCount + 8;
        WriteSchool();
        WriteRooms(rooms);
        WriteSubjects();
        WriteTeachers(teachers);
        var classes = new List<DemoClass>();
        using var classRow = database.PrepareInsert("classes", 5);
        using var lessonRow = database.PrepareInsert("lessons", 7);
        using var studentRow = database.PrepareInsert("students", 12);
        using var guardianRow = database.PrepareInsert("guardians", 7);
        for (var grade = school.FirstGrade; grade <= school.LastGrade; grade++)
            for (var parallel = 0; parallel < school.ClassesPerGrade; parallel++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = string.Create(CultureInfo.InvariantCulture, $"{grade}{Parallel(parallel)}");
                var id = classes.Count + 1;
                classRow.Add(id).Add(name).Add(grade).Add(1 + random.Next(teachers)).Add(id).Run();
                var courses = DemoRoster.SubjectsOf(grade).Select(subject => new DemoCourse(subject + 1, 1 + random.Next(teachers))).ToList();
                WriteLessons(lessonRow, id, courses, rooms);
                classes.Add(new DemoClass(name, grade, courses, WriteStudents(studentRow, guardianRow, id, name, grade)));
            }

        return new DemoRoster(classes);
    }

    /// <returns>a to z, then aa, ab…</returns>
    private static string Parallel(int index) => index < 26 ? $"{(char)('a' + index)}" : Parallel(index / 26 - 1) + (char)('a' + index % 26);

    private void WriteSchool()
    {
        using var row = database.PrepareInsert("school", 6);
        row.Add(1).Add(school.Name).Add(school.City).Add(_people.Street()).Add(_people.Phone()).Add($"{_people.AdultName()} {_people.FamilyName()}").Run();
    }

    private void WriteRooms(int count)
    {
        using var row = database.PrepareInsert("rooms", 3);
        for (var id = 1; id <= count; id++)
            row.Add(id).Add(string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + id % 4)} {100 + id}")).Add(random.Between(24, 34)).Run();
    }

    private void WriteSubjects()
    {
        using var row = database.PrepareInsert("subjects", 3);
        for (var index = 0; index < DemoRoster.Subjects.Count; index++)
            row.Add(index + 1).Add(DemoRoster.Subjects[index].Short).Add(DemoRoster.Subjects[index].Name).Run();
    }

    private void WriteTeachers(int count)
    {
        using var row = database.PrepareInsert("teachers", 6);
        for (var id = 1; id <= count; id++)
        {
            var (first, family) = (_people.AdultName(), _people.FamilyName());
            var shortName = string.Create(CultureInfo.InvariantCulture, $"{family[..2].ToUpperInvariant()}{id}");
            row.Add(id).Add(shortName).Add(first).Add(family).Add($"{DemoPeople.Plain(first)}.{DemoPeople.Plain(family)}@{school.Slug}.example").Add(_people.Phone()).Run();
        }
    }

    private void WriteLessons(PreparedInsert row, int classId, List<DemoCourse> courses, int rooms)
    {
        var next = random.Next(courses.Count);
        for (var weekday = 1; weekday <= 5; weekday++)
            for (var period = 1; period <= 6; period++)
            {
                var course = courses[next++ % courses.Count];
                row.Add(++_lastLesson).Add(classId).Add(course.Subject).Add(course.Teacher).Add(random.Chance(80) ? classId : 1 + random.Next(rooms))
                    .Add(weekday).Add(period).Run();
            }
    }

    private List<DemoStudent> WriteStudents(PreparedInsert row, PreparedInsert guardianRow, int classId, string className, int grade)
    {
        var students = new List<DemoStudent>(school.StudentsPerClass);
        for (var count = 0; count < school.StudentsPerClass; count++)
        {
            var id = ++_lastStudent;
            var isGirl = random.Chance(50);
            var (first, family) = (_people.ChildName(isGirl), _people.FamilyName());
            var photo = string.Create(CultureInfo.InvariantCulture, $"Fotos/Klasse {className}/{family}, {first} ({id}).png");
            var born = new DateOnly(2025 - 6 - grade, 10, 1).AddDays(random.Next(365));
            row.Add(id).Add(classId).Add(first).Add(family).Add(isGirl ? "w" : "m").Add(DemoCalendar.Iso(born)).Add(_people.Street()).Add(_people.PostalCode())
                .Add(_people.City).Add(photo).Add(random.Chance(12) ? "Allergie: Nüsse" : null).Add("2025-09-08 08:00:00").Run();
            files.Write(photo, DemoPng.Portrait(random), _firstDay);
            students.Add(new DemoStudent(id, WriteGuardians(guardianRow, id, family), first, family));
        }

        return students;
    }

    /// <returns>The key of the first one.</returns>
    private long WriteGuardians(PreparedInsert row, long student, string family)
    {
        var first = _lastGuardian + 1;
        for (var guardians = random.Chance(75) ? 2 : 1; guardians > 0; guardians--)
        {
            var (name, surname) = (_people.AdultName(), random.Chance(80) ? family : _people.FamilyName());
            row.Add(++_lastGuardian).Add(student).Add(guardians == 2 ? "Vater" : "Mutter").Add(name).Add(surname).Add(_people.Phone()).Add(_people.Mail(name, surname)).Run();
        }

        return first;
    }
}
