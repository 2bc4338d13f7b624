#!/usr/bin/env python3
"""A second verifier of proofs, written from docs/proof.md alone, with nothing but Python's standard library.

    verify_proof.py PROOF COMMITMENT_A COMMITMENT_B [OPENINGS]

Prints the differences, one a line, and ends with 0; or says on standard error why the proof is refused, and ends with 1.
Tests hold it beside Pollwarden's own verifier; an observer may use it instead of that.
"""

import hashlib
import json
import sys

MAGIC = b"pollwarden roll proof 1\n"
EMPTY = (0, bytes(32))
BITS = 128


class Refused(Exception):
    pass


def refuse_if(condition, why):
    if condition:
        raise Refused(why)


def leaf(key, commitment):
    return (1, hashlib.sha256(b"\x00" + key + commitment).digest())


def number(value):
    refuse_if(value >= 1 << 64, "more records than can be counted")
    return value.to_bytes(8, "big")


def join(left, right):
    records = left[0] + right[0]
    if records < 2:
        return left if left[0] else right
    both = b"".join(number(count) + digest for count, digest in (left, right))
    return (records, hashlib.sha256(b"\x01" + both).digest())


def root(tree):
    return hashlib.sha256(b"\x02pollwarden roll snapshot 1" + number(tree[0]) + tree[1]).digest()


class Reader:
    def __init__(self, proof):
        self.proof, self.at, self.differences = proof, 0, []

    def take(self, length):
        taken = self.proof[self.at : self.at + length]
        refuse_if(len(taken) < length, "it ends too early")
        self.at += length
        return taken

    def part(self, path):
        """(tree before, tree after, kind) of the part at a path of bits; kind is "same", "one" or "several"."""
        tag = self.take(1)[0]
        if tag == 0:
            return EMPTY, EMPTY, "same"
        if tag == 1:
            tree = (int.from_bytes(self.take(8), "big"), self.take(32))
            refuse_if(tree[0] == 0, "a shared part without a record")
            return tree, tree, "same"
        if tag in (2, 3, 4):
            return self.one(tag, path)
        refuse_if(tag != 5, f"unknown kind of part {tag}")
        refuse_if(len(path) >= BITS, "deeper than a key has bits")
        return self.split(path)

    def one(self, tag, path):
        key = self.take(16)
        before = self.take(32) if tag != 4 else None
        after = self.take(32) if tag != 3 else None
        bits = f"{int.from_bytes(key, 'big'):0{BITS}b}"
        refuse_if(not bits.startswith(path), f"{key.hex()} is misplaced")
        refuse_if(before == after, f"{key.hex()} has not changed")
        self.differences.append((key, before, after))
        return leaf(key, before) if before else EMPTY, leaf(key, after) if after else EMPTY, "one"

    def split(self, path):
        left, right = self.part(path + "0"), self.part(path + "1")
        refuse_if(left[2] == right[2] == "same", "a part without a difference is split")
        nothing = (EMPTY, EMPTY, "same")
        alone = (left[2] == "one" and right == nothing) or (left == nothing and right[2] == "one")
        refuse_if(alone, "a single record is split")
        return join(left[0], right[0]), join(left[1], right[1]), "several"


def verify(proof, older, newer):
    refuse_if(not proof.startswith(MAGIC), "it does not begin as a proof")
    reader = Reader(proof)
    reader.take(len(MAGIC))
    roots = [reader.take(32), reader.take(32)]
    published = [bytes.fromhex(c["root"]) for c in (older, newer)]
    refuse_if(roots != published, "it is about other snapshots")
    before, after, _ = reader.part("")
    refuse_if(reader.at != len(proof), "something follows its end")
    for tree, commitment, expected in ((before, older, published[0]), (after, newer, published[1])):
        refuse_if(root(tree) != expected, "what it shows does not lead to the root")
        refuse_if(tree[0] != commitment["records"], "another number of records")
    return reader.differences


def text(value):
    encoded = value.encode("utf-8")
    return len(encoded).to_bytes(4, "big") + encoded


def commitment(voter_id, opening):
    values = sorted(opening["values"].items(), key=lambda item: item[0].encode("utf-8"))
    canonical = text(voter_id) + b"".join(text(name) + text(value) for name, value in values)
    digest = hashlib.sha256(b"\x03" + canonical).digest()
    return hashlib.sha256(b"\x04" + bytes.fromhex(opening["salt"]) + digest).digest()


def check_openings(openings, differences):
    refuse_if(openings["format"] != "pollwarden roll openings 1", "no openings")
    by_key = {key: (before, after) for key, before, after in differences}
    for record in openings["records"]:
        committed = by_key.get(bytes.fromhex(record["key"]))
        refuse_if(committed is None, "an opened record is no difference")
        for opening, expected in zip((record["before"], record["after"]), committed):
            shown = None if opening is None else commitment(record["voter_id"], opening)
            refuse_if(shown != expected, f"the opening of {record['key']} was altered")


def read_commitment(path):
    with open(path, encoding="utf-8") as file:
        published = json.load(file)
    refuse_if(published.get("format") != "pollwarden roll commitment 1", f"{path} is no commitment")
    return published


def main():
    proof_path, older_path, newer_path, *openings_path = sys.argv[1:]
    with open(proof_path, "rb") as file:
        proof = file.read()
    try:
        differences = verify(proof, read_commitment(older_path), read_commitment(newer_path))
        for path in openings_path:
            with open(path, encoding="utf-8") as file:
                check_openings(json.load(file), differences)
    except Refused as why:
        sys.exit(f"refused: {why}")
    for key, before, after in differences:
        kind = "new" if before is None else "gone" if after is None else "changed"
        print(kind, key.hex())


if __name__ == "__main__":
    main()
