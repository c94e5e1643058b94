# For the benchmark: builds the school database that everybody backs up.
"""gen.py OUT.db --size S|M|L [--seed N] [--full-index]: build a deterministic school database."""
import argparse, os, sqlite3, sys, time
import schoolsim as S
SIZES = {"S": (1, 300, 210), "M": (1, 1200, 530), "L": (5, 1200, 545)}
ap = argparse.ArgumentParser()
ap.add_argument("out"); ap.add_argument("--size", default="S", choices=SIZES); ap.add_argument("--seed", type=int, default=20240901)
ap.add_argument("--days", type=int); ap.add_argument("--students", type=int); ap.add_argument("--full-index", action="store_true")
a = ap.parse_args()
schools, studs, days = SIZES[a.size]
studs, days = a.students or studs, a.days or days
for x in ("", "-wal", "-shm", "-journal"):
    if os.path.exists(a.out + x): os.remove(a.out + x)
t0 = time.time()
con = sqlite3.connect(a.out, isolation_level=None)
con.executescript("PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1500000; PRAGMA foreign_keys=OFF;")
con.executescript(S.SCHEMA + (S.FULL_INDEX if a.full_index else ""))
sim = S.Sim(con, a.seed)
cal = S.school_days()
day = next(cal)
con.execute("BEGIN"); sim.build_static(schools, studs, day); con.execute("COMMIT")
year, since = None, 0
for i in range(days):
    con.execute("BEGIN")
    if S.year_of(day) != year:
        year = S.year_of(day); sim.new_year(day)
    since += 1
    cert = since >= 92
    if cert: since = 0
    sim.day(day, cert)
    con.execute("COMMIT")
    day = next(cal)
con.execute("CREATE TABLE sim_state(next_day TEXT)"); con.execute("INSERT INTO sim_state VALUES(?)", (str(day),))
con.execute("ANALYZE")
assert not con.execute("PRAGMA foreign_key_check").fetchone()
con.execute("PRAGMA synchronous=FULL"); con.execute("PRAGMA journal_mode=WAL"); con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
n = {t: con.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("students", "guardians", "grades", "attendance", "messages", "audit_log", "certificates")}
con.close()
print(f"{a.out} {os.path.getsize(a.out)} bytes {time.time() - t0:.1f}s rows {n}")
