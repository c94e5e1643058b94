# For the benchmark: what happens to the database between two backups.
"""mutate.py DB day|rand1|scatter [--seed N] [--n DAYS]
   day     : one school day (attendance, grades, messages, audit, scattered updates, some deletes)
   rand1   : UPDATE 1 % of the rows of grades and attendance, chosen at random
   scatter : UPDATE so many random attendance/grades rows that about 1 % of all pages are hit
Writes through WAL as an application would, then checkpoints (TRUNCATE)."""
import argparse, datetime, random, sqlite3
import schoolsim as S
ap = argparse.ArgumentParser(); ap.add_argument("db"); ap.add_argument("kind", choices=["day", "rand1", "scatter"]); ap.add_argument("--seed", type=int, default=1); ap.add_argument("--n", type=int, default=1)
a = ap.parse_args()
con = sqlite3.connect(a.db, isolation_level=None)
con.execute("PRAGMA foreign_keys=ON"); con.execute("PRAGMA synchronous=NORMAL")
assert con.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
rng = random.Random(a.seed)
if a.kind == "day":
    sim = S.Sim(con, a.seed); sim.load()
    for _ in range(a.n):
        d = datetime.date.fromisoformat(con.execute("SELECT next_day FROM sim_state").fetchone()[0])
        con.execute("BEGIN"); sim.day(d)
        cal = S.school_days(d); next(cal)
        con.execute("UPDATE sim_state SET next_day=?", (str(next(cal)),)); con.execute("COMMIT")
else:
    na, ng = (con.execute(f"SELECT max(id) FROM {t}").fetchone()[0] for t in ("attendance", "grades"))
    if a.kind == "rand1":
        ka, kg = na // 100, ng // 100
    else:
        pages = con.execute("PRAGMA page_count").fetchone()[0]; k = pages // 100; ka, kg = k * na // (na + ng), k * ng // (na + ng)
    con.execute("BEGIN")
    con.executemany("UPDATE attendance SET minutes_late=?, recorded_at=substr(recorded_at,1,17)||? WHERE id=?", [(rng.randrange(1, 40), "%02d" % rng.randrange(60), i) for i in rng.sample(range(1, na + 1), ka)])
    con.executemany("UPDATE grades SET points=?, updated_at=? WHERE id=?", [(round(rng.random() * 100, 1), "2025-03-%02d 1%d:00:00" % (rng.randrange(1, 29), rng.randrange(10)), i) for i in rng.sample(range(1, ng + 1), kg)])
    con.execute("COMMIT")
con.execute("PRAGMA wal_checkpoint(TRUNCATE)"); con.close()
