#!/usr/bin/env python3
"""Two rolls compared: `pollwarden roll diff` beside csv-diff, DuckDB, polars and datacompy, in the same run on the same files.

The peers say how many rows differ; Pollwarden also says which fields, classes each change, looks for second registrations and
asks its detectors. Rows are North Carolina's 67 columns, invented by the project's own generator; 0.5 % of the records differ.
Measured are extract against extract, the next extract against a kept snapshot, and kept against kept. Printed are wall time, CPU
time and memory of each, and their ratios. No figure is asserted: a bench measures and does not fail.
"""

import argparse
import shutil
import sys
from pathlib import Path

from measure import ROOT, alternate, build, machine, middle, ratios, run, shown, target

ROWS = [1_000_000, 2_000_000, 4_000_000, 8_000_000]

# The place of `ncid` among North Carolina's columns, from 0.
KEY_COLUMN = 3
KEY = "ncid"

PEERS = ROOT / "bench" / "peers"
PEER = PEERS / "csv-diff"
LIBRARIES = ["duckdb", "polars", "datacompy"]

# Shares of records changed, gone and new between two extracts, as after a week.
WEEK = {"--changed": 0.003, "--gone": 0.001, "--new": 0.001}
DAYS = ("2026-09-05", "2026-09-12")


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    print(f"peer: csv-diff 0.1.2, bytes, {options.peer_form}, rayon thread pool, key column {KEY_COLUMN}, tab-delimited")
    if not options.no_build:
        build("--manifest-path", PEER / "Cargo.toml", "--target-dir", target() / "peers")
        build("-p", "pollwarden-roll", "--example", "nc_rows", "--example", "compare_rolls")
        if not (options.peer_only or options.library):
            build("-p", "pollwarden-cli")
    for rows in options.rows:
        compare(rows, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where rolls and outputs are kept; 18 GB for the default rows")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, in alternation")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="rows of each roll")
    examples = target() / "release" / "examples"
    parser.add_argument("--pollwarden", type=Path, default=target() / "release" / "pollwarden")
    parser.add_argument("--library", action="store_true", help="measure crate roll with its detectors, without the engine")
    parser.add_argument("--compare-rolls", type=Path, default=examples / "compare_rolls")
    parser.add_argument("--nc-rows", type=Path, default=examples / "nc_rows")
    parser.add_argument("--peer", type=Path, default=target() / "peers" / "release" / "csv-diff-peer")
    parser.add_argument("--peer-form", choices=["stream", "local"], default="stream", help="csv-diff's iterator or its eager form")
    parser.add_argument("--python", default=sys.executable, help="a Python that has the libraries")
    parser.add_argument("--libraries", nargs="*", choices=LIBRARIES, default=["duckdb", "polars"], help="peers from PyPI")
    parser.add_argument("--limit", type=float, default=300, help="seconds after which a run is given up")
    parser.add_argument("--peer-only", action="store_true", help="measure the peers alone")
    parser.add_argument("--prepare", action="store_true", help="make and keep the rolls, and measure nothing")
    parser.add_argument("--remove", action="store_true", help="remove the rolls of a size once it is measured")
    parser.add_argument("--no-build", action="store_true", help="the binaries are built already")
    return parser.parse_args()


def compare(rows, options):
    folder = options.dir / str(rows)
    a, b = made_rolls(folder, rows, options)
    store = folder / "archive"
    if not (options.peer_only or store.exists()):
        for extract in (a, b):
            kept = run(keeping(extract, store, options), folder / "keep.out")
            print(f"kept {extract.name} in {kept.wall:.1f} s, {kept.cpu:.1f} s of CPU, {kept.rss_mib:.0f} MiB")
    if not options.prepare:
        measure(rows, (a, b), store, options)
    if options.remove:
        shutil.rmtree(folder)


def measure(rows, rolls, store, options):
    rivals = {"csv-diff": ([options.peer, *rolls, KEY_COLUMN, options.peer_form], (0,))}
    for library in options.libraries:
        rivals[library] = ([options.python, PEERS / "table_diff.py", library, *rolls, KEY], (0,))
    if not options.peer_only:
        pairs = {"read-read": rolls, "kept-read": (DAYS[0], rolls[1]), "kept-kept": DAYS}
        rivals |= {name: (comparing(pair, store, options), (0, 1, 3)) for name, pair in pairs.items()}
    megabytes = sum(roll.stat().st_size for roll in rolls) / 1e6
    print(f"\n{rows} x {rows} rows, {megabytes:,.0f} MB, {options.rounds} rounds, {machine()}")
    for command, _ in rivals.values():
        print(f"$ {shown(command)}", flush=True)
    report(alternate(rivals, options.rounds, store.parent, options.limit), options)


def keeping(extract, store, options):
    if options.library:
        return [options.compare_rolls, "--store", store, "--keep", extract]
    return [options.pollwarden, "roll", "keep", extract, "--archive", store]


def comparing(pair, store, options):
    if options.library:
        return [options.compare_rolls, "--store", store, *pair]
    return [options.pollwarden, "roll", "diff", *pair, "--archive", store, "--format", "json"]


def report(runs, options):
    for name, all_runs in runs.items():
        if not all_runs:
            print(f"{name:>11}: came to no end within {options.limit:.0f} s")
            continue
        cpu, wall = middle([r.cpu for r in all_runs]), middle([r.wall for r in all_runs])
        rss = middle([r.rss_mib for r in all_runs])
        print(f"{name:>11}: wall {wall:6.2f} s, CPU {cpu:6.2f} s, memory {rss:6.0f} MiB")
    ours = [("read-read", peer) for peer in ["csv-diff", *options.libraries]]
    ours += [("kept-read", "csv-diff"), ("kept-read", "read-read"), ("kept-kept", "read-read")]
    for one, peer in ours:
        if not (runs.get(one) and runs[peer]):
            continue
        for of, unit in (("wall", "wall time"), ("cpu", "CPU time"), ("rss_mib", "memory")):
            ratio, low, high = ratios(runs, one, peer, of)
            print(f"  {one} {ratio:.2f} x {peer}'s {unit} ({low:.2f} to {high:.2f})")


def made_rolls(folder, rows, options):
    folder.mkdir(exist_ok=True)
    a, b = (folder / f"roll_{day}.txt" for day in DAYS)
    if not (a.exists() and b.exists()):
        shares = [part for share in WEEK.items() for part in share]
        made = run([options.nc_rows, "--rows", rows, "--out-a", a, "--out-b", b, *shares], folder / "nc_rows.out")
        print(f"\nmade rolls of {rows} rows in {made.wall:.1f} s")
    return a, b


if __name__ == "__main__":
    main()
