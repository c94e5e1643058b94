"""What it takes to write a backup in each format, beside what anybody would do by hand with the live database."""
import os
import shlex
import subprocess

import measure
import sections
import tools

# What is exported, and from which size of school. The first entrant of each size is what ours are compared with.
FORMATS = {"M": ("postgres", "sqlite3", "csv", "zip"), "L": ("sqlite3_db",)}


class Copy(tools.Tool):
    """To the disk, as an exported file is."""
    name = "cp and sync"

    def export(self, target):
        return [(["cp", "--reflink=never", self.place.live, target], None), (["sync", target], None)]


class Dump(tools.Tool):
    name = ".dump, gzip -1"
    needs = ("sqlite3", "gzip")

    def export(self, target):
        return [(["bash", "-c", f"set -o pipefail; sqlite3 {shlex.quote(self.place.live)} .dump | gzip -1 > {shlex.quote(target)}"], None), (["sync", target], None)]


class Export(tools.Ours):
    """Unpacks the backup, checks that, and writes it in a format: the database itself to a file, which is synced; what others make in a pipe, into one, too."""

    def __init__(self, place, form):
        super().__init__(place)
        self.form = form
        self.name = f"{tools.Ours.name}, {form}"

    def export(self, target):
        if self.form == "sqlite3_db":
            return [self.command("export", "school", "latest", "--format", self.form, "--output", target)]
        command, environment = self.command("export", "school", "latest", "--format", self.form, "--output", "-")
        return [(["bash", "-c", f"exec {shlex.join(command)} > {shlex.quote(target)}"], environment), (["sync", target], None)]


def export(place, size, rounds):
    """To a new file, in place of which there was nothing."""
    place.go_live(size)
    ours = [Export(place, form) for form in FORMATS.get(size, ())]
    if not ours:
        return []
    other = Copy(place) if size == "L" else Dump(place)
    ours[0].begin()
    measure.run_all(ours[0].store())
    os.makedirs(place.target, exist_ok=True)
    target = os.path.join(place.target, "export")
    written = {}

    def one(tool):
        measure.remove(target)
        place.ready(ours[0].state)
        sample = measure.run_all(tool.export(target))
        written[tool] = os.path.getsize(target)
        if isinstance(tool, Export):
            require_readable(tool.form, target)
        return sample

    samples = sections.in_turn(place, [other, *ours], rounds, one)
    measure.remove(place.target)
    measure.remove(ours[0].state)
    return [{**sections.row(tool, taken, written[tool]), "database": os.path.getsize(place.live)} for tool, taken in samples.items()]


def require_readable(form, target):
    if form == "sqlite3_db":
        sections.require_sound(target)
    else:
        subprocess.run(["gzip", "-t"] if form in ("postgres", "sqlite3") else ["unzip", "-tq", target], stdin=open(target, "rb"), check=True, stdout=subprocess.DEVNULL)
