#!/usr/bin/env python3
"""What a proof takes: commitments to two rolls, the proof of what differs, and its verification, as the roll grows.

About 10,000 records differ whatever the roll's size. Rows are North Carolina's 67 columns, invented by the project's own
generator. Printed are the proof's size, the time of each part, and memory; Pollwarden's verifier stands beside the one in
Python that is the tests' oracle. No figure is asserted: a bench measures and does not fail.
"""

import argparse
import json
import sys
from pathlib import Path

from measure import ROOT, build, machine, middle, run, shown, target

ROWS = [1_000_000, 2_000_000, 4_000_000, 8_000_000]

PYTHON_VERIFIER = ROOT / "crates" / "roll" / "tests" / "verify_proof.py"


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    if not options.no_build:
        build("-p", "pollwarden-roll", "--examples")
    for rows in options.rows:
        measure(rows, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where rolls and proofs are kept; 8 GB for 8 million rows")
    parser.add_argument("--rounds", type=int, default=5, help="verifications of each proof")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, help="rows of each roll")
    parser.add_argument("--differing", type=int, default=10_000, help="records that differ, about")
    parser.add_argument("--examples", type=Path, default=target() / "release" / "examples", help="where the two examples are")
    parser.add_argument("--remove", action="store_true", help="remove each pair of rolls once it is measured")
    parser.add_argument("--no-build", action="store_true", help="the examples are built already")
    return parser.parse_args()


def measure(rows, options):
    a, b = made_rolls(rows, options)
    proof = options.dir / f"proof-{rows}-{options.differing}"
    megabytes = (a.stat().st_size + b.stat().st_size) / 1e6
    print(f"\n{rows} and {rows} rows, {megabytes:,.0f} MB")
    made, said = timed([options.examples / "roll_proof", "prove", a, b, proof], options)
    print(
        f"    prove: commit {said['commit_s']:.2f} s, prove {said['prove_s']:.2f} s, CPU {made.cpu:.2f} s, "
        f"memory {made.rss_mib:.0f} MiB; proof {said['proof_bytes'] / 1e6:.2f} MB"
    )
    verified(proof, options)
    if options.remove:
        a.unlink()
        b.unlink()


def verified(proof, options):
    rounds = [timed([options.examples / "roll_proof", "verify", proof], options) for _ in range(options.rounds)]
    took, memory = [said["verify_s"] for _, said in rounds], middle([run.rss_mib for run, _ in rounds])
    print(
        f"   verify: {middle(took):.3f} s ({min(took):.3f} to {max(took):.3f}), memory {memory:.0f} MiB; "
        f"{rounds[0][1]['differences']:,} differ, {rounds[0][1]['same']:,} are the same"
    )
    python = [sys.executable, PYTHON_VERIFIER, proof / "proof", proof / "a.json", proof / "b.json"]
    print(f"   Python: {run(python, options.dir / 'python.out').wall:.2f} s")


def timed(command, options):
    print(f"$ {shown(command)}", flush=True)
    out = options.dir / "roll_proof.out"
    made = run(command, out)
    return made, json.loads(out.read_text())


def made_rolls(rows, options):
    a, b = (options.dir / f"roll-{rows}-{options.differing}-{which}.txt" for which in "ab")
    if not (a.exists() and b.exists()):
        command = [options.examples / "nc_rows", "--rows", rows, "--differing", options.differing, "--out-a", a, "--out-b", b]
        made = run(command, options.dir / "nc_rows.out")
        print(f"\nmade rolls of {rows} rows in {made.wall:.1f} s")
    return a, b


if __name__ == "__main__":
    main()
