"""Runs commands as whole processes and says what they took: seconds, processor time, peak memory, bytes read. Counts bytes in folders."""
import dataclasses
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass
class Sample:
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    read_mb: float = 0.0

    def plus(self, other):
        """What both took one after the other."""
        return Sample(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds, max(self.peak_mb, other.peak_mb), self.read_mb + other.read_mb)


def run(command, env=None):
    """Runs one command to its end. Fails with what it printed when it fails."""
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **(env or {})})
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.perf_counter() - begun
        read = bytes_read(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"error: {' '.join(map(str, command))} ended with {process.returncode}:\n{output.read().decode(errors='replace')[-2000:]}")
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, read / 1e6)


def run_all(steps):
    """Runs (command, environment) pairs one after the other, measured as one."""
    total = Sample()
    for command, env in steps:
        total = total.plus(run(command, env))
    return total


def bytes_read(pid):
    """What an ended, not yet collected process read through system calls; 0 where the kernel does not tell."""
    try:
        with open(f"/proc/{pid}/io") as counters:
            return int(next(line for line in counters if line.startswith("rchar")).split()[1])
    except (OSError, StopIteration):
        return 0


def bytes_under(path):
    """Bytes of a file, or of all files in a folder."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def copy(source, target):
    """A fresh copy, a clone where the file system can."""
    remove(target)
    subprocess.run(["cp", "-aH", "--reflink=auto", source, target], check=True)


def settle(*paths):
    """Waits until all earlier writing has reached the disk, and brings files into the page cache."""
    os.sync()
    for path in paths:
        for folder, _, names in os.walk(path) if os.path.isdir(path) else [(os.path.dirname(path), [], [os.path.basename(path)])]:
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    while file.read(1 << 20):
                        pass


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


median = statistics.median
