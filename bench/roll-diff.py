#!/usr/bin/env python3
"""Two rolls compared: `pollwarden roll diff` beside the crate csv-diff, in the same run on the same files.

The crate csv-diff says which lines differ; Pollwarden also says which fields, and classes each
change. Rows are North Carolina's 67 columns, invented by the project's own generator. Printed are wall time, CPU time and
memory of each, their ratios, and how both grow with the roll. No figure is asserted: a bench measures and does not fail.
"""

import argparse
from pathlib import Path

from measure import ROOT, alternate, build, machine, middle, ratios, run, shown, target

ROWS = [250_000, 500_000, 1_000_000, 2_000_000]

# The place of `ncid` among North Carolina's columns, from 0.
KEY_COLUMN = 3

PEER = ROOT / "bench" / "peers" / "csv-diff"


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    print(f"peer: csv-diff 0.1.2, bytes, {options.peer_form}, rayon thread pool, key column {KEY_COLUMN}, tab-delimited")
    if not options.no_build:
        build("--manifest-path", PEER / "Cargo.toml", "--target-dir", target() / "peers")
        build("-p", "pollwarden-roll", "--example", "nc_rows")
        if not options.peer_only:
            build("-p", "pollwarden-cli")
    for rows in options.rows:
        compare(rows, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where rolls and outputs are kept; 5 GB for the default rows")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, in alternation")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="rows of each roll")
    parser.add_argument("--pollwarden", type=Path, default=target() / "release" / "pollwarden")
    parser.add_argument("--nc-rows", type=Path, default=target() / "release" / "examples" / "nc_rows")
    parser.add_argument("--peer", type=Path, default=target() / "peers" / "release" / "csv-diff-peer")
    parser.add_argument("--peer-form", choices=["stream", "local"], default="stream", help="csv-diff's iterator or its eager form")
    parser.add_argument("--peer-only", action="store_true", help="measure csv-diff alone")
    parser.add_argument("--no-build", action="store_true", help="the binaries are built already")
    return parser.parse_args()


def compare(rows, options):
    a, b = made_rolls(rows, options)
    rivals = {"csv-diff": ([options.peer, a, b, KEY_COLUMN, options.peer_form], (0,))}
    if not options.peer_only:
        rivals["pollwarden"] = ([options.pollwarden, "roll", "diff", a, b, "--format", "json"], (0, 1, 3))
    megabytes = (a.stat().st_size + b.stat().st_size) / 1e6
    print(f"\n{rows} x {rows} rows, {megabytes:,.0f} MB, {options.rounds} rounds")
    for command, _ in rivals.values():
        print(f"$ {shown(command)}", flush=True)
    report(alternate(rivals, options.rounds, options.dir))


def report(runs):
    for name, all_runs in runs.items():
        cpu, wall = middle([r.cpu for r in all_runs]), middle([r.wall for r in all_runs])
        rss = middle([r.rss_mib for r in all_runs])
        print(f"{name:>11}: wall {wall:6.2f} s, CPU {cpu:6.2f} s, memory {rss:6.0f} MiB")
    if "pollwarden" in runs:
        for of, unit in (("wall", "wall time"), ("cpu", "CPU time"), ("rss_mib", "memory")):
            ratio, low, high = ratios(runs, "pollwarden", "csv-diff", of)
            print(f"      ratio: {ratio:.2f} x csv-diff's {unit} ({low:.2f} to {high:.2f})")


def made_rolls(rows, options):
    a, b = options.dir / f"roll-{rows}-a.txt", options.dir / f"roll-{rows}-b.txt"
    if not (a.exists() and b.exists()):
        made = run([options.nc_rows, "--rows", rows, "--out-a", a, "--out-b", b], options.dir / "nc_rows.out")
        print(f"\nmade rolls of {rows} rows in {made.wall:.1f} s")
    return a, b


if __name__ == "__main__":
    main()
