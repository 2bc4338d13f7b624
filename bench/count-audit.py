#!/usr/bin/env python3
"""Counts audited as `pollwarden count audit` does it, by their size; draws and plans beside consistent-sampler and rlacalc.

`crates/count/examples/audit_large.rs` invents a count (manifest, Dominion records, results, settings, the audit board's rows
for the drawn cards), reads it, draws again, measures the risk and the detection limit, and judges. Printed are CPU time, wall
time and memory. No figure is asserted: a bench measures and does not fail.
"""

import argparse
import shutil
from pathlib import Path

from measure import ROOT, alternate, build, machine, middle, ratios, run, shown

# Cards, contests, format.
COUNTS = ["100000x1.csv", "300000x1.csv", "1000000x1.csv", "3000000x1.csv", "3000000x1.json", "300000x20.json", "3200000x20.csv", "3200000x20.json"]
PEERS = ROOT / "bench" / "peers" / "count_peers.py"
# What a peer does, how often, and its name.
WORK = {"tickets": (100_000, "consistent-sampler"), "plan": (100_000, "rlacalc")}
# Neither is on a registry: figures that were measured for them elsewhere, for 3 million records and one contest.
QUOTED = "quoted, not run here: SHANGRLA, 3 million records x 1 contest: 52 s of CPU, 2.9 GB"


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    if not options.no_build:
        build(cwd=ROOT / "bench" / "count")
    for count in options.counts:
        audit(count, options)
    print(QUOTED)
    if options.python:
        for work, (number, peer) in WORK.items():
            beside(work, number, peer, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where counts and outputs are kept; 22 GB for the default counts, 16 of them for the last")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each")
    parser.add_argument("--counts", nargs="*", default=COUNTS, help="such as 3000000x1.json: cards, contests, format")
    parser.add_argument("--audit-large", type=Path, default=ROOT / "bench/count/target/release/audit_large")
    parser.add_argument("--python", help="a Python that has consistent-sampler and rlacalc; without it no peer is run")
    parser.add_argument("--remove", action="store_true", help="remove each count once it is measured")
    parser.add_argument("--no-build", action="store_true", help="the example is built already")
    return parser.parse_args()


def audit(count, options):
    size, form = count.split(".")
    cards, contests = size.split("x")
    folder = options.dir / count
    if not folder.exists():
        run([options.audit_large, "make", folder, cards, contests, form], options.dir / "make.out")
    command = [options.audit_large, "run", folder]
    runs = alternate({count: (command, (0,))}, options.rounds, options.dir)[count]
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    cpu, wall, rss = (middle([getattr(r, of) for r in runs]) for of in ("cpu", "wall", "rss_mib"))
    spread = f"{min(r.cpu for r in runs):.2f} to {max(r.cpu for r in runs):.2f}"
    print(f"\n{count}, {size:,.0f} MB, {machine()}\n$ {shown(command)}")
    print(f"  CPU {cpu:.2f} s ({spread}), wall {wall:.2f} s, memory {rss:.0f} MiB", flush=True)
    print((options.dir / f"{count}.out").read_text(), end="")
    if options.remove:
        shutil.rmtree(folder)


def beside(work, number, peer, options):
    """Each does the same, start of the program and all; their results are printed to be held against each other."""
    rivals = {
        "pollwarden": ([options.audit_large, work, number], (0,)),
        peer: ([options.python, PEERS, work, number], (0,)),
    }
    runs = alternate(rivals, options.rounds, options.dir)
    print(f"\n{work} {number}, {machine()}")
    for name, all_runs in runs.items():
        said = (options.dir / f"{name}.out").read_text().strip()
        print(f"{name:>18}: CPU {middle([r.cpu for r in all_runs]):.3f} s; {said}")
    ratio, low, high = ratios(runs, peer, "pollwarden", "cpu")
    print(f"  {peer} {ratio:.0f} x our CPU time ({low:.0f} to {high:.0f})", flush=True)


if __name__ == "__main__":
    main()
