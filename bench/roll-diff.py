#!/usr/bin/env python3
"""Two rolls compared: `pollwarden roll diff` beside csv-diff, DuckDB, polars and datacompy, in the same run on the same files.

The peers say how many rows differ; Pollwarden also says which fields, classes each change, looks for second registrations and
asks its detectors. Rows are North Carolina's 67 columns, invented by the project's own generator. Measured are extract against
extract, the next extract against a kept snapshot, and kept against kept, where 0.5 % of the records differ. Printed are wall
time, CPU time and memory of each, and their ratios. No figure is asserted: a bench measures and does not fail.
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

# Shares of records changed, gone and new between two extracts: of a month, and of a week.
MONTH = (0.02, 0.004, 0.006)
WEEK = (0.003, 0.001, 0.001)


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
    parser.add_argument("--dir", type=Path, required=True, help="where rolls and outputs are kept; 35 GB for the default rows")
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
    parser.add_argument("--peer-only", action="store_true", help="measure the peers alone")
    parser.add_argument("--no-build", action="store_true", help="the binaries are built already")
    return parser.parse_args()


def compare(rows, options):
    a, b = made_rolls(rows, MONTH, options)
    rivals = {"csv-diff": ([options.peer, a, b, KEY_COLUMN, options.peer_form], (0,))}
    for library in options.libraries:
        rivals[library] = ([options.python, PEERS / "table_diff.py", library, a, b, KEY], (0,))
    if not options.peer_only:
        rivals |= ours(a, b, made_rolls(rows, WEEK, options), options)
    megabytes = (a.stat().st_size + b.stat().st_size) / 1e6
    print(f"\n{rows} x {rows} rows, {megabytes:,.0f} MB, {options.rounds} rounds")
    for command, _ in rivals.values():
        print(f"$ {shown(command)}", flush=True)
    report(alternate(rivals, options.rounds, options.dir), options)


def ours(a, b, week, options):
    """Extract and extract; kept and extract; kept and kept: of a month, of a week, and of a week."""
    store = options.dir / f"{a.stem}.archive"
    shutil.rmtree(store, ignore_errors=True)
    kept = []
    for extract in (a, *week):
        run(keeping(extract, store, options), options.dir / "keep.out")
        kept.append(sorted((store / "roll" / "snapshots").glob("*.json"), key=lambda head: head.stat().st_mtime)[-1].stem)
    pairs = {"read-read": (a, b), "kept-read": (kept[0], b), "week-read": week, "week-kept": (kept[1], kept[2])}
    return {name: (comparing(pair, store, options), (0, 1, 3)) for name, pair in pairs.items()}


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
        cpu, wall = middle([r.cpu for r in all_runs]), middle([r.wall for r in all_runs])
        rss = middle([r.rss_mib for r in all_runs])
        print(f"{name:>11}: wall {wall:6.2f} s, CPU {cpu:6.2f} s, memory {rss:6.0f} MiB")
    if "read-read" not in runs:
        return
    for ours, peer in [
        *(("read-read", peer) for peer in ["csv-diff", *options.libraries]),
        ("kept-read", "read-read"),
        ("week-kept", "week-read"),
    ]:
        for of, unit in (("wall", "wall time"), ("cpu", "CPU time"), ("rss_mib", "memory")):
            ratio, low, high = ratios(runs, ours, peer, of)
            print(f"  {ours} {ratio:.2f} x {peer}'s {unit} ({low:.2f} to {high:.2f})")


def made_rolls(rows, shares, options):
    name = "month" if shares == MONTH else "week"
    a, b = options.dir / f"roll-{rows}-{name}-a.txt", options.dir / f"roll-{rows}-{name}-b.txt"
    if not (a.exists() and b.exists()):
        rates = zip(("--changed", "--gone", "--new"), shares)
        rates = [argument for rate in rates for argument in rate]
        made = run([options.nc_rows, "--rows", rows, "--out-a", a, "--out-b", b, *rates], options.dir / "nc_rows.out")
        print(f"\nmade rolls of {rows} rows in {made.wall:.1f} s")
    return a, b


if __name__ == "__main__":
    main()
