using System.Globalization;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Demo;

/// <summary>What a live school changes on one day.</summary>
/// <param name="Day">The school day that was lived.</param>
public sealed record DemoDayResult(DateOnly Day, int Attendance, int Grades, int Messages, int ChangedPhones);

/// <summary>
/// Lives one school day in a demo school's live database, as its application would: attendance of every class, a few grades and corrections, messages, a guardian's new telephone
/// number, in small transactions beside other users.
/// </summary>
public static class DemoDay
{
    /// <param name="seed">Another seed gives other marks and messages; the day is the school day after the last one with attendance.</param>
    public static async Task<DemoDayResult> LiveAsync(string databaseFile, int seed, CancellationToken cancellationToken)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = databaseFile, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30 };
        await using var database = new SqliteConnection(text.ToString());
        await database.OpenAsync(cancellationToken);
        await RunAsync(database, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL", cancellationToken);
        var random = new DemoRandom(seed);
        var last = DateOnly.ParseExact(await ReadTextAsync(database, "SELECT max(day) FROM attendance", cancellationToken), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var day = DemoCalendar.NextSchoolDay(last);
        var iso = DemoCalendar.Iso(day);

        var attendance = await TakeAttendanceAsync(database, iso, random, cancellationToken);
        var grades = await GiveGradesAsync(database, iso, random, cancellationToken);
        var messages = await SendMessagesAsync(database, iso, random, cancellationToken);
        var phones = await RunAsync(database, "UPDATE guardians SET phone = $phone WHERE id = (SELECT id FROM guardians ORDER BY id LIMIT 1 OFFSET $row % (SELECT count(*) FROM guardians))",
            cancellationToken, ("$phone", new DemoPeople(random, "").Phone()), ("$row", random.Next(10_000)));
        return new DemoDayResult(day, attendance, grades, messages, phones);
    }

    private static async Task<int> TakeAttendanceAsync(SqliteConnection database, string day, DemoRandom random, CancellationToken cancellationToken)
    {
        var rows = 0;
        var classes = int.Parse(await ReadTextAsync(database, "SELECT count(*) FROM classes", cancellationToken), CultureInfo.InvariantCulture);
        for (var schoolClass = 1; schoolClass <= classes; schoolClass++)
            rows += await RunAsync(database,
                """
                INSERT INTO attendance(student_id, day, status)
                SELECT id, $day, CASE WHEN (id * 7919 + $salt) % 31 = 0 THEN 'entschuldigt' ELSE 'da' END FROM students WHERE class_id = $class ORDER BY id
                """, cancellationToken, ("$day", day), ("$salt", random.Next(10_000)), ("$class", schoolClass));
        return rows;
    }

    private static async Task<int> GiveGradesAsync(SqliteConnection database, string day, DemoRandom random, CancellationToken cancellationToken)
    {
        var rows = 0;
        for (var test = 0; test < 3; test++)
            rows += await RunAsync(database,
                """
                INSERT INTO grades(student_id, subject_id, teacher_id, kind, value, given_on)
                SELECT s.id, l.subject_id, l.teacher_id, 'Test', 1 + (s.id * 31 + $salt) % 21 / 4.0, $day
                FROM lessons l JOIN students s ON s.class_id = l.class_id WHERE l.id = (SELECT id FROM lessons ORDER BY id LIMIT 1 OFFSET $row % (SELECT count(*) FROM lessons)) ORDER BY s.id
                """, cancellationToken, ("$salt", random.Next(10_000)), ("$day", day), ("$row", random.Next(10_000)));
        for (var correction = 0; correction < 5; correction++)
            rows += await RunAsync(database, "UPDATE grades SET value = $value WHERE id = $id", cancellationToken,
                ("$value", DemoSchoolYear.Grade(random)), ("$id", 1 + random.Next(5_000)));
        return rows;
    }

    private static async Task<int> SendMessagesAsync(SqliteConnection database, string day, DemoRandom random, CancellationToken cancellationToken)
    {
        var texts = new DemoTexts(random);
        var rows = 0;
        for (var message = 0; message < 25; message++)
            rows += await RunAsync(database,
                """
                INSERT INTO messages(teacher_id, guardian_id, to_guardian, subject, body, sent_at)
                SELECT (SELECT min(id) FROM teachers) + $teacher, (SELECT id FROM guardians ORDER BY id LIMIT 1 OFFSET $row % (SELECT count(*) FROM guardians)), $direction, $subject, $body, $sent
                """, cancellationToken, ("$teacher", random.Next(12)), ("$row", random.Next(10_000)), ("$direction", random.Next(2)), ("$subject", texts.MessageSubject()),
                ("$body", texts.MessageBody()), ("$sent", string.Create(CultureInfo.InvariantCulture, $"{day} {random.Between(7, 19):00}:{random.Next(60):00}:00")));
        return rows;
    }

    private static async Task<int> RunAsync(
        SqliteConnection database, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = database.CreateCommand();
#pragma warning disable CA2100 // Constants of this file; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<string> ReadTextAsync(SqliteConnection database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture)!;
    }
}
