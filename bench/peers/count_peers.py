"""Peers of bench/count-audit.py from PyPI: consistent-sampler 1.0.10 and rlacalc 0.4.0, doing what `audit_large` does.

`count_peers.py tickets IDS` or `count_peers.py plan CALLS`; prints the result, to be held against ours.
"""

import sys


def tickets(ids):
    from consistent_sampler import sampler

    drawn = sampler([f"Cedar-{i}" for i in range(1, ids + 1)], "40729618830154462907", take=100, output="id")
    print("first", next(iter(drawn)))


def plan(calls):
    from rlacalc import nminFromRates

    rates = {"or1": 0.001, "or2": 0.0001, "ur1": 0.001, "ur2": 0.0001}
    sizes = (nminFromRates(0.05, 1.03905, 0.01 + call % 100 / 1000, **rates) for call in range(calls))
    print("sum of sizes", int(sum(sizes)))


if __name__ == "__main__":
    {"tickets": tickets, "plan": plan}[sys.argv[1]](int(sys.argv[2]))
