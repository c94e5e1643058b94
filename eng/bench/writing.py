"""What a backup does to an application that writes all the time, and what that writing does to the backup."""
import json
import os
import subprocess
import sys
import time

import measure
import place as places
import tools

SIZE = "M"
MOST_BACKUPS_PER_SECOND = 2


def writers(place, rounds, seconds):
    """Rows of latencies: nobody else, our backups one after the other, and a copy through the backup API in one step; in turn."""
    place.go_live(SIZE)
    ours = tools.Ours(place)
    usual = {"first": [], "second": []}
    for _ in range(3):
        ours.begin()
        usual["first"].append(backup(place, ours))
        usual["second"].append(backup(place, ours))
    cases = {
        "nothing else": None,
        "BackupPortal, backups after the first": lambda: backup(place, ours),
        "BackupPortal, first backups": None,
        "backup API in one step": lambda: one_step(place),
    }
    taken = {name: [] for name in cases}
    for number in range(rounds):
        for name, work in cases.items():
            states = empty_states(ours, seconds) if "first backups" in name else []
            os.sync()
            unused = iter(states)
            taken[name].append(beside_writer(place, (lambda: first_backup(place, ours, next(unused))) if states else work, seconds))
            forget(ours, states)
            latest = taken[name][-1]
            print(f"  round {number + 1}  {name:40}p50 {latest['p50']:6.2f}  p99 {latest['p99']:7.2f}  max {latest['max']:7.2f} ms  "
                  f"busy {latest['busy']}  runs {len(latest['runs'])}", flush=True)
    return rows(taken, usual)


def backup(place, ours):
    return measure.run_all(ours.store()).seconds


def empty_states(ours, seconds):
    """As many as there can be first backups; made before, so that neither making nor deleting them disturbs the writer."""
    usual = ours.state
    states = [f"{usual}-{number}" for number in range(int(seconds * MOST_BACKUPS_PER_SECOND) + 1)]
    for ours.state in states:
        ours.begin()
    ours.state = usual
    return states


def first_backup(place, ours, state):
    usual, ours.state = ours.state, state
    try:
        return backup(place, ours)
    finally:
        ours.state = usual


def forget(ours, states):
    for state in states:
        measure.remove(state)


def one_step(place):
    places.clear(place.copy)
    return measure.run([sys.executable, os.path.join(places.HERE, "one_step.py"), place.live, place.copy]).seconds


def beside_writer(place, work, seconds):
    """Runs the work again and again while the writer writes; what begins beside it may end after it. Only transactions that were due during a run count."""
    before = wal_size(place)
    writer = subprocess.Popen([sys.executable, os.path.join(places.HERE, "writer.py"), place.live, str(seconds)], stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    runs = []
    times = []
    ends = time.monotonic() + seconds - 1
    while work and time.monotonic() < ends:
        begun = time.monotonic()
        runs.append(work())
        times.append((begun, time.monotonic()))
    written = json.loads(writer.communicate()[0])
    waits = [wait for due, wait in zip(written["due"], written["latencies"]) if not work or any(begun <= due <= ended for begun, ended in times)]
    return {"p50": measure.percentile(waits, 0.5), "p99": measure.percentile(waits, 0.99), "max": max(waits), "busy": written["busy"],
            "runs": runs, "wal": [before, written["largest_wal"], wal_size(place)]}


def wal_size(place):
    try:
        return os.stat(place.live + "-wal").st_size
    except FileNotFoundError:
        return 0


def rows(taken, usual):
    """Medians of the rounds; the ratio is each round's own."""
    alone = taken["nothing else"]
    result = []
    for name, measured in taken.items():
        runs = [seconds for one in measured for seconds in one["runs"]]
        alike = usual["first"] if "first backups" in name else usual["second"] if "BackupPortal" in name else []
        result.append({
            "case": name, "p50": measure.median([m["p50"] for m in measured]), "p99": measure.median([m["p99"] for m in measured]),
            "max": max(m["max"] for m in measured), "busy": sum(m["busy"] for m in measured),
            "ratio": measure.median([m["p99"] / a["p99"] for m, a in zip(measured, alone)]),
            "runs": len(runs), "seconds": measure.median(runs) if runs else None, "usual": measure.median(alike) if alike else None,
            "wal": [max(m["wal"][i] for m in measured) for i in range(3)],
        })
    return result
