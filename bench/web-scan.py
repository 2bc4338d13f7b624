#!/usr/bin/env python3
"""A web log scanned: `pollwarden web scan` beside GoAccess, in the same run on the same file.

GoAccess (https://goaccess.io) counts; Pollwarden decodes and judges each request. Printed are lines per CPU-second of
each, their ratio, memory, and how both grow with the log. No figure is asserted: a bench measures and does not fail.

`--clients 10000 1000000` makes logs that so many clients visit, once each, in place of an ordinary portal's; GoAccess,
which keeps each visitor in memory, may need more of it than there is: `--alone` leaves it out.
"""

import argparse
from pathlib import Path

from measure import alternate, build, machine, middle, ratios, run, shown, target, version

SIZES = [0.25, 0.5, 1.0]


def main():
    options = arguments()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    print(f"peer: {version('goaccess', '--version')}")
    if not options.no_build:
        build("-p", "pollwarden-web", "--example", "portal_log")
        if not options.peer_only:
            build("-p", "pollwarden-cli")
    for size in options.sizes:
        for clients in options.clients or [None]:
            scan(size, clients, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True, help="where logs and outputs are kept; 2 GB for the default sizes")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, in alternation")
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="log sizes in GB (10^9 bytes)")
    parser.add_argument("--clients", type=int, nargs="+", help="so many clients, once each")
    parser.add_argument("--alone", action="store_true", help="measure Pollwarden alone")
    parser.add_argument("--pollwarden", type=Path, default=target() / "release" / "pollwarden")
    parser.add_argument("--portal-log", type=Path, default=target() / "release" / "examples" / "portal_log")
    parser.add_argument("--peer-only", action="store_true", help="measure GoAccess alone")
    parser.add_argument("--no-build", action="store_true", help="the binaries are built already")
    return parser.parse_args()


def scan(size, clients, options):
    log = made_log(size, clients, options)
    lines = count_lines(log)
    rivals = {} if options.alone else {"goaccess": (goaccess(log, options.dir), (0,))}
    if not options.peer_only:
        rivals["pollwarden"] = ([options.pollwarden, "web", "scan", log, "--format", "json"], (0, 1, 3))
    of_clients = f", {clients} clients" if clients else ""
    print(f"\n{size} GB, {lines} lines{of_clients}, {options.rounds} rounds")
    for command, _ in rivals.values():
        print(f"$ {shown(command)}", flush=True)
    report(alternate(rivals, options.rounds, options.dir), lines)


def report(runs, lines):
    for name, all_runs in runs.items():
        cpu, wall = middle([r.cpu for r in all_runs]), middle([r.wall for r in all_runs])
        rss = middle([r.rss_mib for r in all_runs])
        print(f"{name:>11}: {lines / cpu:12,.0f} lines per CPU-second; CPU {cpu:6.2f} s, wall {wall:6.2f} s, memory {rss:6.0f} MiB")
    if len(runs) == 2:
        # Less CPU for the same lines is more lines per CPU-second: the peer's CPU over ours.
        cpu, low, high = ratios(runs, "goaccess", "pollwarden", "cpu")
        memory, _, _ = ratios(runs, "pollwarden", "goaccess", "rss_mib")
        print(f"      ratio: {cpu:.2f} x GoAccess's lines per CPU-second ({low:.2f} to {high:.2f}); {memory:.2f} x its memory")


def goaccess(log, directory):
    # Plain counting: no reverse look-ups, no GeoIP, no progress display.
    out = directory / "goaccess.json"
    return ["goaccess", log, "--log-format=COMBINED", "-o", out, "--no-global-config", "--no-progress"]


def made_log(size, clients, options):
    log = options.dir / (f"portal-{size}-{clients}-clients.log" if clients else f"portal-{size}.log")
    size_in_bytes = int(size * 1_000_000_000)
    if not log.exists() or log.stat().st_size < size_in_bytes:
        of_clients = ["--clients", clients] if clients else []
        made = run([options.portal_log, "--bytes", size_in_bytes, "--seed", 1, *of_clients], log)
        print(f"\nmade {log.name} in {made.wall:.1f} s ({size_in_bytes / 1e6 / made.wall:,.0f} MB/s)")
    return log


def count_lines(path):
    with open(path, "rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


if __name__ == "__main__":
    main()
