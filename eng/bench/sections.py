"""What is measured. Each section returns rows: tool, seconds and memory of every round, bytes stored or added."""
import json
import os
import random
import subprocess

import measure
import place as places
import tools

SIZES = ("S", "M", "L")


def row(tool, samples, stored):
    return {"tool": tool.name, "seconds": [s.seconds for s in samples], "cpu": [s.cpu_seconds for s in samples],
            "peak_mb": max((s.peak_mb for s in samples), default=0), "read_mb": max((s.read_mb for s in samples), default=0), "bytes": stored}


def in_turn(place, entrants, rounds, one):
    """One measurement of each entrant a round; says how it goes."""
    samples = {tool: [] for tool in entrants}
    for number in range(rounds):
        for tool in entrants:
            sample = one(tool)
            samples[tool].append(sample)
            print(f"  round {number + 1}  {tool.name:32}{sample.seconds:8.2f} s {sample.peak_mb:6.0f} MB", flush=True)
    return samples


def entrants(place, *kinds):
    return [kind(place) for kind in kinds if kind.is_installed()]


def first(place, size, rounds):
    """First backup. What each tool then has is put aside for the sections that follow."""
    place.go_live(size)
    stored = {}

    def one(tool):
        tool.begin()
        steps = tool.back_up()
        place.ready()
        sample = measure.run_all(steps)
        if tool not in stored:
            stored[tool] = tool.stored()
            tool.save(f"first-{size}")
        return sample

    samples = in_turn(place, entrants(place, tools.Ours, tools.SqliteZstd, tools.Restic, tools.Borg), rounds, one)
    return [row(tool, taken, stored[tool]) for tool, taken in samples.items()]


def have_first(place, size, taking_part):
    """Makes the first backups that are not there yet, unmeasured."""
    missing = [tool for tool in taking_part if not os.path.exists(os.path.join(tool.saved, f"first-{size}"))]
    if missing:
        place.go_live(size)
    for tool in missing:
        tool.begin()
        measure.run_all(tool.back_up())
        tool.save(f"first-{size}")


def second(place, size, rounds, change=None):
    """A backup after the first: of what a change made of the database, or of exactly the same."""
    kinds = [tools.Ours, tools.Restic, tools.Borg, tools.BorgPages]
    taking_part = entrants(place, *kinds)
    have_first(place, size, taking_part)
    place.go_live(size, change)
    added = {}

    def one(tool):
        tool.load(f"first-{size}")
        before = tool.stored()
        steps = tool.back_up()
        place.ready(tool.state)
        sample = measure.run_all(steps)
        added[tool] = tool.stored() - before
        return sample

    samples = in_turn(place, taking_part, rounds, one)
    rows = [row(tool, taken, added[tool]) for tool, taken in samples.items()]
    return rows + (patch_from(place, size, change) if change else [])


def patch_from(place, size, change):
    """Once, for the bytes: it needs the whole old database, and memory for both."""
    rows = []
    for tool in entrants(place, tools.PatchFrom):
        have_first(place, size, [tool])
        place.go_live(size, change)
        tool.load(f"first-{size}")
        before = tool.stored()
        copying, packing, _ = tool.back_up()
        place.ready(tool.state)
        sample = measure.run_all([copying, packing])
        rows.append(row(tool, [sample], tool.stored() - before))
        measure.remove(tool.state)
    return rows


def days(place, size="M", count=30):
    """A first backup and a backup after each of many school days. One round: bytes do not vary."""
    place.go_live(size)
    taking_part = entrants(place, tools.Ours, tools.Restic, tools.Borg, tools.BorgPages, tools.PatchFrom)
    samples = {tool: [] for tool in taking_part}
    for tool in taking_part:
        tool.begin()
    for day in range(count + 1):
        if day > 0:
            place.live_another_day(day)
        for tool in taking_part:
            steps = tool.back_up()
            place.ready()
            samples[tool].append(measure.run_all(steps))
        print(f"  day {day:2}  " + ", ".join(f"{tool.name} {tool.stored() / 1e6:.2f} MB" for tool in taking_part), flush=True)
    rows = []
    for tool, taken in samples.items():
        rows.append({**row(tool, taken, tool.stored()), "seconds": [sum(s.seconds for s in taken)], "cpu": [sum(s.cpu_seconds for s in taken)]})
        measure.remove(tool.state)
    return rows


