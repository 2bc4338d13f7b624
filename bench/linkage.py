#!/usr/bin/env python3
"""Records of one person: `pollwarden roll duplicates` beside Splink and recordlinkage, in the same run on the same records.

FEBRL's data sets 1 to 3 (POLLWARDEN_DATA/roll), whose true pairs are known; each peer as its own documentation sets it up (see
bench/peers/linkage.py), and recordlinkage also with the columns that the others use and its own unsupervised classifier. F1 is
given at each rival's own threshold and at the one that is best in hindsight. Whether Pollwarden's probabilities hold is
measured on FEBRL and on invented rolls of households (`nc_doubles`), and drawn into docs/linkage-calibration.svg.
No figure is asserted: a bench measures and does not fail.

Needs a Python with splink, recordlinkage and matplotlib (--python): python3 -m venv V && V/bin/pip install splink
recordlinkage matplotlib.
"""

import argparse
import csv
import gzip
import os
import subprocess
from collections import Counter
from math import sqrt
from pathlib import Path

from measure import ROOT, build, machine, run, target, version

PEERS = {"splink": 0.5, "recordlinkage": 3.5, "recordlinkage-ecm": 0.5}
ROLLS = [(20_000, 400, 1), (20_000, 60, 2), (30_000, 150, 3), (30_000, 600, 4)]
EDGES = [0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.000001]
OFFICE = """\
[roll]
key = "rec_id"
[roll.layout.roles]
surname = "last-name"
given_name = "first-name"
date_of_birth = "birth"
soc_sec_id = "licence"
street_number = "street"
address_1 = "street"
suburb = "locality"
postcode = "locality"
state = "locality"
address_2 = "other"
"""


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    peer = [options.python, "-c", "import splink, recordlinkage as r; print('splink', splink.__version__, 'recordlinkage', r.__version__)"]
    print(f"peers: {version(*map(str, peer))}")
    if not options.no_build:
        build("-p", "pollwarden-roll", "--example", "nc_doubles")
        build("-p", "pollwarden-cli")
    (options.dir / "office.toml").write_text(OFFICE)
    febrl = [pair for number in (1, 2, 3) for pair in compare(number, options)]
    rolls = [pair for roll in ROLLS for pair in on_roll(*roll, options)]
    for name, pairs in (("FEBRL 1 to 3", febrl), ("invented rolls of households", rolls)):
        report(name, pairs)
    draw(febrl, rolls, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where inputs and outputs are kept")
    parser.add_argument("--python", type=Path, required=True, help="a Python with splink, recordlinkage and matplotlib")
    data = os.environ.get("POLLWARDEN_DATA", ROOT / ".." / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(data), help="the data sets' folder [POLLWARDEN_DATA]")
    parser.add_argument("--binaries", type=Path, help="a folder with pollwarden and examples/nc_doubles [release]")
    parser.add_argument("--no-build", action="store_true", help="take the binaries as they are")
    options = parser.parse_args()
    options.binaries = options.binaries or target() / "release"
    return options


def compare(number, options):
    """One FEBRL set: every rival once. Gives Pollwarden's judged pairs."""
    source = options.data / "roll" / f"febrl_dataset{number}.csv.gz"
    ids = [line.split(",")[0].strip() for line in gzip.open(source, "rt") if line.startswith("rec-")]
    total = sum(n * (n - 1) // 2 for n in Counter(map(person, ids)).values())
    print(f"\nFEBRL {number}: {len(ids)} records, {total} true pairs")
    print(f"{'':20}{'precision':>10}{'recall':>8}{'F1':>8}{'best F1':>9}{'CPU s':>8}{'MiB':>7}")
    ours = []
    for name, threshold in {"pollwarden": 0.5, **PEERS}.items():
        out = options.dir / f"{name}-{number}.csv"
        if name == "pollwarden":
            command = duplicates(source, out, options, "--office", options.dir / "office.toml")
            accept = (0, 1)
        else:
            command = [options.python, ROOT / "bench" / "peers" / "linkage.py", name, source, out]
            accept = (0,)
        used = run(command, options.dir / f"{name}.out", accept)
        pairs = judged(out, lambda one, two: person(one) == person(two))
        score(name, pairs, total, threshold, used)
        ours = pairs if name == "pollwarden" else ours
    return ours


def on_roll(people, twice, seed, options):
    """An invented roll. Gives Pollwarden's judged pairs."""
    roll, truth, out = (options.dir / name for name in (f"ncvoter_{seed}.txt", f"truth-{seed}.csv", f"pairs-{seed}.csv"))
    maker = options.binaries / "examples" / "nc_doubles"
    plan = ["--people", people, "--twice", twice, "--seed", seed, "--out", roll, "--pairs", truth]
    subprocess.run([str(part) for part in [maker, *plan]], check=True)
    used = run(duplicates(roll, out, options), options.dir / "pollwarden.out", (0, 1))
    known = {(row["voter_id"], row["other_id"]) for row in csv.DictReader(open(truth))}
    pairs = judged(out, lambda one, two: (one, two) in known or (two, one) in known)
    print(f"\ninvented roll: {people} people, {twice} of them twice")
    score("pollwarden", pairs, twice, 0.5, used)
    return pairs


def duplicates(roll, out, options, *more):
    return [options.binaries / "pollwarden", "--no-progress", "roll", "duplicates", roll, "--threshold", "0.001", "--out", out, *more]


def person(record):
    return "-".join(record.split("-")[:2])


def judged(path, is_true):
    rows = csv.DictReader(open(path, newline=""))
    pairs = [(float(row["probability"]), is_true(row["voter_id"], row["other_id"])) for row in rows]
    return sorted(pairs, reverse=True)


def score(name, pairs, total, threshold, used):
    hits, best = 0, 0.0
    for at, (p, right) in enumerate(pairs, 1):
        hits += right
        if at == len(pairs) or pairs[at][0] != p:
            best = max(best, 2 * hits / (at + total))
    shown = [right for p, right in pairs if p >= threshold]
    precision, recall = sum(shown) / max(1, len(shown)), sum(shown) / total
    f1 = 2 * sum(shown) / (len(shown) + total)
    print(f"{name:20}{precision:10.4f}{recall:8.4f}{f1:8.4f}{best:9.4f}{used.cpu:8.2f}{used.rss_mib:7.0f}")


def bins(pairs):
    for low, high in zip(EDGES, EDGES[1:]):
        within = [(p, right) for p, right in pairs if low <= p < high]
        if within:
            yield low, high, len(within), sum(p for p, _ in within) / len(within), sum(right for _, right in within)


def wilson(hits, count, z=1.96):
    """Wilson's interval of 95 % (1927)."""
    share, spread = hits / count, z * z / count
    middle, half = share + spread / 2, z * sqrt(share * (1 - share) / count + spread / (4 * count))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def report(name, pairs):
    brier = sum((p - right) ** 2 for p, right in pairs) / len(pairs)
    apart = sum(abs(n * mean - hits) for _, _, n, mean, hits in bins(pairs)) / len(pairs)
    shown = [(p, right) for p, right in pairs if p >= 0.5]
    expected, wrong = sum(1 - p for p, _ in shown), sum(not right for _, right in shown)
    print(f"\n{name}: {len(pairs)} pairs of 0.001 or more, Brier score {brier:.4f}, expected calibration error {apart:.4f};")
    print(f"among those of 0.5 or more, {expected:.1f} wrong ones expected and {wrong} met")
    print("| probability | pairs | mean | true | share true, 95 % interval |\n| --- | --- | --- | --- | --- |")
    for low, high, n, mean, hits in bins(pairs):
        least, most = wilson(hits, n)
        print(f"| {low:g} to {min(high, 1):g} | {n} | {mean:.4f} | {hits} | {hits / n:.4f} ({least:.4f} to {most:.4f}) |")


DRAWING = """
import json, sys
import matplotlib
matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "linkage"
from matplotlib import pyplot
figure, axes = pyplot.subplots(figsize=(5, 4.4))
axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
for (name, points), marker, shift in zip(json.load(sys.stdin).items(), "os", (-0.004, 0.004)):
    mean, share, low, high = zip(*points)
    errors = [[max(0, s - l) for s, l in zip(share, low)], [max(0, h - s) for s, h in zip(share, high)]]
    axes.errorbar([m + shift for m in mean], share, errors, fmt=marker, markersize=4, capsize=2, linewidth=1, label=name)
axes.set_xlabel("probability said")
axes.set_ylabel("share of pairs that are one person")
axes.legend(loc="upper left", frameon=False)
figure.tight_layout()
figure.savefig(sys.argv[1], metadata={"Date": None})
"""


def draw(febrl, rolls, options):
    import json

    points = lambda pairs: [(mean, hits / n, *wilson(hits, n)) for _, _, n, mean, hits in bins(pairs)]
    named = {"FEBRL 1 to 3": points(febrl), "invented rolls of households": points(rolls)}
    path = ROOT / "docs" / "linkage-calibration.svg"
    subprocess.run([str(options.python), "-c", DRAWING, str(path)], input=json.dumps(named), text=True, check=True)
    print(f"\ndrawn: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
