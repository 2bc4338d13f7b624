#!/usr/bin/env python3
"""Holds Pollwarden's ledger against an implementation that is not ours: aics-tlog and aics-witness, from PyPI.

What it does:
  1. an office enters files and an assessment in a log of more than 256 entries; two witnesses cosign, one of each kind;
  2. aics-tlog verifies the checkpoint, every tile, every inclusion proof of the bundle, and proofs of consistency; its own proofs
     from our tiles must be ours;
  3. single bytes of the published log and of the bundle are altered (10,000 in all): both must refuse each;
  4. witnesses and clients of both sides ask each other, forks and logs that fell behind included (witness.py; it needs the example
     program too: cargo build -p pollwarden-witness --example interop).

Needs Python 3.12 for the peers (looked for as python3.12 and below ~/.pyenv), which it puts into a virtual environment of its own.
Where there is none, or the registry does not answer, it says what was not checked and ends with 0. Any disagreement ends it with 1.

  bench/interop/tlog.py [--flips 10000] [--binaries target/debug] [--dir DIR]
"""

import argparse
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PEERS = ["aics-tlog==0.2.1", "aics-witness==0.1.0"]
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def skipped(why):
    print(f"not checked against another implementation: {why}")
    sys.exit(0)


def python_312():
    places = [shutil.which("python3.12"), *sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.1[2-9]*/bin/python3")))]
    for place in filter(None, places):
        asked = subprocess.run([place, "-c", "import sys; print(sys.version_info >= (3, 12))"], capture_output=True, text=True)
        if asked.returncode == 0 and asked.stdout.strip() == "True":
            return place
    skipped("it needs Python 3.12, and there is none")


def with_peers(folder):
    """A Python that has the peers."""
    python = folder / "peers/bin/python3"
    if not python.exists():
        subprocess.run([python_312(), "-m", "venv", folder / "peers"], check=True)
        installed = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS], capture_output=True, text=True
        )
        if installed.returncode:
            shutil.rmtree(folder / "peers")
            print(installed.stderr[-2000:], file=sys.stderr)
            skipped("the peers could not be installed from PyPI")
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=10_000)
    parser.add_argument("--binaries", type=pathlib.Path, default=ROOT / "target/debug")
    parser.add_argument("--dir", type=pathlib.Path, help="keep everything here instead of in a folder that is removed")
    asked = parser.parse_args()
    program = asked.binaries.resolve() / "examples/interop"
    if not program.exists():
        sys.exit(f"{program} is missing: cargo build -p pollwarden-witness --example interop")
    folder = asked.dir or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        python = with_peers(folder)
        subprocess.run(
            [python, HERE / "agree.py", "--flips", str(asked.flips), "--binaries", asked.binaries.resolve(), folder / "work"],
            check=True,
        )
        subprocess.run([python, HERE / "witness.py", "--program", program], check=True)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode or 1)
    finally:
        if not asked.dir:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
