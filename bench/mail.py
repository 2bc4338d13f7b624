#!/usr/bin/env python3
"""Mail judged: Pollwarden beside rspamd and SpamAssassin, in the same run on the same messages.

Messages are those of shared/data/mail (POLLWARDEN_DATA or --data): the SpamAssassin corpus of 2002 and phishing-pot-NC; and lures
and ordinary mail of the project's own generator. Printed are messages a second, CPU, memory and what each tells of each folder,
and how Pollwarden grows with the corpus 1, 2, 4 and 8 times over. No figure is asserted: a bench measures and does not fail.

The peers run offline: what they would learn from DNS and from others' servers they do not know here. They may be given fewer
messages: of each folder `--most` drawn by a fixed seed, and as many of them as are answered within `--limit` seconds.
"""

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from measure import build, machine, middle, run, shown, target, version
from peers.mail_peers import PEERS

ARCHIVES = ["spamassassin-2002", "phishing-pot-NC"]
# The folders of the archives, by names that say nothing to a program that reads them: mailboxes called `spam` are junk to some.
FOLDERS = {"phish": "p", "ham": "h", "hardham": "d", "spam": "s"}
SEED, DAYS = 7, 10
# One lure of each published case in four grades of subtlety; one lure to 122 people of 67 offices; an office's ordinary mail.
INVENTED = ["invented, lure", "invented, one lure's copies", "invented, ordinary"]
# When a peer calls a message unwanted: rspamd's own actions and two of its scores (add header, reject), SpamAssassin's own mark.
CALLED = {
    "rspamd": {
        "action": lambda told: told.action not in ("no action", "greylist"),
        "score >= 6": lambda told: told.score >= 6,
        "score >= 15": lambda told: told.score >= 15,
        "without artefacts >= 6": lambda told: told.fair >= 6,
    },
    "spamassassin": {"score >= 5": lambda told: told.score >= 5},
}
WIDTH = 28


def main():
    options = arguments()
    # Ended from outside, daemons are still ended by their contexts.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options.dir = options.dir.resolve()
    options.dir.mkdir(parents=True, exist_ok=True)
    print(machine())
    if not options.no_build:
        examples = ["mail_speed", "mail_told", "invented_mail"]
        build("-p", "pollwarden-mail", *(part for name in examples for part in ("--example", name)))
    folders = corpora(options) | invented(options)
    for name, files in folders.items():
        print(f"{name:>{WIDTH}}: {len(files)} messages, {sum(f.stat().st_size for f in files) / 1e6:.1f} MB")
    if not options.peer_only:
        pollwarden(options)
    for name in options.peers:
        peer(name, folders, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    examples = target() / "release" / "examples"
    parser.add_argument("--dir", type=Path, required=True, help="where mail and outputs are kept; 250 MB")
    parser.add_argument("--data", type=Path, default=os.environ.get("POLLWARDEN_DATA"), help="the root of shared/data")
    parser.add_argument("--rounds", type=int, default=3, help="runs of Pollwarden; the peers go through the mail once")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 4, 8], help="the corpus so many times over")
    parser.add_argument("--most", type=int, default=sys.maxsize, help="messages of each folder that peers get")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which a peer gets no more messages of a folder")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--command", type=Path, help="the command `pollwarden`; measured as `mail scan FOLDER --format json` in place of mail_speed")
    for name in ("mail-speed", "mail-told", "invented-mail"):
        parser.add_argument(f"--{name}", type=Path, default=examples / name.replace("-", "_"))
    parser.add_argument("--peer-only", action="store_true", help="measure the peers alone")
    parser.add_argument("--no-build", action="store_true", help="the binaries are built already")
    options = parser.parse_args()
    if not options.data:
        parser.error("say where the data are: --data or POLLWARDEN_DATA")
    return options


def corpora(options):
    """{label: files} of the archives, unpacked once."""
    root = options.dir / "corpus"
    if not root.exists():
        unpack(options, root)
    return {label: sorted((root / name).iterdir()) for label, name in FOLDERS.items()}


def unpack(options, root):
    raw = options.dir / "unpacking"
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir()
    for archive in ARCHIVES:
        packed = Path(options.data) / "mail" / f"{archive}.tar.zst"
        subprocess.run(["tar", "-x", "-C", raw, "-I", "zstd -d --long=27", "-f", packed], check=True)
    for label, name in FOLDERS.items():
        (raw / "corpus" / name).mkdir(parents=True)
        for found in raw.rglob(f"{label}/*"):
            if found.is_file() and found.stat().st_size:
                found.rename(raw / "corpus" / name / f"{found.stem}.eml")
    (raw / "corpus").rename(root)
    shutil.rmtree(raw)


def invented(options):
    """{label: files} of invented mail that the office got, by what it is."""
    root = options.dir / "invented"
    if not root.exists():
        run([options.invented_mail, root, DAYS, SEED], options.dir / "invented.out")
    found = {label: [] for label in INVENTED}
    for file, label in invented_labels(root).items():
        if label in found:
            found[label].append(root / file)
    return found


def invented_labels(root):
    """{file: label} by the truth that the generator wrote beside the mail."""
    with open(root / "truth.tsv", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["file"]: label_of(row) for row in rows}


