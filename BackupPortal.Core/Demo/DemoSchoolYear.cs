using System.Globalization;

namespace BackupPortal.Core.Demo;

/// <summary>Writes what happens at a school in a year: attendance, grades, messages and, at its end, certificates.</summary>
internal sealed class DemoSchoolYear(NewDatabase database, DemoFiles files, DemoRandom random) : IDisposable
{
    private const int GradesPerCourse = 4;
    private const int MessagesPerStudent = 30;

    private static readonly string[] _kinds = ["Klassenarbeit", "Test", "mündlich", "Referat", "Hausaufgabe"];

    private readonly DemoTexts _texts = new(random);
    private readonly PreparedInsert _attendance = database.PrepareInsert("attendance", 6);
    private readonly PreparedInsert _grades = database.PrepareInsert("grades", 8);
    private readonly PreparedInsert _messages = database.PrepareInsert("messages", 8);
    private readonly PreparedInsert _certificates = database.PrepareInsert("certificates", 5);
    private long _lastAttendance;
    private long _lastGrade;
    private long _lastMessage;
    private long _lastCertificate;

    /// <summary>Day by day for a class, as such rows come into being, so that neighbouring rows belong together in time.</summary>
    public void Write(SchoolYear year, DemoClass schoolClass)
    {
        var days = year.Days.Select(DemoCalendar.Iso).ToArray();
        foreach (var day in days)
            WriteAttendance(day, schoolClass.Students);
        foreach (var course in schoolClass.Courses)
            WriteGrades(days, course, schoolClass.Students);
        foreach (var student in schoolClass.Students)
        {
            WriteMessages(days, schoolClass.Courses, student);
            WriteCertificate(year, schoolClass, student);
        }
    }

    private void WriteAttendance(string day, IReadOnlyList<DemoStudent> students)
    {
        foreach (var student in students)
        {
            var chance = random.Next(1000);
            var (status, late, reason) = chance switch
            {
                < 945 => ("da", 0, null),
                < 975 => ("entschuldigt", 0, _texts.AbsenceReason()),
                < 985 => ("fehlt", 0, null),
                _ => ("verspätet", random.Between(2, 40), chance < 993 ? _texts.AbsenceReason() : null),
            };
            _attendance.Add(++_lastAttendance).Add(student.Id).Add(day).Add(status);
            (late > 0 ? _attendance.Add(late) : _attendance.AddNull()).Add(reason).Run();
        }
    }

    private void WriteGrades(string[] days, DemoCourse course, IReadOnlyList<DemoStudent> students)
    {
        for (var round = 0; round < GradesPerCourse; round++)
        {
            var day = days[(round * 2 + 1) * days.Length / (GradesPerCourse * 2)];
            var kind = random.Pick(_kinds);
            foreach (var student in students)
                _grades.Add(++_lastGrade).Add(student.Id).Add(course.Subject).Add(course.Teacher).Add(kind).Add(Grade(random))
                    .Add(random.Chance(15) ? _texts.GradeRemark() : null).Add(day).Run();
        }
    }

    /// <summary>Most often between 2 and 4, in steps of a quarter (2+ is 1.75).</summary>
    public static double Grade(DemoRandom random) => 1 + (random.Next(8) + random.Next(8) + random.Next(7)) / 4.0;

    private void WriteMessages(string[] days, IReadOnlyList<DemoCourse> courses, DemoStudent student)
    {
        for (var count = 0; count < MessagesPerStudent; count++)
        {
            var day = days[(int)((count + 0.5) * days.Length / MessagesPerStudent)];
            var sent = string.Create(CultureInfo.InvariantCulture, $"{day} {random.Between(7, 19):00}:{random.Next(60):00}:00");
            _messages.Add(++_lastMessage).Add(random.Pick(courses).Teacher).Add(student.Guardian).Add(random.Next(2)).Add(_texts.MessageSubject()).Add(_texts.MessageBody())
                .Add(sent).Add(random.Chance(85) ? $"{day} 20:15:00" : null).Run();
        }
    }

    private void WriteCertificate(SchoolYear year, DemoClass schoolClass, DemoStudent student)
    {
        var issued = year.Days[^1];
        var file = $"Zeugnisse/{year.Folder}/Klasse {schoolClass.Name}/Zeugnis {student.LastName}, {student.FirstName} ({student.Id}).pdf";
        var lines = schoolClass.Courses.Select(course =>
            string.Create(CultureInfo.InvariantCulture, $"{DemoRoster.Subjects[(int)course.Subject - 1].Name}: {Math.Round(Grade(random))}"));
        var head = new[] { $"{student.FirstName} {student.LastName}", $"Klasse {schoolClass.Name}, Schuljahr {year.Name}", "" };
        files.Write(file, DemoPdf.Page("Zeugnis", [.. head, .. lines, "", _texts.MessageBody().Replace('\n', ' ')]), issued);
        _certificates.Add(++_lastCertificate).Add(student.Id).Add(year.Name).Add(file).Add(DemoCalendar.Iso(issued)).Run();
    }

    public void Dispose()
    {
        _attendance.Dispose();
        _grades.Dispose();
        _messages.Dispose();
        _certificates.Dispose();
    }
}
