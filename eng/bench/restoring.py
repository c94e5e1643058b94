"""What a restore into live data takes, and for how long it keeps a member out, as that member sees it; beside what other programs need to bring the same file back."""
import json
import os
import sqlite3
import subprocess
import sys
import time

import measure
import place as places
import tools

RESTORES_PER_ROUND = {"S": 3, "M": 3, "L": 2}
PAGE = "/t/school/data?table=students"
# Long enough for the member to begin to ask, and for the portal to be warm.
COUNTDOWN_SECONDS = 5
# A member must have been let in again for so long before the next restore begins.
CALM_SECONDS = 1.0
# How the database gets live, what changes before each restore, and what the table calls it.
WAYS = (
    ("Exclusive", None, "BackupPortal"),
    ("Rows", "day", "BackupPortal, another program has it open, after a school day"),
    ("Shared", "rand1", "BackupPortal, another program has it open, after 1 % of rows at random"),
)


def lock_out(place, size, rounds):
    """Rows: seconds of preparation and of lock-out, with the file to ourselves and with another program that has it open; then what others take to bring the file back."""
    tool, snapshot = prepare(place, size)
    with Portal(place, tool) as portal:
        rows = [measured(place, tool, portal, snapshot, rounds * RESTORES_PER_ROUND[size], *way) for way in WAYS]
    measure.remove(tool.state)
    return rows + others(place, size, rounds)


def prepare(place, size):
    """A school with a backup of what it will go back to, and live data a school day later, with marks at both ends of the file."""
    place.go_live(size)
    mark(place.live, "then", create=True)
    tool = tools.Ours(place)
    tool.begin()
    measure.run_all(tool.back_up())
    command, _ = tool.command("list", "school", "--json")
    snapshot = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]["snapshot"]
    place.live_another_day(1)
    mark(place.live, "now")
    return tool, snapshot


def mark(database, text, create=False):
    connection = sqlite3.connect(database, isolation_level=None)
    if create:
        connection.execute("PRAGMA journal_mode=WAL")
        for table in ("bench_first", "bench_last"):
            connection.execute(f"CREATE TABLE {table}(mark TEXT NOT NULL)")
            connection.execute(f"INSERT INTO {table} VALUES('')")
    for table in ("bench_first", "bench_last"):
        connection.execute(f"UPDATE {table} SET mark=?", (text,))
    connection.close()


def measured(place, tool, portal, snapshot, count, mode, change, name):
    """So many restores one after the other; before each, live data differs from the backup again."""
    restores = []
    reader = Child("reader.py", place.live) if change else None
    for number in range(count):
        if change:
            places.script("mutate.py", place.live, change, "--seed", number + 1)
        if reader:
            reader.ask(f"now {number}")
        else:
            mark(place.live, f"now {number}")
        time.sleep(CALM_SECONDS)
        os.sync()
        one = portal.restore(snapshot)
        if one["mode"] != mode:
            raise SystemExit(f"error: the swap was {one['mode']}, not {mode}.")
        restores.append(one)
        print(f"  {one['mode']:10}  stage {one['stage']:6.2f} s  lock-out {one['seen'] * 1000:7.0f} ms (told {one['lockOut'] * 1000:.0f})  whole {one['whole']:6.2f} s", flush=True)
    row = {"tool": name, "seconds": [r["stage"] for r in restores], "whole": [r["whole"] for r in restores],
           "lock": [r["seen"] for r in restores], "told": [r["lockOut"] for r in restores]}
    if reader:
        said = json.loads(reader.end())
        if said["mixed"] or said["seen"] != "then":
            raise SystemExit(f"error: a reader saw a mixture, or not what was restored: {said}")
        row["reads"] = said["read"]
    require_mark(place.live, "then")
    return row


def require_mark(database, expected):
    answer = subprocess.run(["sqlite3", database, "SELECT mark FROM bench_last"], check=True, capture_output=True, text=True).stdout.strip()
    if answer != expected:
        raise SystemExit(f"error: {answer!r} is live, not {expected!r}.")


def others(place, size, rounds):
    """Seconds to bring the file back, during which nobody could use it: a copy, and what restic and Borg have stored."""
    rows = [{"tool": "cp and sync", "seconds": [copy_back(place) for _ in range(rounds)]}]
    for kind in (tools.Restic, tools.Borg):
        if not kind.is_installed():
            continue
        tool = kind(place)
        tool.begin()
        measure.run_all(tool.back_up())
        taken = []
        for _ in range(rounds):
            measure.remove(place.target)
            steps = tool.restore(place.target)
            place.ready(tool.state)
            taken.append(measure.run_all(steps).seconds)
        rows.append({"tool": tool.name.removeprefix(".backup, "), "seconds": taken})
        measure.remove(tool.state)
    measure.remove(place.target)
    return rows


def copy_back(place):
    os.makedirs(place.target, exist_ok=True)
    file = os.path.join(place.target, "app.db")
    measure.remove(file)
    place.ready()
    return measure.run_all([(["cp", "--reflink=never", place.live, file], None), (["sync", file], None)]).seconds


class Child:
    """A helper script that runs beside, and says that it is ready first."""

    def __init__(self, script, *arguments):
        self.process = subprocess.Popen([sys.executable, os.path.join(places.HERE, script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"error: {script} did not start.")

    def ask(self, line=""):
        """Tells it something, and returns the line that it answers."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def end(self):
        return self.process.communicate()[0]


class Portal:
    """The published portal on the tool's data, and a member of its school."""

    def __init__(self, place, tool):
        self.place, self.tool = place, tool

    def __enter__(self):
        command, _ = self.tool.command("user", "add", "member@school.example", "--role", "member", "--tenant", "school", "--json")
        password = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["password"]
        command, _ = self.tool.command("serve", "--urls", "http://127.0.0.1:0")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if "listens on " in line:
                address = line.split("listens on ")[1].split(" ")[0]
                self.member = Child("poller.py", address, PAGE, "member@school.example", password)
                return self
        raise SystemExit("error: the portal did not start.")

    def __exit__(self, *_):
        self.member.end()
        self.process.terminate()
        self.process.wait()

    def restore(self, snapshot):
        """One restore with a countdown. The member begins to ask when preparation is over."""
        command = ["dotnet", self.place.benchmarks, "queued-restore", self.tool.state, "school", snapshot, str(COUNTDOWN_SECONDS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            if process.stdout.readline().strip() != "counting":
                raise SystemExit("error: a restore ended before its countdown.")
            self.member.ask()
            said = json.loads(process.stdout.readline())
        time.sleep(CALM_SECONDS)
        return {**said, "seen": seen_lock_out(json.loads(self.member.ask()))}


def seen_lock_out(answers):
    """Seconds from the first request that was refused until the first after it that was answered, and its answer there. Other answers than the page or a word to wait are an error."""
    strange = sorted({status for _, _, status in answers if status not in (200, 503)})
    if strange:
        raise SystemExit(f"error: a member was answered {strange}; 0 stands for half a page.")
    refused = [sent for sent, _, status in answers if status == 503]
    if not refused:
        return 0.0
    last = max(refused)
    return min(got for sent, got, status in answers if status == 200 and sent > last) - min(refused)