def restore(place, size, rounds):
    """To a file in an empty folder. Ours is checked and synced before it ends; zstd's is synced; restic's and Borg's are neither."""
    taking_part = entrants(place, tools.Ours, tools.SqliteZstd, tools.Restic, tools.Borg)
    have_first(place, size, taking_part)
    for tool in taking_part:
        tool.load(f"first-{size}")

    def one(tool):
        measure.remove(place.target)
        steps = tool.restore(place.target)
        place.ready(tool.state)
        sample = measure.run_all(steps)
        if isinstance(tool, tools.Ours):
            require_sound(os.path.join(place.target, "app.db"))
        return sample

    samples = in_turn(place, taking_part, rounds, one)
    measure.remove(place.target)
    return [row(tool, taken, tool.stored()) for tool, taken in samples.items()]


def require_sound(database):
    answer = subprocess.run(["sqlite3", database, "PRAGMA integrity_check"], check=True, capture_output=True, text=True).stdout.strip()
    if answer != "ok":
        raise SystemExit(f"error: a restored database is damaged: {answer}")


def one_file(place, rounds, count=10_000):
    """One file of many out of a backup. The bytes read, programs and their settings included, show whether the rest was read too."""
    places.clear(place.live)
    # BackupPortal backs a database up as well; an empty one, since the others are given the files alone.
    subprocess.run(["sqlite3", place.live, "PRAGMA journal_mode=WAL; CREATE TABLE unused(id INTEGER PRIMARY KEY);"], check=True, stdout=subprocess.DEVNULL)
    make_files(place.files, count)
    number = count // 2
    wanted = os.path.join(place.files, file_name(number))
    taking_part = entrants(place, tools.Ours, tools.Restic, tools.Borg)
    whole = place.copy
    place.copy = place.files
    try:
        for tool in taking_part:
            tool.begin()
            measure.run_all(tool.store())

        def one(tool):
            measure.remove(place.target)
            path = file_name(number) if isinstance(tool, tools.Ours) else wanted
            steps = tool.one_file(path, place.target)
            place.ready(tool.state)
            sample = measure.run_all(steps)
            require_file(place.target, wanted)
            return sample

        samples = in_turn(place, taking_part, rounds, one)
        return [row(tool, taken, tool.stored()) for tool, taken in samples.items()]
    finally:
        place.copy = whole
        for folder in (place.files, place.target):
            measure.remove(folder)
        os.makedirs(place.files)


def file_name(number):
    return f"class{number % 40:02}/report{number:05}.txt"


def make_files(folder, count):
    """Texts of 2 to 40 KB: words that compress, numbers that do not."""
    chance = random.Random(7)
    for number in range(count):
        path = os.path.join(folder, file_name(number))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write("".join(f"report {number} line {line}: {chance.getrandbits(64):x}\n" for line in range(chance.randrange(50, 1000))))


def require_file(folder, original):
    name = os.path.basename(original)
    found = [os.path.join(at, name) for at, _, names in os.walk(folder) if name in names]
    with open(original, "rb") as expected:
        content = expected.read()
    if len(found) != 1 or open(found[0], "rb").read() != content:
        raise SystemExit(f"error: {name} did not come back as it was.")


def warm(place, count=30):
    """Backups of an unchanged database in a process that runs already, as the portal makes them."""
    place.go_live("S")
    state = os.path.join(place.root, "state", "warm")
    measure.remove(state)
    place.ready()
    printed = subprocess.run(["dotnet", place.benchmarks, "warm", state, place.live, str(count)], check=True, capture_output=True, text=True).stdout
    measure.remove(state)
    seconds = json.loads(printed.splitlines()[-1])
    return [{"tool": "BackupPortal, warm", "seconds": seconds, "cpu": [], "peak_mb": 0, "read_mb": 0, "bytes": 0}]


def huge(place, gigabytes=10):
    """A database of about 10 GB, for memory: the tables of L copied until it is as big. One round."""
    place.go_live("L")
    grow(place.live, gigabytes * 1e9)
    tool = tools.Ours(place)
    tool.begin()
    rows = []
    for label in ("first", "unchanged"):
        place.ready()
        before = tool.stored()
        rows.append({**row(tool, [measure.run_all(tool.back_up())], tool.stored() - before), "tool": f"{tool.name}, {label}"})
    measure.remove(place.target)
    rows.append({**row(tool, [measure.run_all(tool.restore(place.target))], tool.stored()), "tool": f"{tool.name}, restore"})
    for folder in (place.target, tool.state):
        measure.remove(folder)
    return rows


def grow(database, size):
    number = 0
    while os.path.getsize(database) < size:
        number += 1
        statements = "".join(f"CREATE TABLE more_{table}_{number} AS SELECT * FROM {table};" for table in ("attendance", "messages", "certificates", "audit_log"))
        subprocess.run(["sqlite3", database, f"PRAGMA synchronous=OFF; {statements} PRAGMA wal_checkpoint(TRUNCATE);"], check=True, stdout=subprocess.DEVNULL)
