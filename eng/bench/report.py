"""Turns results into tables: medians, least and most, ratios of the rounds; and says which goals were reached."""
import datetime
import os
import platform
import shutil
import subprocess

import measure
import tools

OURS = tools.Ours.name
CHANGES = {"day": "after a school day", "rand1": "after 1 % of rows at random", "scatter": "after 1 % of pages", "unchanged": "unchanged"}


def document(results):
    parts = [HEAD, facts(results), goals(results)]
    for size in ("S", "M", "L"):
        parts.append(table(f"First backup, {size}", results.get(f"first {size}"), "stored"))
    for change, words in CHANGES.items():
        for size in ("S", "M", "L"):
            parts.append(table(f"Backup {words}, {size}", results.get(f"{change} {size}"), "added"))
    parts.append(table("M and 30 school days, 31 backups", results.get("days"), "stored in all"))
    for size in ("S", "M", "L"):
        parts.append(table(f"Restore to a file, {size}", results.get(f"restore {size}"), "stored"))
    for size in ("S", "M", "L"):
        parts.append(lock_out_table(f"Restore into live data, {size}", results.get(f"lock-out {size}")))
    parts.append(table("One file of 10,000 out of a backup", results.get("file"), "stored", reads=True))
    for size in ("M", "L"):
        parts.append(export_table(f"Export, {size}", results.get(f"export {size}")))
    parts.append(table("A database of 10 GB", results.get("huge"), "added", ratios=False))
    parts.append(writer_table(results.get("writer")))
    return "\n".join(part for part in parts if part)


HEAD = """# Performance

Written by `eng/bench.sh`, which makes the data and runs everything again. Whole processes; BackupPortal is the published program, started anew for each
command. The page cache is warm; before each run all earlier writing has reached the disk; each run works on a fresh copy of the state that it needs, and the
programs take turns within a round. Seconds are the median (least to most); a ratio is the median of the rounds' own ratios. MB are millions of bytes.
Stored and added bytes are all files that a program leaves in its repository. What another program needs first, a `sqlite3 .backup` to a file, is part of its time.
"""


def facts(results):
    lines = ["## Machine", "", f"- measured: {datetime.date.today()}, commit {results['commit']}, {results['rounds']} rounds"]
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    with open("/proc/meminfo") as file:
        memory = int(next(line for line in file if line.startswith("MemTotal")).split()[1]) * 1024 / 1e9
    lines.append(f"- {os.cpu_count()} cores of {model}, {memory:.0f} GB of memory, {results['filesystem']}, Linux {platform.release().split('-')[0]}")
    versions = [("sqlite3", "--version"), ("zstd", "--version"), ("restic", "version"), ("borg", "--version"), ("dotnet", "--version")]
    lines.append("- " + ", ".join(version(*command) for command in versions))
    return "\n".join(lines) + "\n"


def version(program, option):
    if not shutil.which(program):
        return f"{program} -"
    words = subprocess.run([program, option], capture_output=True, text=True, check=False).stdout.split()
    number = next((word.strip("v,") for word in words if word.strip("v,")[:1].isdigit() and "." in word), "?")
    return f"{program} {number}"


