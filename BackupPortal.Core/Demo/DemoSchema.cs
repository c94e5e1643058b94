namespace BackupPortal.Core.Demo;

/// <summary>The database of a small school application: what such applications really have, and nothing that only tests would want.</summary>
internal static class DemoSchema
{
    public const int UserVersion = 12;

    public const string Tables =
        """
        CREATE TABLE school(id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, city TEXT NOT NULL, street TEXT NOT NULL, phone TEXT NOT NULL, principal TEXT NOT NULL);
        CREATE TABLE rooms(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seats INTEGER NOT NULL);
        CREATE TABLE subjects(id INTEGER PRIMARY KEY, short TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
        CREATE TABLE teachers(id INTEGER PRIMARY KEY, short TEXT NOT NULL UNIQUE, first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT);
        CREATE TABLE classes(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, grade INTEGER NOT NULL, tutor_id INTEGER NOT NULL REFERENCES teachers(id),
          room_id INTEGER NOT NULL REFERENCES rooms(id));
        CREATE TABLE students(id INTEGER PRIMARY KEY, class_id INTEGER NOT NULL REFERENCES classes(id), first_name TEXT NOT NULL, last_name TEXT NOT NULL,
          gender TEXT NOT NULL CHECK (gender IN ('w', 'm')), born TEXT NOT NULL, street TEXT NOT NULL, postal_code TEXT NOT NULL, city TEXT NOT NULL, photo TEXT,
          note TEXT, updated_at TEXT NOT NULL);
        CREATE TABLE guardians(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id) ON DELETE CASCADE, relation TEXT NOT NULL,
          first_name TEXT NOT NULL, last_name TEXT NOT NULL, phone TEXT NOT NULL, email TEXT NOT NULL);
        CREATE TABLE lessons(id INTEGER PRIMARY KEY, class_id INTEGER NOT NULL REFERENCES classes(id), subject_id INTEGER NOT NULL REFERENCES subjects(id),
          teacher_id INTEGER NOT NULL REFERENCES teachers(id), room_id INTEGER NOT NULL REFERENCES rooms(id), weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 5),
          period INTEGER NOT NULL, UNIQUE (class_id, weekday, period));
        CREATE TABLE grades(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id) ON DELETE CASCADE,
          subject_id INTEGER NOT NULL REFERENCES subjects(id), teacher_id INTEGER NOT NULL REFERENCES teachers(id), kind TEXT NOT NULL, value REAL NOT NULL CHECK (value BETWEEN 1 AND 6),
          remark TEXT, given_on TEXT NOT NULL);
        CREATE TABLE grade_changes(id INTEGER PRIMARY KEY, grade_id INTEGER NOT NULL, old_value REAL NOT NULL, new_value REAL NOT NULL, changed_at TEXT NOT NULL);
        CREATE TABLE attendance(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id) ON DELETE CASCADE, day TEXT NOT NULL,
          status TEXT NOT NULL CHECK (status IN ('da', 'fehlt', 'entschuldigt', 'verspätet')), minutes_late INTEGER, reason TEXT);
        CREATE TABLE messages(id INTEGER PRIMARY KEY, teacher_id INTEGER NOT NULL REFERENCES teachers(id), guardian_id INTEGER NOT NULL REFERENCES guardians(id) ON DELETE CASCADE,
          to_guardian INTEGER NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, sent_at TEXT NOT NULL, read_at TEXT);
        CREATE TABLE certificates(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id) ON DELETE CASCADE, school_year TEXT NOT NULL,
          file TEXT NOT NULL, issued_on TEXT NOT NULL);
        """;

    /// <summary>Run after the rows are in: building an index once is quicker than keeping it up row by row.</summary>
    public const string Rest =
        """
        CREATE INDEX students_by_class ON students(class_id);
        CREATE INDEX students_by_name ON students(last_name, first_name);
        CREATE INDEX guardians_by_student ON guardians(student_id);
        CREATE INDEX grades_by_student ON grades(student_id, subject_id);
        CREATE UNIQUE INDEX attendance_by_student ON attendance(student_id, day);
        CREATE INDEX absences_by_day ON attendance(day) WHERE status <> 'da';
        CREATE INDEX messages_by_guardian ON messages(guardian_id, sent_at);
        CREATE INDEX certificates_by_student ON certificates(student_id);
        CREATE VIEW class_register AS
          SELECT c.name AS class, s.last_name, s.first_name, s.born, t.last_name AS tutor, count(g.id) AS guardians
          FROM students s JOIN classes c ON c.id = s.class_id JOIN teachers t ON t.id = c.tutor_id LEFT JOIN guardians g ON g.student_id = s.id
          GROUP BY s.id ORDER BY c.grade, c.name, s.last_name, s.first_name;
        CREATE TRIGGER grades_are_logged AFTER UPDATE OF value ON grades WHEN old.value <> new.value BEGIN
          INSERT INTO grade_changes(grade_id, old_value, new_value, changed_at) VALUES (old.id, old.value, new.value, new.given_on);
        END;
        CREATE TRIGGER grades_need_a_lesson BEFORE INSERT ON grades
          WHEN NOT EXISTS (SELECT 1 FROM lessons l JOIN students s ON s.class_id = l.class_id WHERE s.id = new.student_id AND l.subject_id = new.subject_id) BEGIN
          SELECT RAISE(ABORT, 'the class has no lessons in this subject');
        END;
        """;
}
