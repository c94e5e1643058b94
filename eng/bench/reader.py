"""reader.py DB: another program that has the database open for good. Reads two marks at its two ends in one statement, again and again, until its input ends.

A line of input makes it write both marks anew, in one transaction on the same connection. Prints as JSON how often it read, how often the marks differed (never, if nobody
ever sees a mixture), how often SQLite was busy, and what it read last."""
import json
import sqlite3
import sys
import threading

READ = "SELECT (SELECT mark FROM bench_first), (SELECT mark FROM bench_last)"


def main(database):
    connection = sqlite3.connect(database, isolation_level=None, timeout=120, check_same_thread=False)
    wanted, over = [], threading.Event()
    threading.Thread(target=listen, args=(wanted, over), daemon=True).start()
    read = mixed = busy = 0
    seen = None
    print("ready", flush=True)
    while not over.is_set():
        if wanted:
            write(connection, wanted.pop(0))
            print("written", flush=True)
        try:
            first, last = connection.execute(READ).fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise
            busy += 1
            continue
        read += 1
        mixed += first != last
        seen = first
        over.wait(0.001)
    print(json.dumps({"read": read, "mixed": mixed, "busy": busy, "seen": seen}), flush=True)


def write(connection, mark):
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE bench_first SET mark=?", (mark,))
    connection.execute("UPDATE bench_last SET mark=?", (mark,))
    connection.execute("COMMIT")


def listen(wanted, over):
    for line in sys.stdin:
        wanted.append(line.strip())
    over.set()


if __name__ == "__main__":
    main(sys.argv[1])
