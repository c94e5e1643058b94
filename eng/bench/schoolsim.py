# For the benchmark: the school that gen.py and mutate.py live day by day.
"""Day-by-day simulation of a school database in SQLite (original work; deterministic for a given seed)."""
import datetime, json, random, sqlite3, zlib
import schooltext as T

SCHEMA = """
CREATE TABLE schools(id INTEGER PRIMARY KEY, name TEXT NOT NULL, street TEXT, zip TEXT, city TEXT, phone TEXT, email TEXT, principal TEXT, logo BLOB);
CREATE TABLE subjects(id INTEGER PRIMARY KEY, short TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_en TEXT);
CREATE TABLE teachers(id INTEGER PRIMARY KEY, school_id INTEGER NOT NULL REFERENCES schools(id), short TEXT, first_name TEXT, last_name TEXT,
  birth_date TEXT, email TEXT, phone TEXT, hired TEXT);
CREATE TABLE classes(id INTEGER PRIMARY KEY, school_id INTEGER NOT NULL REFERENCES schools(id), name TEXT NOT NULL, room TEXT, tutor_id INTEGER REFERENCES teachers(id));
CREATE TABLE students(id INTEGER PRIMARY KEY, class_id INTEGER NOT NULL REFERENCES classes(id), first_name TEXT NOT NULL, last_name TEXT NOT NULL,
  gender TEXT, birth_date TEXT, birth_place TEXT, street TEXT, zip TEXT, city TEXT, phone TEXT, email TEXT, nationality TEXT, religion TEXT,
  notes TEXT, entry_date TEXT, active INTEGER NOT NULL DEFAULT 1, updated_at TEXT);
CREATE TABLE guardians(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id) ON DELETE CASCADE, relation TEXT,
  first_name TEXT, last_name TEXT, phone TEXT, email TEXT, street TEXT, zip TEXT, city TEXT);
CREATE TABLE enrolments(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id), class_id INTEGER NOT NULL REFERENCES classes(id),
  school_year TEXT, valid_from TEXT, valid_to TEXT, status TEXT);
CREATE TABLE lessons(id INTEGER PRIMARY KEY, class_id INTEGER NOT NULL REFERENCES classes(id), subject_id INTEGER NOT NULL REFERENCES subjects(id),
  teacher_id INTEGER NOT NULL REFERENCES teachers(id), school_year TEXT, weekday INTEGER, period INTEGER, room TEXT);
CREATE TABLE exams(id INTEGER PRIMARY KEY, class_id INTEGER NOT NULL REFERENCES classes(id), subject_id INTEGER NOT NULL REFERENCES subjects(id),
  teacher_id INTEGER NOT NULL REFERENCES teachers(id), date TEXT, kind TEXT, title TEXT, weight REAL);
CREATE TABLE grades(id INTEGER PRIMARY KEY, exam_id INTEGER NOT NULL REFERENCES exams(id), student_id INTEGER NOT NULL REFERENCES students(id),
  grade TEXT, points REAL, comment TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE attendance(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id), class_id INTEGER NOT NULL REFERENCES classes(id),
  date TEXT NOT NULL, period INTEGER NOT NULL, status INTEGER NOT NULL, minutes_late INTEGER, note TEXT, teacher_id INTEGER REFERENCES teachers(id), recorded_at TEXT);
CREATE TABLE messages(id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, school_id INTEGER NOT NULL REFERENCES schools(id), sender_kind TEXT, sender_id INTEGER,
  recipient_kind TEXT, recipient_id INTEGER, subject TEXT, body TEXT, sent_at TEXT, read_at TEXT);
CREATE TABLE audit_log(id INTEGER PRIMARY KEY, ts TEXT NOT NULL, user_id INTEGER, action TEXT, entity TEXT, entity_id INTEGER, ip TEXT, details TEXT);
CREATE TABLE certificates(id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students(id), school_year TEXT, term INTEGER, title TEXT, issued TEXT, mime TEXT, data BLOB);
CREATE INDEX ix_students_class ON students(class_id);
CREATE INDEX ix_students_name ON students(last_name, first_name);
CREATE INDEX ix_guardians_student ON guardians(student_id);
CREATE INDEX ix_enrolments_student ON enrolments(student_id);
CREATE INDEX ix_lessons_class ON lessons(class_id, weekday);
CREATE INDEX ix_exams_class ON exams(class_id, date);
CREATE INDEX ix_grades_exam ON grades(exam_id);
CREATE INDEX ix_grades_student ON grades(student_id);
CREATE INDEX ix_att_class ON attendance(class_id, date);
CREATE INDEX ix_att_absent ON attendance(student_id, date) WHERE status <> 0;
CREATE INDEX ix_msg_rcpt ON messages(recipient_kind, recipient_id);
CREATE INDEX ix_audit_ts ON audit_log(ts);
CREATE INDEX ix_cert_student ON certificates(student_id);
"""
FULL_INDEX = "CREATE UNIQUE INDEX ux_att ON attendance(student_id, date, period);"
GRADES = ["1", "1-", "2+", "2", "2-", "3+", "3", "3-", "4+", "4", "4-", "5", "6"]
GW = [3, 5, 7, 11, 12, 13, 13, 11, 9, 7, 5, 3, 1]
KINDS = ["Klassenarbeit", "Test", "Mündlich", "Referat", "Hausarbeit", "Vokabeltest"]
PERIODS = (1, 4)                       # attendance is taken in the morning and again in the fourth lesson