def table(title, rows, bytes_name, ratios=True, reads=False):
    if not rows:
        return ""
    head = ["", "seconds", *(["ours / this"] if ratios else []), "CPU seconds", f"MB {bytes_name}", "peak MB", *(["MB read"] if reads else [])]
    lines = [f"## {title}", "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        ratio = [ratio_cell(rows, row)] if ratios else []
        cells = [row["tool"], spread(row["seconds"]), *ratio, f"{measure.median(row['cpu']):.2f}", megabytes(row["bytes"]), f"{row['peak_mb']:.0f}", *([f"{row['read_mb']:.1f}"] if reads else [])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def ratio_cell(rows, row):
    ratio = None if row["tool"] == OURS else rounds_ratio(rows, row["tool"])
    return "-" if ratio is None else f"{ratio:.2f}"


def spread(seconds):
    middle = f"{measure.median(seconds):.2f}"
    return middle if len(seconds) == 1 else f"{middle} ({min(seconds):.2f} to {max(seconds):.2f})"


def megabytes(count):
    return f"{count / 1e6:.3f}" if count < 1e6 else f"{count / 1e6:.2f}" if count < 1e7 else f"{count / 1e6:.1f}"


def find(rows, tool):
    return next((row for row in rows or [] if row["tool"] == tool), None)


def rounds_ratio(rows, tool):
    """Median over the rounds of our seconds by the other's in the same round."""
    mine, other = find(rows, OURS), find(rows, tool)
    return measure.median([a / b for a, b in zip(mine["seconds"], other["seconds"])]) if mine and other else None


def lock_out_table(title, rows):
    if not rows:
        return ""
    lines = [f"## {title}", "",
             "The portal restores a backup of a school day before; nothing else runs. Preparation is all that happens before the countdown, in which a member begins to ask for a page of the live data",
             "every 10 ms. Locked out is from the first request that was refused until the first answer after it. A program that has the database open reads all the time, never sees a mixture, and goes",
             "on; before each restore a day or a share of its rows is changed again. The other programs only bring the file back, to another place; nobody could use it meanwhile.", "",
             "| | seconds of preparation | locked out, p50 ms | p95 ms | max ms | restores |", "|---|---|---|---|---|---|"]
    for row in rows:
        lock = [1000 * seconds for seconds in row.get("lock", [])]
        figures = [f"{measure.percentile(lock, share):.0f}" for share in (0.5, 0.95)] + [f"{max(lock):.0f}"] if lock else ["-"] * 3
        lines.append("| " + " | ".join([row["tool"], spread(row["seconds"]), *figures, str(len(row["seconds"]))]) + " |")
    return "\n".join(lines) + "\n"


def export_table(title, rows):
    """The first row is what others are compared with."""
    if not rows:
        return ""
    head = ["", "seconds", "by the first", "MB/s of the database", "CPU seconds", "MB written", "peak MB"]
    lines = [f"## {title}", "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        cells = [row["tool"], spread(row["seconds"]), "-" if row is rows[0] else f"{export_ratio(rows, row['tool']):.2f}", f"{row['database'] / 1e6 / measure.median(row['seconds']):.0f}",
                 f"{measure.median(row['cpu']):.2f}", megabytes(row["bytes"]), f"{row['peak_mb']:.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def export_ratio(rows, tool):
    """Median over the rounds of its seconds by the first's in the same round."""
    row = find(rows, tool)
    return measure.median([a / b for a, b in zip(row["seconds"], rows[0]["seconds"])]) if row else None


def writer_table(rows):
    if not rows:
        return ""
    lines = ["## A writer beside it: one transaction every 5 ms on M, WAL, synchronous FULL", "",
             "Milliseconds from the moment a transaction was due; beside backups only of those that were due while one ran. The -wal is its size before, at its largest, and after.", "",
             "| beside the writer | p50 | p99 | max | p99 by nothing else's | busy | runs | seconds a run | by usual | -wal MB |", "|---" * 10 + "|"]
    for row in rows:
        seconds, by_usual = f"{row['seconds']:.2f}" if row["seconds"] else "", f"{row['seconds'] / row['usual']:.2f}" if row["usual"] else ""
        wal = ", ".join(f"{size / 1e6:.1f}" for size in row["wal"])
        lines.append(f"| {row['case']} | {row['p50']:.2f} | {row['p99']:.2f} | {row['max']:.1f} | {row['ratio']:.2f} | {row['busy']} | {row['runs']} | "
                     f"{seconds} | {by_usual} | {wal} |")
    return "\n".join(lines) + "\n"


def goals(results):
    """What BackupPortal promises of itself, and whether this run kept it."""
    lines = ["## Goals", "", "| | to reach | measured | |", "|---|---|---|---|"]
    for words, limit, unit, measured in goal_list(results):
        if measured is not None:
            shown = f"{measured:.3f}" if 0 < measured < 1 else f"{measured:.4g}"
            lines.append(f"| {words} | {f'<= {limit:g} {unit}'.strip()} | {f'{shown} {unit}'.strip()} | {'yes' if measured <= limit else '**no**'} |")
    return "\n".join(lines) + "\n"


def goal_list(results):
    def stored(section):
        mine = find(results.get(section), OURS)
        return mine["bytes"] / 1e6 if mine else None

    def ratio(section, tool):
        rows = results.get(section)
        return rounds_ratio(rows, tool) if rows else None

    def writing(case, value):
        return next((value(row) for row in results.get("writer") or [] if row["case"] == case), None)

    sqlite_zstd, restic = tools.SqliteZstd.name, tools.Restic.name
    yield "First backup of L, stored", 250, "MB", stored("first L")
    yield "After a school day, M, added", 0.4, "MB", stored("day M")
    yield "After a school day, L, added", 2, "MB", stored("day L")
    yield "After 1 % of rows, M, added", 3, "MB", stored("rand1 M")
    yield "After 1 % of rows, L, added", 15, "MB", stored("rand1 L")
    yield "M and 30 school days, all stored", 62, "MB", stored("days")
    unchanged = stored("unchanged L")
    yield "Unchanged, L, added", 10, "KB", unchanged * 1000 if unchanged is not None else None
    yield "First backup of M, time by `.backup` then zstd", 0.9, "", ratio("first M", sqlite_zstd)
    yield "First backup of L, time by `.backup` then zstd", 0.9, "", ratio("first L", sqlite_zstd)
    yield "After a school day, M, time by `.backup` then restic", 0.5, "", ratio("day M", restic)
    yield "After a school day, L, time by `.backup` then restic", 0.4, "", ratio("day L", restic)
    small = find(results.get("unchanged S"), OURS)
    yield "Unchanged, S", 0.3, "s", measure.median(small["seconds"]) if small else None
    warm = results.get("warm")
    yield "Unchanged, S, in a process that runs already", 0.05, "s", measure.median(warm[0]["seconds"]) if warm else None
    yield "Restore of L, time by restic", 0.8, "", ratio("restore L", restic)
    yield "Restore of L, time by `zstd -d` and sync", 1.5, "", ratio("restore L", sqlite_zstd)
    for size, words in (("S", "20 MB"), ("M", "200 MB"), ("L", "1 GB")):
        alone = next((row for row in results.get(f"lock-out {size}") or [] if row["tool"] == OURS), None)
        yield f"A restore of {words} keeps a member out, p95", 250, "ms", 1000 * measure.percentile(alone["lock"], 0.95) if alone else None
    for size, form, words, limit in (("L", "sqlite3_db", "Export of 1 GB as sqlite3_db, time by `cp` and sync", 1 / 0.6), ("M", "postgres", "Export of M as postgres, time by `.dump` and `gzip -1`", 1),
                                     ("M", "sqlite3", "Export of M as sqlite3, time by `.dump` and `gzip -1`", 1)):
        rows = results.get(f"export {size}")
        yield words, limit, "", export_ratio(rows, f"{OURS}, {form}") if rows else None
    exports = [row["peak_mb"] for size in ("M", "L") for row in results.get(f"export {size}") or [] if row["tool"].startswith(OURS)]
    yield "Peak memory of any export", 250, "MB", max(exports, default=None)
    # Here goes an upload of 1 GB over loopback, once it is measured.
    peaks = [row["peak_mb"] for section, rows in results.items() if isinstance(rows, list) and not section.startswith("export")
             for row in rows if row.get("tool", "").startswith(OURS) and "peak_mb" in row]
    yield "Peak memory of any command here", 200, "MB", max(peaks, default=None)
    for case in ("BackupPortal, backups after the first", "BackupPortal, first backups"):
        yield f"A writer's p99 beside {case}, by its p99 alone", 3, "", writing(case, lambda row: row["ratio"])
        yield f"{case} beside a writer, time by usual", 1.5, "", writing(case, lambda row: row["seconds"] / row["usual"] if row["seconds"] else None)
        yield f"SQLITE_BUSY beside {case}", 0, "", writing(case, lambda row: row["busy"])
