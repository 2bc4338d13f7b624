"""What tlog.py runs in a Python that has the peers: see there."""

import argparse
import base64
import hashlib
import json
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import aics_tlog as tlog

ORIGIN = "alder.example/ledger"
BATCHES = [1, 2, 7, 246, 1, 60]
LINE = '203.0.113.{} - - [05/Oct/2026:10:{:02}:07 +0000] "GET {} HTTP/1.1" 200 812 "-" "Mozilla/5.0"\n'
INJECTION = "/voters?id=-1%27%20UNION%20SELECT%20name,ssn%20FROM%20voters%20LIMIT%20{},1--"


def check(what, holds):
    if not holds:
        print(f"DISAGREEMENT: {what}")
        sys.exit(1)


class Bench:
    def __init__(self, work, binaries):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        self.work, self.binaries, self.processes = work, binaries, []
        self.office = work / "office"
        self.public = self.office / ".pollwarden/ledger/log/public"

    def pollwarden(self, *arguments, ends=(0,)):
        ran = subprocess.run([self.binaries / "pollwarden", *map(str, arguments)], capture_output=True, text=True)
        if ran.returncode not in ends:
            print(ran.stdout, ran.stderr, file=sys.stderr)
            check(f"pollwarden {arguments[0]} ends with {ran.returncode}", False)
        return ran.stdout

    def start(self, *command, until):
        """A process, and what its output says where `until` matches."""
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.processes.append(process)
        for line in process.stdout:
            found = re.search(until, line)
            if found:
                return found.group(1)
        check(f"{command[0]} did not start", False)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def peer_witness(bench, log_key):
    """aics-witness, cosigning our log: its address and its key."""
    config, command = bench.work / "peer/witness.json", [sys.executable, "-m", "aics_witness"]
    config.parent.mkdir()
    run = lambda *rest: subprocess.run([*command, *rest, "--config", config], check=True, capture_output=True, text=True)
    key = run("init", "--name", "peer.example/w1").stdout.strip().splitlines()[-1]
    run("add-log", "--origin", ORIGIN, "--vkey", log_key)
    port = free_port()
    bench.processes.append(
        subprocess.Popen([*command, "serve", "--config", config, "--listen", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1).read()
            return address, key
        except OSError:
            time.sleep(0.1)
    check("aics-witness did not start", False)


def our_witness(bench, log):
    key, known = bench.work / "witness.key", bench.work / "witness.logs"
    vkey = bench.pollwarden("keys", "new", "--witness", "--ed25519-only", "--name", "ours.example/w1", "--out", key).strip()
    known.write_text(f"{log}\n")
    address = bench.start(
        bench.binaries / "pollwarden", "witness", "--key", key, "--logs", known, "--state", bench.work / "witness", "--new",
        "--listen", "127.0.0.1:0", until=r"Listening at (\S+) ",
    )
    return address, vkey


def write_log(bench, witnesses):
    """An office's log in several batches; the checkpoint after each."""
    toml = f'name = "Alder County"\n[ledger]\norigin = "{ORIGIN}"\nkey = "ledger.key"\n'
    for address, key in witnesses:
        toml += f'[[ledger.witnesses]]\nurl = "{address}"\nkeys = ["{key}"]\n'
    (bench.office / "office.toml").write_text(toml)
    checkpoints, number = [], 0
    for batch in BATCHES:
        files = []
        for _ in range(batch):
            files.append(bench.work / f"file-{number}")
            files[-1].write_text(f"{number}\n")
            number += 1
        said = bench.pollwarden("ledger", "enter", bench.office, "--label", "ballot manifest", *files)
        check(f"both witnesses cosign after {number} entries: {said}", "Not cosigned" not in said and "peer.example" in said)
        checkpoints.append((bench.public / "checkpoint").read_bytes())
    (bench.office / "web").mkdir()
    log = [LINE.format(5, minute, "/voters?id=7") for minute in range(60)]
    log += [LINE.format(9, 59, INJECTION.format(row)) for row in range(40)]
    log = "".join(log)
    (bench.office / "web/access.log").write_text(log)
    bench.pollwarden("assess", bench.office, "--no-limit", ends=(1, 3))
    checkpoints.append((bench.public / "checkpoint").read_bytes())
    bench.pollwarden("ledger", "bundle", bench.office, "--for", "court", "--all", "--out", bench.work / "bundle.json")
    return checkpoints


def verified(note, keys):
    return tlog.verify_checkpoint(tlog.parse_note(note), keys[0], keys[1:], quorum=2, expected_origin=ORIGIN)


def one_form(text, decoded, encoded):
    if encoded != text:
        raise ValueError(f"{text!r} is not the one form of these bytes")
    return decoded


def hashes(lines):
    decoded = [base64.b64decode(line, validate=True) for line in lines]
    return [one_form(line, data, base64.b64encode(data).decode()) for line, data in zip(lines, decoded)]


def agreed(bench, checkpoints, keys):
    heads = [verified(note, keys) for note in checkpoints]
    check("aics-tlog accepts every checkpoint", all(head.ok for head in heads))
    reader, last = tlog.FileSystemTileReader(bench.public), heads[-1]
    audited = tlog.audit_tiles(reader, last.size, last.root)
    evidence = json.loads((bench.work / "bundle.json").read_text())
    check("the bundle's checkpoint is the log's", evidence["checkpoint"].encode() == checkpoints[-1])
    for entry in evidence["entries"]:
        proof, index, body = hashes(entry["proof"]), entry["index"], entry["entry"].encode()
        check(f"inclusion of entry {index}", tlog.verify_leaf_inclusion(body, index, last.size, proof, last.root))
        check(f"the same proof of entry {index}", list(tlog.inclusion_proof_from_tiles(reader, index, last.size)) == proof)
        check(f"the same entry {index}", tlog.read_entry(reader, index, last.size) == body)
    for old in heads[:-1]:
        proof = tlog.consistency_proof_from_tiles(reader, old.size, last.size)
        check(f"consistency from {old.size}", tlog.verify_consistency(old.size, last.size, old.root, last.root, proof))
        kept = bench.work / "kept"
        kept.write_bytes(checkpoints[heads.index(old)])
        bench.pollwarden("verify", bench.public, "--policy", bench.work / "policy", "--since", kept)
    print(
        f"aics-tlog agrees: {len(heads)} checkpoints with two cosignatures, {audited.tiles} tiles, {audited.bundles} bundles of entries, "
        f"{len(evidence['entries'])} proofs of inclusion (and makes the same), {len(heads) - 1} of consistency"
    )


class Altered:
    """A published log in memory, in which one byte is altered at a time."""

    def __init__(self, public):
        files = {str(path.relative_to(public)): path.read_bytes() for path in public.rglob("*") if path.is_file()}
        # Partial tiles of older checkpoints are no part of the log as it stands; `pollwarden ledger fsck` reads those too.
        size = int(files["checkpoint"].split(b"\n")[1])
        partial = lambda name: re.fullmatch(r"tile/(?:entries|(\d+))/.*\.p/(\d+)", name)
        stale = lambda found: int(found.group(2)) != (size >> 8 * int(found.group(1) or 0)) % 256
        self.files = {name: data for name, data in files.items() if not (partial(name) and stale(partial(name)))}

    def verdict(self, files, keys):
        head = verified(files["checkpoint"], keys)
        if not head.ok:
            return False
        tlog.audit_tiles(tlog.MemoryTileReader({name: data for name, data in files.items() if name != "checkpoint"}), head.size, head.root)
        return True


def commitment(kind, section, opening):
    salt, value = bytes.fromhex(opening["salt"]), opening["value"].encode()
    one_form(opening["salt"], salt, salt.hex())
    return hashlib.sha256(b"pollwarden commitment 1\0" + kind.encode() + b"\0" + section.encode() + b"\0" + salt + value).hexdigest()


def bundle_verdict(data, keys):
    """Ours by the description in docs/ledger.md alone: one form, each entry by aics-tlog, openings by SHA-256."""
    evidence = json.loads(data.decode())
    if (json.dumps(evidence, indent=2, ensure_ascii=False) + "\n").encode() != data or list(evidence) != ["format", "checkpoint", "entries"]:
        return False
    if evidence["format"] != "pollwarden evidence 1":
        return False
    for one in evidence["entries"]:
        body = one["entry"].encode()
        wire = tlog.Bundle(entry_bytes=body, index=one["index"], inclusion_proof=tuple(hashes(one["proof"])), checkpoint_note=evidence["checkpoint"], envelope=None, body_or_ct=None)
        if not tlog.verify_bundle(wire, keys[0], keys[1:], quorum=2, expected_origin=ORIGIN).ok:
            return False
        entry = json.loads(body)
        for section in ["public", "office", "court"]:
            if section in one and commitment(entry["kind"], section, one[section]) != entry[section]:
                return False
        if set(one) - {"index", "entry", "proof", "public", "office", "court"}:
            return False
    return True


def refused(verdict, *arguments):
    try:
        return not verdict(*arguments)
    except Exception:
        return True


def flips(bench, keys, number):
    altered, chance = Altered(bench.public), random.Random(2026)
    bundle = small_bundle(bench)
    check("untouched, the log is accepted", altered.verdict(altered.files, keys))
    check("untouched, the bundle is accepted", bundle_verdict(bundle, keys))
    plan = []
    for i in range(number):
        name = "bundle" if i % 2 else chance.choice(sorted(altered.files))
        data = bundle if name == "bundle" else altered.files[name]
        plan.append((name, chance.randrange(len(data)), chance.randrange(1, 256)))
    ran = subprocess.run(
        [bench.binaries / "examples/judge_altered", bench.public, bench.work / "small.json", bench.work / "policy"],
        input="".join(f"{name} {at} {mask}\n" for name, at, mask in plan), capture_output=True, text=True, check=True,
    )
    ours = list(map(int, ran.stdout.split()))
    check("ours judges each", len(ours) == number)
    for (name, at, mask), code in zip(plan, ours):
        data = bytearray(bundle if name == "bundle" else altered.files[name])
        data[at] ^= mask
        if name == "bundle":
            theirs = refused(bundle_verdict, bytes(data), keys)
        else:
            theirs = refused(altered.verdict, {**altered.files, name: bytes(data)}, keys)
        check(f"{name}, byte {at}, mask {mask}: ours ends with {code}, the peer refuses: {theirs}", theirs and code in (1, 2))
    print(f"{number} single bytes altered in the published log and in a bundle: both refused each")


def small_bundle(bench):
    """Some entries of the bundle: each flip has the peer verify all of them."""
    evidence = json.loads((bench.work / "bundle.json").read_text())
    evidence["entries"] = evidence["entries"][-4:]
    data = (json.dumps(evidence, indent=2, ensure_ascii=False) + "\n").encode()
    (bench.work / "small.json").write_bytes(data)
    return data


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--flips", type=int)
    parser.add_argument("--binaries", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    asked = parser.parse_args()
    bench = Bench(asked.work, asked.binaries)
    try:
        bench.office.mkdir()
        key = bench.pollwarden("keys", "new", "--ed25519-only", "--name", ORIGIN, "--out", bench.office / "ledger.key").strip()
        witnesses = [peer_witness(bench, key), our_witness(bench, key)]
        (bench.work / "policy").write_text(
            f"log {key}\n" + "".join(f"witness w{i} {vkey}\n" for i, (_, vkey) in enumerate(witnesses)) + "group both all w0 w1\nquorum both\n"
        )
        keys = [tlog.parse_vkey(text) for text in [key, *(vkey for _, vkey in witnesses)]]
        agreed(bench, write_log(bench, witnesses), keys)
        print("aics-witness cosigned our log after every batch, each time by our proof of consistency")
        flips(bench, keys, asked.flips)
    finally:
        bench.stop()


if __name__ == "__main__":
    main()