def school_days(start=datetime.date(2021, 9, 6)):
    d = start
    while True:
        md = (d.month, d.day)
        holiday = ((7, 18) <= md <= (8, 31)) or md >= (12, 22) or md <= (1, 6) or ((4, 1) <= md <= (4, 14)) or ((10, 8) <= md <= (10, 22))
        if d.weekday() < 5 and not holiday:
            yield d
        d += datetime.timedelta(1)


def year_of(d):
    y = d.year if d.month >= 8 else d.year - 1
    return f"{y}/{(y + 1) % 100:02d}"


def logo(rng):
    return b"\x89PNG\r\n\x1a\n" + rng.randbytes(1400)


def certificate(rng, name, year, term, lg):
    """A pseudo PDF: readable objects plus an already deflated stream; 2 to 20 KB, partly compressible."""
    size = int(min(20000, max(2100, rng.lognormvariate(8.6, .55))))
    out = [f"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
           f"% Zeugnis {year} {term}. Halbjahr {name}\n".encode()]
    y = 780
    for s in T.SUBJECTS:
        g = rng.choices(GRADES, GW)[0]
        out.append(f"BT /F1 11 Tf 72 {y} Td ({s[1]}) Tj ET\nBT /F1 11 Tf 400 {y} Td ({g}) Tj ET\n".encode("latin-1", "replace"))
        y -= 22
    out.append(lg)
    body = b"".join(out)
    rest = max(0, size - len(body))
    zl = int(rest * (.35 + .3 * rng.random()))
    stream = rng.randbytes(zl)
    text = []
    n = 0
    while n < rest - zl:
        t = T.sentence(rng, True) + " "
        text.append(t)
        n += len(t)
    txt = "".join(text).encode()[:max(0, rest - zl)]
    return body + b"<< /Filter /FlateDecode >>\nstream\n" + stream + b"\nendstream\n" + txt + b"\ntrailer << /Root 1 0 R >>\n%%EOF"


