"""Where a benchmark works: the made data, the live database that everybody backs up, and fresh copies of what was put aside."""
import os
import subprocess
import sys

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
CHANGES = {"day": ("day", 1), "rand1": ("rand1", 1), "scatter": ("scatter", 1)}


class Place:
    def __init__(self, root, program, benchmarks):
        self.root = os.path.abspath(root)
        self.program = os.path.abspath(program)
        self.benchmarks = os.path.abspath(benchmarks)
        self.data = os.path.join(self.root, "data")
        self.live = os.path.join(self.root, "live", "app.db")
        self.copy = os.path.join(self.root, "copy", "app.db")
        self.files = os.path.join(self.root, "live", "files")
        self.target = os.path.join(self.root, "restored")
        for folder in (self.data, os.path.dirname(self.live), os.path.dirname(self.copy), self.files):
            os.makedirs(folder, exist_ok=True)

    def database(self, size, change=None):
        """The made database of a size, after a change if one is named. Always the same bytes."""
        path = os.path.join(self.data, f"{size}-{change}.db" if change else f"{size}.db")
        if not os.path.exists(path):
            print(f"making {os.path.basename(path)} ...", file=sys.stderr, flush=True)
            making = os.path.join(self.data, "making.db")
            clear(making)
            if change:
                measure.copy(self.database(size), making)
                kind, seed = CHANGES[change]
                script("mutate.py", making, kind, "--seed", seed)
            else:
                script("gen.py", making, "--size", size)
            os.rename(making, path)
        return path

    def go_live(self, size, change=None):
        """Makes a fresh copy of a made database the live one."""
        made = self.database(size, change)
        clear(self.live)
        measure.copy(made, self.live)

    def live_another_day(self, seed):
        script("mutate.py", self.live, "day", "--seed", seed)

    def ready(self, *paths):
        """The state in which every measured command starts: nothing left to write back, its input in the page cache."""
        measure.settle(self.live, *paths)


def clear(database):
    for suffix in ("", "-wal", "-shm", "-journal"):
        measure.remove(database + suffix)


def script(name, *arguments):
    subprocess.run([sys.executable, os.path.join(HERE, name), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
