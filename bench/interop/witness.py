#!/usr/bin/env python3
"""Two implementations of C2SP tlog-witness ask each other: Pollwarden and PyPI's aics-witness 0.1.0.

tlog.py runs it. By itself it needs Python 3.12 with aics-witness, and the example program `interop` of crates/witness:

    python3.12 -m venv VENV && VENV/bin/pip install aics-witness==0.1.0 aics-tlog==0.2.1
    cargo build -p pollwarden-witness --example interop
    VENV/bin/python bench/interop/witness.py --program target/debug/examples/interop

Both listen on this machine only. Printed is each thing that was checked; where the two disagree it ends with 1.
"""

import argparse
import hashlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from aics_tlog import Checkpoint, MerkleTree, format_vkey, parse_checkpoint, parse_note, parse_vkey
from aics_tlog import sign_checkpoint, verify_cosignature, vkey_from_ed25519
from aics_witness.feeder import WitnessAhead, WitnessClient, WitnessRejected, merge_cosignatures
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "county.example/ledger"


def main():
    program = arguments().program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        our_log_their_witness(program, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        their_log_our_witness(program, Path(folder))
    print("both agree")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=Path("target/debug/examples/interop"), help="the example program")
    return parser.parse_args()


def our_log_their_witness(program, folder):
    keys, published = folder / "log.pem", folder / "log"
    log_key = run(program, "keys", keys, ORIGIN, "log").splitlines()[0]
    config = folder / "witness.json"
    witness = [sys.executable, "-m", "aics_witness"]
    witness_key = run(*witness, "init", "--config", config, "--name", "state.example/witness").strip()
    run(*witness, "add-log", "--config", config, "--origin", ORIGIN, "--vkey", log_key)
    address = f"127.0.0.1:{free_port()}"
    with running(*witness, "serve", "--config", config, "--listen", address):
        url = f"http://{address}"
        await_answer(f"{url}/healthz")
        for size in [0, 1, 256, 300, 300, 70_000]:
            run(program, "publish", keys, published, str(size), "")
            lines = run(program, "ask", url, published, witness_key)
            note = parse_note(merge_cosignatures((published / "checkpoint").read_bytes(), lines))
            check(cosigns(note, witness_key), f"aics-witness cosigns our log of {size} entries, as our client and aics-tlog find")
        check(lines in monitored(url), "aics-witness shows the cosignature to monitors")
        run(program, "publish", keys, published, "300", "")
        said = refused(program, "ask", url, published, witness_key)
        check("restored from an old" in said, "our client says that the log fell behind what aics-witness cosigned")
        for size in [70_000, 80_000]:
            run(program, "publish", keys, published, str(size), " elsewhere")
            said = refused(program, "ask", url, published, witness_key)
            check("another tree" in said, f"our client says that aics-witness refuses a fork of {size} entries")


def their_log_our_witness(program, folder):
    secret = Ed25519PrivateKey.generate()
    log_key = format_vkey(vkey_from_ed25519(ORIGIN, secret.public_key().public_bytes_raw()))
    keys, state = folder / "witness.pem", folder / "state"
    witness_key = run(program, "keys", keys, "state.example/witness", "witness").splitlines()[0]
    tree = MerkleTree(f"entry {i}".encode() for i in range(80_000))
    fork = MerkleTree(f"entry {i}{'' if i < 3 else ' elsewhere'}".encode() for i in range(80_000))
    with running(program, "serve", keys, state, log_key) as process:
        url = process.stdout.readline().strip()
        client = WitnessClient(url, witness_key)
        for size in [0, 1, 256, 300, 300, 70_000]:
            signed = sign(tree, size, secret)
            lines = client.submit(signed, tree.consistency_proof)
            note = parse_note(merge_cosignatures(signed, lines))
            check(cosigns(note, witness_key), f"our witness cosigns a log of aics-tlog with {size} entries, as its feeder finds")
        check(lines in monitored(url), "our witness shows the cosignature to monitors")
        forgetful = WitnessClient(url, witness_key)
        forgetful.submit(sign(tree, 80_000, secret), tree.consistency_proof)
        check(True, "aics-witness's feeder takes the size from our 409 and goes on from there")
        check(raises(WitnessAhead, lambda: forgetful.submit(sign(tree, 300, secret), tree.consistency_proof)),
              "aics-witness's feeder understands that the log fell behind")
        check(raises(WitnessRejected, lambda: client.submit(sign(fork, 80_000, secret), fork.consistency_proof)),
              "aics-witness's feeder is refused a fork by our witness")
        kept = len(list((state / "forks").iterdir()))
        check(kept == 1, "our witness keeps the fork as evidence")
        stranger = Ed25519PrivateKey.generate()
        check(raises(WitnessRejected, lambda: client.submit(sign(tree, 80_000, stranger), tree.consistency_proof)),
              "our witness refuses a checkpoint that another key signed")


def sign(tree, size, secret):
    return sign_checkpoint(Checkpoint(ORIGIN, size, tree.root(size)), secret, ORIGIN).to_bytes()


def cosigns(note, witness_key):
    key, checkpoint = parse_vkey(witness_key), parse_checkpoint(note.text)
    lines = [line for line in note.signatures if line.name == key.name and line.key_id == key.key_id]
    return len(lines) == 1 and verify_cosignature(
        lines[0].signature, key.name, key.public_key, checkpoint.origin, checkpoint.size, checkpoint.root,
        max_age_seconds=60,
    )


def monitored(url):
    digest = hashlib.sha256(ORIGIN.encode()).hexdigest()
    with urllib.request.urlopen(f"{url}/{digest}/checkpoint", timeout=10) as answer:
        return answer.read().decode()


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr}")
    return done.stdout


def refused(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    check(done.returncode != 0, "it is refused")
    return done.stderr


@contextmanager
def running(*command):
    command = [str(part) for part in command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def await_answer(url):
    for _ in range(100):
        try:
            return urllib.request.urlopen(url, timeout=1).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def raises(kind, call):
    try:
        call()
    except kind:
        return True
    return False


def check(holds, what):
    print(("ok   " if holds else "WRONG") + f" {what}", flush=True)
    if not holds:
        sys.exit(1)


if __name__ == "__main__":
    main()