class Sim:
    def __init__(self, con, seed):
        self.con, self.rng = con, random.Random(seed)

    def pick(self, lst):
        return lst[int(self.rng.random() * len(lst))]

    # ---- static part -----------------------------------------------------------------------------------------
    def build_static(self, schools, students_per_school, first_day):
        c, r = self.con, self.rng
        c.executemany("INSERT INTO subjects VALUES(?,?,?,?)", [(i + 1, *s) for i, s in enumerate(T.SUBJECTS)])
        names = ["Gymnasium am Ostseekai", "Gemeinschaftsschule Kiel-West", "Ricarda-Huch-Schule", "Max-Planck-Gymnasium", "Schule am Förderand", "Theodor-Storm-Schule", "Hebbelschule"]
        sid = tid = cid = 0
        for s in range(1, schools + 1):
            z, city = self.pick(T.CITIES)
            c.execute("INSERT INTO schools VALUES(?,?,?,?,?,?,?,?,?)", (s, names[(s - 1) % len(names)], self.pick(T.STREETS) + " " + str(s * 3), z, city, T.phone(r),
                      f"sekretariat@schule{s}.example", self.pick(T.FIRST_F) + " " + T.last(r), logo(r)))
            nt = max(12, students_per_school // 13)
            teach = []
            for _ in range(nt):
                tid += 1
                fn, ln = self.pick(T.FIRST_M[50:] + T.FIRST_F[55:]), T.last(r)
                teach.append(tid)
                c.execute("INSERT INTO teachers VALUES(?,?,?,?,?,?,?,?,?)", (tid, s, (ln[:2] + fn[:1]).upper(), fn, ln,
                          f"{1960 + int(r.random() * 38)}-{1 + int(r.random() * 12):02d}-{1 + int(r.random() * 28):02d}", T.email(r, fn, ln), T.phone(r), f"{2000 + int(r.random() * 21)}-08-01"))
            ncl = max(1, round(students_per_school / 25))
            cls = []
            for k in range(ncl):
                cid += 1
                cls.append(cid)
                c.execute("INSERT INTO classes VALUES(?,?,?,?,?)", (cid, s, f"{5 + k % 9}{'abcdefgh'[k // 9 % 8]}", f"{'ABC'[k % 3]}{100 + k}", self.pick(teach)))
            for k in range(students_per_school):
                sid += 1
                self.new_student(sid, cls[k * ncl // students_per_school], first_day)
        self.load()

    def new_student(self, sid, cid, day):
        c, r = self.con, self.rng
        f = r.random() < .5
        fn, ln = self.pick(T.FIRST_F[:55] if f else T.FIRST_M[:55]), T.last(r)
        z, city = self.pick(T.CITIES)
        street = f"{self.pick(T.STREETS)} {1 + int(r.expovariate(1 / 25))}"
        c.execute("INSERT INTO students VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1,?)", (sid, cid, fn, ln, "w" if f else "m",
                  f"{2004 + int(r.random() * 9)}-{1 + int(r.random() * 12):02d}-{1 + int(r.random() * 28):02d}", self.pick(T.CITIES)[1], street, z, city, T.phone(r),
                  T.email(r, fn, ln), r.choices(["deutsch", "türkisch", "polnisch", "syrisch", "ukrainisch", "rumänisch"], [80, 5, 4, 5, 4, 2])[0],
                  r.choices(["ev", "rk", "isl", None], [40, 15, 12, 33])[0], self.pick(T.ALLERGY) if r.random() < .15 else None, str(day), f"{day} 08:00:00"))
        for rel in (("Mutter", "Vater") if r.random() < .8 else ("Mutter",)):
            gn = self.pick(T.FIRST_F[50:] if rel == "Mutter" else T.FIRST_M[50:])
            gl = ln if r.random() < .8 else T.last(r)
            c.execute("INSERT INTO guardians(student_id,relation,first_name,last_name,phone,email,street,zip,city) VALUES(?,?,?,?,?,?,?,?,?)",
                      (sid, rel, gn, gl, T.phone(r), T.email(r, gn, gl), street, z, city))

    def load(self):
        c = self.con
        self.classes = {}
        for sid, cid in c.execute("SELECT id,class_id FROM students WHERE active=1 ORDER BY class_id,id"):
            self.classes.setdefault(cid, []).append(sid)
        self.class_school = dict(c.execute("SELECT id,school_id FROM classes"))
        self.teachers = {}
        for t, s in c.execute("SELECT id,school_id FROM teachers ORDER BY id"):
            self.teachers.setdefault(s, []).append(t)
        self.nstud = sum(map(len, self.classes.values()))
        self.logos = dict(c.execute("SELECT id,logo FROM schools"))
        self.nsub = len(T.SUBJECTS)

    def new_year(self, day):
        c, r, y = self.con, self.rng, year_of(day)
        for cid, studs in self.classes.items():
            c.executemany("INSERT INTO enrolments(student_id,class_id,school_year,valid_from,valid_to,status) VALUES(?,?,?,?,NULL,'aktiv')", [(s, cid, y, str(day)) for s in studs])
            t = self.teachers[self.class_school[cid]]
            c.executemany("INSERT INTO lessons(class_id,subject_id,teacher_id,school_year,weekday,period,room) VALUES(?,?,?,?,?,?,?)",
                          [(cid, 1 + int(r.random() * self.nsub), self.pick(t), y, wd, p, f"{'ABC'[int(r.random() * 3)]}{100 + int(r.random() * 40)}") for wd in range(5) for p in range(1, 7)])

    # ---- one school day ---------------------------------------------------------------------------------------
    def day(self, day, cert=False):
        c, r = self.con, self.rng
        rnd = r.random
        ds = str(day)
        att, abs_recent = [], []
        for cid, studs in self.classes.items():
            tl = self.teachers[self.class_school[cid]]
            for p in PERIODS:
                t = self.pick(tl)
                base = f"{ds} {7 + p:02d}:{int(rnd() * 15):02d}:"
                sec = int(rnd() * 30)
                for s in studs:
                    x = rnd()
                    sec += 1 if rnd() < .5 else 0
                    if x < .93:
                        att.append((s, cid, ds, p, 0, None, None, t, base + "%02d" % (sec % 60)))
                    elif x < .97:
                        att.append((s, cid, ds, p, 1, None, T.fill(r, "{fn} fehlt heute wegen {ill}.") if rnd() < .3 else None, t, base + "%02d" % (sec % 60)))
                    elif x < .985:
                        att.append((s, cid, ds, p, 2, None, None, t, base + "%02d" % (sec % 60)))
                    else:
                        att.append((s, cid, ds, p, 3, 1 + int(rnd() * 25), None, t, base + "%02d" % (sec % 60)))
        c.executemany("INSERT INTO attendance(student_id,class_id,date,period,status,minutes_late,note,teacher_id,recorded_at) VALUES(?,?,?,?,?,?,?,?,?)", att)
        # exams and their grades: about 0.36 grades per student and day
        ngr = 0
        for cid, studs in self.classes.items():
            if rnd() < .36:
                sub = 1 + int(rnd() * self.nsub)
                t = self.pick(self.teachers[self.class_school[cid]])
                k = self.pick(KINDS)
                title = f"{k} {T.SUBJECTS[sub - 1][1]}: " + T.fill(r, self.pick(T.SLOT["hw"])) if rnd() < .5 else k
                eid = c.execute("INSERT INTO exams(class_id,subject_id,teacher_id,date,kind,title,weight) VALUES(?,?,?,?,?,?,?)", (cid, sub, t, ds, k, title, (1.0, 2.0, .5)[int(rnd() * 3)])).lastrowid
                gs = r.choices(range(13), GW, k=len(studs))
                c.executemany("INSERT INTO grades(exam_id,student_id,grade,points,comment,created_at,updated_at) VALUES(?,?,?,?,?,?,?)",
                              [(eid, s, GRADES[g], round(100 - g * 7.3 - rnd() * 5, 1), T.sentence(r, True)[:90] if rnd() < .12 else None, f"{ds} {13 + int(rnd() * 8):02d}:{int(rnd() * 60):02d}:{int(rnd() * 60):02d}", None) for s, g in zip(studs, gs)])
                ngr += len(studs)
        msgs = []
        for _ in range(max(1, round(self.nstud * .066))):
            subj, body = T.message(r)
            h = "%032x" % r.getrandbits(128)
            tt = f"{ds} {7 + int(rnd() * 14):02d}:{int(rnd() * 60):02d}:{int(rnd() * 60):02d}"
            msgs.append((f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}", 1 + int(rnd() * len(self.logos)), "teacher", 1 + int(rnd() * 50), self.pick(("guardian", "guardian", "class", "teacher")), 1 + int(rnd() * self.nstud), subj, body, tt, tt if rnd() < .6 else None))
        c.executemany("INSERT INTO messages(uid,school_id,sender_kind,sender_id,recipient_kind,recipient_id,subject,body,sent_at,read_at) VALUES(?,?,?,?,?,?,?,?,?,?)", msgs)
        aud = []
        for _ in range(max(2, round(self.nstud * .2))):
            e = self.pick(("attendance", "attendance", "attendance", "grade", "student", "message", "login", "login"))
            sid = 1 + int(rnd() * self.nstud)
            det = {"session": "%016x" % r.getrandbits(64), "old": self.pick(GRADES), "new": self.pick(GRADES)} if e == "grade" else \
                  {"session": "%016x" % r.getrandbits(64), "agent": self.pick(("Firefox/128 Windows", "Safari iPad", "Chrome/126 Android", "Edge/125 Windows"))} if e == "login" else \
                  {"session": "%016x" % r.getrandbits(64), "field": self.pick(("status", "note", "phone", "street", "read_at"))}
            aud.append((f"{ds} {7 + int(rnd() * 14):02d}:{int(rnd() * 60):02d}:{int(rnd() * 60):02d}.{int(rnd() * 1000):03d}", 1 + int(rnd() * 60), self.pick(("create", "update", "update", "view")), e, sid, f"10.{int(rnd() * 4)}.{int(rnd() * 250)}.{int(rnd() * 250)}", json.dumps(det)))
        aud.sort()
        c.executemany("INSERT INTO audit_log(ts,user_id,action,entity,entity_id,ip,details) VALUES(?,?,?,?,?,?,?)", aud)
        # corrections: excuses for recent absences, scattered student updates, a few deletes
        top = c.execute("SELECT max(id) FROM attendance").fetchone()[0]
        lo = max(1, top - len(att) * 8)
        ids = [x[0] for x in c.execute("SELECT id FROM attendance WHERE status=1 AND id BETWEEN ? AND ?", (lo, top - len(att)))]
        r.shuffle(ids)
        c.executemany("UPDATE attendance SET status=2, note='entschuldigt' WHERE id=?", [(i,) for i in ids[:len(ids) // 8]])
        for _ in range(max(1, round(self.nstud * .012))):
            sid = 1 + int(rnd() * self.nstud)
            if rnd() < .5:
                c.execute("UPDATE students SET phone=?, updated_at=? WHERE id=?", (T.phone(r), f"{ds} 14:{int(rnd() * 60):02d}:00", sid))
            else:
                z, city = self.pick(T.CITIES)
                c.execute("UPDATE students SET street=?, zip=?, city=?, updated_at=? WHERE id=?", (f"{self.pick(T.STREETS)} {1 + int(rnd() * 90)}", z, city, f"{ds} 14:{int(rnd() * 60):02d}:00", sid))
        c.execute("UPDATE messages SET read_at=? WHERE read_at IS NULL AND id IN (SELECT id FROM messages ORDER BY id DESC LIMIT ?)", (f"{ds} 20:00:00", max(1, len(msgs) // 2)))
        mm = c.execute("SELECT max(id) FROM messages").fetchone()[0]
        c.executemany("DELETE FROM messages WHERE id=?", [(1 + int(rnd() * mm),) for _ in range(max(1, len(msgs) // 16))])
        mg = c.execute("SELECT max(id) FROM grades").fetchone()[0] or 0
        if mg:
            c.executemany("DELETE FROM grades WHERE id=?", [(1 + int(rnd() * mg),) for _ in range(max(1, ngr // 200))])
            c.executemany("UPDATE grades SET grade=?, updated_at=? WHERE id=?", [(self.pick(GRADES), f"{ds} 16:00:00", max(1, mg - int(r.expovariate(1 / (8 * ngr + 1))))) for _ in range(max(1, ngr // 40))])
        if cert:
            self.certs(day, .5)
        elif rnd() < .3:
            self.certs(day, .002)

    def certs(self, day, share):
        c, r = self.con, self.rng
        y, term = year_of(day), 1 if day.month in (9, 10, 11, 12, 1, 2) else 2
        rows = []
        for cid, studs in self.classes.items():
            lg = self.logos[self.class_school[cid]]
            for s in studs:
                if r.random() < share:
                    rows.append((s, y, term, f"Zeugnis {y} {term}. Halbjahr", str(day), "application/pdf", certificate(r, f"Schüler {s}", y, term, lg)))
        c.executemany("INSERT INTO certificates(student_id,school_year,term,title,issued,mime,data) VALUES(?,?,?,?,?,?,?)", rows)


T._T["{fn} fehlt heute wegen {ill}."] = T._split("{fn} fehlt heute wegen {ill}.")
