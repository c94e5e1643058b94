"""Measures the sections that are asked for, keeps their results beside the data, and writes the tables. Started by eng/bench.sh."""
import argparse
import json
import os
import subprocess
import sys

import exporting
import measure
import report
import restoring
import sections
import writing
from place import Place

NAMES = ("first", "day", "rand1", "scatter", "unchanged", "file-restore", "restore", "days", "file", "export", "warm", "writer", "huge")
# A 10 GB database is made only when asked for.
USUAL = tuple(name for name in NAMES if name != "huge")


def arguments():
    parser = argparse.ArgumentParser(prog="eng/bench.sh", description="Measures BackupPortal beside other backup programs and writes docs/performance.md.")
    parser.add_argument("section", nargs="?", choices=NAMES, metavar="SECTION", help="only this section, as with --only")
    parser.add_argument("--rounds", type=int, default=5, help="how often each timing is taken (5)")
    parser.add_argument("--size", action="append", choices=sections.SIZES, help="only this size; may be repeated")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="SECTION", help=f"only this section; may be repeated: {', '.join(NAMES)}")
    parser.add_argument("--work", required=True, metavar="DIR", help="where data and results are kept; needs 10 GB (huge: 40 GB)")
    parser.add_argument("--writer-seconds", type=float, default=20, help="how long the writer writes in each case (20)")
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--benchmarks", default="", help=argparse.SUPPRESS)
    parser.add_argument("--commit", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--document", metavar="FILE", help="where a partial run writes its tables, too; a full one writes docs/performance.md")
    parser.add_argument("--usual-document", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def plan(options, place):
    """(key, work) in the order of running: the names under which results are kept, and how they are come by."""
    wanted = [*(options.only or []), *([options.section] if options.section else [])] or USUAL
    sizes = options.size or sections.SIZES
    rounds = options.rounds
    for size in sizes:
        if "first" in wanted:
            yield f"first {size}", lambda size=size: sections.first(place, size, rounds)
        for change in ("day", "rand1", "scatter"):
            if change in wanted and size != "S":
                yield f"{change} {size}", lambda size=size, change=change: sections.second(place, size, rounds, change)
        if "unchanged" in wanted:
            yield f"unchanged {size}", lambda size=size: sections.second(place, size, rounds)
        if "file-restore" in wanted:
            yield f"restore {size}", lambda size=size: sections.restore(place, size, rounds)
        if "restore" in wanted:
            yield f"lock-out {size}", lambda size=size: restoring.lock_out(place, size, rounds)
        if "export" in wanted and size in exporting.FORMATS:
            yield f"export {size}", lambda size=size: exporting.export(place, size, rounds)
    if "days" in wanted and "M" in sizes:
        yield "days", lambda: sections.days(place)
    if "file" in wanted and "S" in sizes:
        yield "file", lambda: sections.one_file(place, rounds)
    if "warm" in wanted and "S" in sizes:
        yield "warm", lambda: sections.warm(place)
    if "writer" in wanted and "M" in sizes:
        yield "writer", lambda: writing.writers(place, rounds, options.writer_seconds)
    if "huge" in wanted:
        yield "huge", lambda: sections.huge(place)


def load(path, commit):
    """Results of the same commit, so that sections can be measured one after another; nothing of another."""
    if os.path.exists(path):
        with open(path) as file:
            kept = json.load(file)
        if kept.get("commit") == commit:
            return kept
    return {"commit": commit}


def filesystem(path):
    return subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", path], check=True, capture_output=True, text=True).stdout.strip()


def main():
    options = arguments()
    place = Place(options.work, options.program, options.benchmarks)
    path = os.path.join(place.root, "results.json")
    results = load(path, options.commit)
    results["filesystem"] = filesystem(place.root)
    results["rounds"] = options.rounds
    # What was put aside was made by some earlier program, perhaps of another format.
    measure.remove(os.path.join(place.root, "saved"))
    for key, work in plan(options, place):
        print(f"{key}:", flush=True)
        results[key] = work()
        with open(path, "w") as file:
            json.dump(results, file)
    text = report.document(results)
    print("\n" + text)
    is_partial = bool(options.only or options.section or options.size)
    if is_partial and not options.document:
        print(f"Only a part was measured: {os.path.basename(options.usual_document)} was left as it is.", file=sys.stderr)
        return
    with open(options.document or options.usual_document, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
