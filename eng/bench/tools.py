"""The programs that are compared. Each keeps everything that it writes in one state folder, which can be put aside and brought back."""
import os
import shutil
import subprocess

import measure

PASSWORD = "bench"


class Tool:
    """One way to back up the live database: a name, its commands, and where it stores."""

    name = ""
    needs = ()

    def __init__(self, place):
        self.place = place
        self.state = os.path.join(place.root, "state", self.name)
        self.saved = os.path.join(place.root, "saved", self.name)

    @classmethod
    def is_installed(cls):
        return all(shutil.which(program) for program in cls.needs)

    def begin(self):
        """An empty repository."""
        measure.remove(self.state)
        os.makedirs(self.state)
        for command, env in self.prepare():
            measure.run(command, env)

    def save(self, label):
        os.makedirs(self.saved, exist_ok=True)
        measure.copy(self.state, os.path.join(self.saved, label))

    def load(self, label):
        os.makedirs(os.path.dirname(self.state), exist_ok=True)
        measure.copy(os.path.join(self.saved, label), self.state)

    def back_up(self):
        """Steps of one backup of the live database as it is now."""
        return [*self.copy_live(), *self.store()]

    def copy_live(self):
        measure.remove(self.place.copy)
        return [(["sqlite3", self.place.live, f".backup {self.place.copy}"], None)]

    def stored(self):
        return measure.bytes_under(self.repository())

    # What each of them does in its own way:
    def prepare(self):
        return []

    def store(self):
        raise NotImplementedError

    def repository(self):
        return self.state

    def restore(self, target):
        raise NotImplementedError


class Ours(Tool):
    name = "BackupPortal"
    needs = ()

    def command(self, *arguments):
        return [self.place.program, *arguments, "--data", self.state], None

    def prepare(self):
        os.makedirs(self.place.files, exist_ok=True)
        return [self.command("tenant", "add", "school", "--name", "School", "--database", self.place.live, "--files", self.place.files)]

    def copy_live(self):
        return []

    def store(self):
        return [self.command("backup", "school")]

    def repository(self):
        return os.path.join(self.state, "tenants", "school", "backups")

    def restore(self, target):
        return [self.command("restore", "school", "latest", "--to", target)]

    def one_file(self, path, target):
        return [self.command("restore", "school", "latest", "--to", target, "--file", path)]


class SqliteZstd(Tool):
    name = ".backup, zstd -3 -T0"
    needs = ("sqlite3", "zstd")

    def repository(self):
        return os.path.join(self.state, "copy.zst")

    def store(self):
        return [(["zstd", "-3", "-T0", "-q", "-f", self.place.copy, "-o", self.repository()], None)]

    def restore(self, target):
        os.makedirs(target, exist_ok=True)
        file = os.path.join(target, "app.db")
        return [(["zstd", "-d", "-q", "-f", self.repository(), "-o", file], None), (["sync", file], None)]


class PatchFrom(SqliteZstd):
    """The difference between two whole copies; needs the old copy, and memory for both."""

    name = "zstd --patch-from"

    def store(self):
        old = os.path.join(self.state, "old.db")
        if not os.path.exists(old):
            return [*super().store(), (["cp", self.place.copy, old], None)]
        return [(["zstd", "-3", "-T0", "-q", "-f", "--long=31", f"--patch-from={old}", self.place.copy, "-o", self.added_file()], None),
                (["cp", self.place.copy, old], None)]

    def added_file(self):
        number = len([name for name in os.listdir(self.state) if name.startswith("day")])
        return os.path.join(self.state, f"day{number}.zst")

    def stored(self):
        return sum(os.path.getsize(os.path.join(self.state, name)) for name in os.listdir(self.state) if name.endswith(".zst"))


class Restic(Tool):
    name = ".backup, restic"
    needs = ("sqlite3", "restic")

    def command(self, *arguments):
        env = {"RESTIC_PASSWORD": PASSWORD, "RESTIC_REPOSITORY": self.repository(), "RESTIC_CACHE_DIR": os.path.join(self.state, "cache")}
        return ["restic", "-q", *arguments], env

    def prepare(self):
        return [self.command("init")]

    def repository(self):
        return os.path.join(self.state, "repository")

    def store(self):
        return [self.command("backup", self.place.copy)]

    def restore(self, target):
        return [self.command("restore", "latest", "--target", target)]

    def one_file(self, path, target):
        return [self.command("restore", "latest", "--target", target, "--include", path)]


class Borg(Tool):
    name = ".backup, borg"
    needs = ("sqlite3", "borg")
    chunks = ()

    def command(self, *arguments):
        env = {"BORG_BASE_DIR": os.path.join(self.state, "base"), "BORG_REPO": self.repository(),
               "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes", "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}
        return ["borg", *arguments], env

    def prepare(self):
        return [self.command("init", "--encryption", "none")]

    def repository(self):
        return os.path.join(self.state, "repository")

    def store(self):
        return [self.command("create", "--compression", "zstd,3", *self.chunks, "::{now:%Y-%m-%dT%H:%M:%S.%f}", self.place.copy)]

    def restore(self, target):
        os.makedirs(target, exist_ok=True)
        command, env = self.command("extract", f"::{self.newest()}")
        return [(["env", "-C", target, *command], env)]

    def one_file(self, path, target):
        os.makedirs(target, exist_ok=True)
        command, env = self.command("extract", f"::{self.newest()}", path.lstrip("/"))
        return [(["env", "-C", target, *command], env)]

    def newest(self):
        command, env = self.command("list", "--last", "1", "--format", "{archive}")
        return subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True, text=True).stdout.strip()


class BorgPages(Borg):
    name = ".backup, borg, 4 KiB blocks"
    chunks = ("--chunker-params", "fixed,4096")


ALL = (Ours, SqliteZstd, Restic, Borg, BorgPages, PatchFrom)