def label_of(row):
    if row["file"].startswith("sent/"):
        return "invented, sent by the office"
    if row["campaign"]:
        return "invented, one lure's copies"
    return f"invented, {row['kind']}"


def pollwarden(options):
    print(f"\nPollwarden, {options.rounds} rounds, start and learning of contacts included, {machine()}")
    told("the corpora", options.dir / "corpus", {name: label for label, name in FOLDERS.items()}, options)
    told("invented mail, at its office's desk", options.dir / "invented", None, options, SEED)
    for times in options.times:
        folder = copies(times, options)
        count = sum(1 for path in folder.rglob("*") if path.is_file())
        command = speed_command(folder, options)
        if times == options.times[0]:
            print(f"$ {shown(command)}", flush=True)
        runs = [run(command, options.dir / "pollwarden.out", (0, 1, 3)) for _ in range(options.rounds)]
        speed(f"corpora {times} times", count, runs)
        if times > 1:
            shutil.rmtree(folder)


def speed_command(folder, options):
    if options.command:
        return [options.command, "mail", "scan", folder, "--format", "json"]
    return [options.mail_speed, folder, 2]


def speed(name, count, runs):
    wall, cpu, rss = (middle([getattr(r, of) for r in runs]) for of in ("wall", "cpu", "rss_mib"))
    per_cpu = sorted(count / r.cpu for r in runs)
    print(
        f"{name:>{WIDTH}}: {count} messages, {count / wall:8,.1f} a second, {count / cpu:8,.1f} a CPU-second "
        f"({per_cpu[0]:,.1f} to {per_cpu[-1]:,.1f}); CPU {cpu:.2f} s, wall {wall:.2f} s, memory {rss:.0f} MiB",
        flush=True,
    )


def copies(times, options):
    """The corpora so many times over, each message in files of its own."""
    corpus = options.dir / "corpus"
    if times == 1:
        return corpus
    folder = options.dir / f"corpus-{times}"
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(times):
        shutil.copytree(corpus, folder / str(number))
    return folder


def told(name, folder, labels, options, *seed):
    """What a scan tells of each label: the score's verdict, and what reaches a clerk once messages are seen together."""
    out = options.dir / "told.out"
    command = [options.mail_told, folder, *seed]
    print(f"{name}\n$ {shown(command)}", flush=True)
    run(command, out)
    kinds = invented_labels(folder) if labels is None else {}
    counts = {}
    for line in out.read_text(errors="replace").splitlines():
        verdict, _, _, sure, source = line.split("\t")
        parts = Path(source).parts[-2:]
        label = labels[parts[0]] if labels else kinds["/".join(parts)]
        count = counts.setdefault(label, [0, 0, 0])
        for at, is_so in enumerate((True, verdict == "phish", sure == "sure")):
            count[at] += is_so
    for label, (all_, phish, clerk) in counts.items():
        print(f"{label:>{WIDTH}}: {share(phish, all_)} score says phish; {share(clerk, all_)} told to a clerk as a lure")


def share(count, of):
    return f"{count} of {of} ({100 * count / max(of, 1):.1f} %)"


def peer(name, folders, options):
    daemon, port = PEERS[name]
    if not all(shutil.which(program) for program in daemon.programs):
        print(f"\n{name}: not there (Debian package `{daemon.package}`)")
        return
    print(f"\n{version(daemon.programs[0], '--version')}, at most {options.most} of each folder, {options.limit:.0f} s, {machine()}")
    with daemon(options.dir, port) as running:
        print(f"$ {shown(running.command())}\n{'start':>{WIDTH}}: {running.start_seconds:.1f} s, {running.tree.cpu():.1f} s of CPU, not counted below")
        answers = {}
        for label, files in folders.items():
            drawn = random.Random(SEED).sample(files, min(options.most, len(files)))
            answers[label] = scan(label, [whole(path) for path in drawn], running, options.limit)
        count, cpu, wall = (sum(answers[label][at] for label in FOLDERS) for at in range(3))
        print(f"{'all corpora':>{WIDTH}}: {count} messages, {count / wall:.1f} a second, {count / cpu:.1f} a CPU-second, memory {running.tree.most_mib:.0f} MiB")


def whole(path):
    """A message without the line by which an mbox parts it from the last."""
    raw = path.read_bytes()
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def scan(label, messages, running, limit):
    """Scans them and prints what they are called; how many were answered, CPU and wall seconds."""
    cpu, begun = running.tree.cpu(), time.monotonic()
    answered = [told for told in running.scan_all(messages, begun + limit) if told]
    cpu, wall = running.tree.cpu() - cpu, time.monotonic() - begun
    called = "; ".join(f"{how}: {share(sum(map(is_called, answered)), len(answered))}" for how, is_called in CALLED[running.name].items())
    unanswered = f"; {len(messages) - len(answered)} not answered in time" if len(answered) < len(messages) else ""
    print(f"{label:>{WIDTH}}: {called}{unanswered}; CPU {cpu:.1f} s, wall {wall:.1f} s", flush=True)
    return len(answered), cpu, wall


if __name__ == "__main__":
    main()
