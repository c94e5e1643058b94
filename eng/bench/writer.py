"""writer.py DB SECONDS: one small transaction every 5 ms, as an application makes them; prints when each was due, by the system's monotonic clock, and what it waited, as JSON.

Latency counts from the moment a transaction was due, not from when it could begin: a stall that holds up twenty of them counts for all twenty."""
import json
import os
import sqlite3
import sys
import time

INTERVAL_SECONDS = 0.005


def main(database, seconds):
    connection = sqlite3.connect(database, isolation_level=None, timeout=0)
    connection.execute("PRAGMA synchronous=FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        sys.exit("error: The database is not in WAL mode.")
    connection.execute("CREATE TABLE IF NOT EXISTS bench_log(id INTEGER PRIMARY KEY, at REAL, note TEXT)")
    rows = connection.execute("SELECT max(id) FROM attendance").fetchone()[0]
    dues, latencies, busy, wal = [], [], 0, os.stat(database + "-wal").st_size
    begun = time.monotonic()
    for number in range(int(seconds / INTERVAL_SECONDS)):
        due = begun + number * INTERVAL_SECONDS
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        busy += write(connection, number, 1 + number * 7919 % rows)
        dues.append(due)
        latencies.append((time.monotonic() - due) * 1000)
        if number % 20 == 0:
            wal = max(wal, os.stat(database + "-wal").st_size)
    json.dump({"due": dues, "latencies": latencies, "busy": busy, "largest_wal": wal}, sys.stdout)
    sys.stdout.flush()
    # Without closing: a last close would checkpoint, and the next measurement would begin with another -wal.
    os._exit(0)


def write(connection, number, row):
    """One transaction, tried until it is through. Returns how often SQLite said that it is busy."""
    busy = 0
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bench_log(at, note) VALUES(?, ?)", (time.time(), f"entry {number}"))
            connection.execute("UPDATE attendance SET minutes_late=? WHERE id=?", (number % 40, row))
            connection.execute("COMMIT")
            return busy
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            busy += 1


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
