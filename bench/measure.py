"""Runs a command as a child and measures what it cost; shared by the benches beside it.

CPU seconds are user plus system time of the child and all it waited for (wait4), memory is its largest resident set.
Rivals run in alternation, so that a machine that grows slower slows both.
"""

import os
import platform
import shlex
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Run:
    wall: float
    cpu: float
    rss_mib: float


def run(command, out_path, accept=(0,), limit=None):
    """One child; its standard output goes to a file. Ends the bench where the child fails. With a `limit` in seconds: `None`
    where it fails, or has not ended by then."""
    with open(out_path, "wb") as out:
        start = time.monotonic()
        child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out)
        timer = threading.Timer(limit or threading.TIMEOUT_MAX, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if limit and child.returncode not in accept:
        print(f"exit {child.returncode} after {wall:.0f} s: {shown(command)}", flush=True)
        return None
    if child.returncode not in accept:
        sys.exit(f"exit {child.returncode}: {shown(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Tree:
    """A daemon with all its children, while it runs: CPU seconds by now, and the most memory at one time (pages that several
    share are counted once: `Pss`)."""

    def __init__(self, pid):
        self.pid = pid
        self.most_mib = 0.0
        self.ended = threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while not self.ended.wait(1):
            self.most_mib = max(self.most_mib, sum(pss_mib(pid) for pid in self.pids()))

    def stop(self):
        self.ended.set()

    def pids(self):
        parents = {}
        for path in Path("/proc").glob("[0-9]*"):
            if fields := stat_fields(int(path.name)):
                parents.setdefault(int(fields[1]), []).append(int(path.name))
        found = [self.pid]
        for pid in found:
            found += parents.get(pid, [])
        return found

    def is_idle(self):
        """Whether none of them runs or waits for a core, at twenty looks within two seconds."""
        for _ in range(20):
            if any(fields and fields[0] in "RD" for fields in map(stat_fields, self.pids())):
                return False
            time.sleep(0.1)
        return True

    def cpu(self):
        """User and system time of all, and of children that have ended (proc(5): fields 14 to 17)."""
        ticks = sum(sum(map(int, fields[11:15])) for fields in map(stat_fields, self.pids()) if fields)
        return ticks / os.sysconf("SC_CLK_TCK")


def stat_fields(pid):
    """Fields of /proc/PID/stat from the third on, after the name, which may hold anything; none where it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def pss_mib(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def alternate(rivals, rounds, directory, limit=None):
    """{name: (command, accepted exits)} -> {name: [Run]}, a round at a time, first one order and then the other. Who fails or
    has not ended within `limit` seconds is not run again, and has no runs."""
    runs = {name: [] for name in rivals}
    for number in range(rounds):
        names = list(rivals) if number % 2 == 0 else list(reversed(rivals))
        for name in names:
            command, accept = rivals[name]
            if runs[name] is not None:
                one = run(command, directory / f"{name}.out", accept, limit)
                runs[name] = one and [*runs[name], one]
    return {name: all_runs or [] for name, all_runs in runs.items()}


def middle(values):
    return statistics.median(values)


def ratios(runs, ours, peer, of):
    """Of each round, ours over the peer's: median, least and greatest."""
    each = [getattr(a, of) / getattr(b, of) for a, b in zip(runs[ours], runs[peer])]
    return middle(each), min(each), max(each)


def shown(command):
    return shlex.join(str(part) for part in command)


def build(*arguments, cwd=ROOT):
    command = ["cargo", "build", "--release", "--quiet", *arguments]
    print(f"$ {shown(command)}", flush=True)
    subprocess.run(command, cwd=cwd, check=True)


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


def version(*command):
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    return out.splitlines()[0].strip() if out else "unknown"


def machine():
    """The machine in a line: without it no figure means anything."""
    model = cpu_model()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"machine: {len(os.sched_getaffinity(0))} cores ({model}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, load before {load:.1f}"
    )


def cpu_model():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
