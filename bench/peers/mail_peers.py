"""rspamd and SpamAssassin as daemons on this machine, for bench/mail.py: local tests only, two processes that scan.

Both are asked over their own protocols from threads of this process, whose own CPU is not counted: that favours the peers.
"""

import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from measure import Tree

HERE = Path(__file__).resolve().parent
PATIENCE = 1800
# More connections than processes, so that neither waits for the other end.
CONNECTIONS = 4


@dataclass
class Told:
    """What a peer says of a message; `fair` is its score without what only a missing network or the message's age says."""

    score: float
    action: str
    fair: float


class Daemon:
    """A peer's daemon, running while this context lasts."""

    def __init__(self, directory, port):
        self.directory = directory / self.name
        self.port = port

    def __enter__(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        with open(self.directory / "daemon.log", "wb") as log:
            self.child = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.tree = Tree(self.child.pid)
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.monotonic() - begun
        return self

    def __exit__(self, *_):
        self.tree.stop()
        self.child.terminate()
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def wait_until_it_answers(self):
        """And until it has nothing left to do of its own: rspamd compiles its patterns after it answers."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                sys.exit(f"{self.name} ended: see {self.directory / 'daemon.log'}")
            try:
                self.scan(b"From: a@example.org\r\nSubject: ready\r\n\r\nready\r\n")
                if self.tree.is_idle():
                    return
            except (OSError, http.client.HTTPException, ValueError):
                pass
            time.sleep(0.5)
        sys.exit(f"{self.name} did not answer within {PATIENCE} s")

    def scan_all(self, messages, deadline):
        """What it tells of each; `None` where it gave no answer, or would have been asked after the deadline."""
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            return list(threads.map(lambda raw: self.scan_or_none(raw, deadline), messages))

    def scan_or_none(self, raw, deadline):
        if time.monotonic() > deadline:
            return None
        try:
            return self.scan(raw)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            print(f"{self.name} gave no answer: {fault!r}", flush=True)
            return None


# What rspamd holds against a message when no name server answers, and against any that is read long after it was sent: on old
# mail without a network these fire on nearly all, wanted or not.
ARTEFACTS = {"HFILTER_HOSTNAME_UNKNOWN", "HFILTER_FROMHOST_NORES_A_OR_MX", "RDNS_NONE", "DATE_IN_PAST"}


class Rspamd(Daemon):
    """One worker of two processes, its own configuration and weights as packaged; what needs a network is off."""

    name = "rspamd"
    package = "rspamd"
    programs = ["rspamd"]

    def command(self):
        shutil.copytree(HERE / "mail" / "rspamd", self.directory / "conf", dirs_exist_ok=True)
        variables = {"LOCAL_CONFDIR": self.directory / "conf", "DBDIR": self.directory, "RUNDIR": self.directory, "LOGDIR": self.directory}
        # `-i`: it may run as whoever runs the bench.
        return ["rspamd", "-f", "-i", "-c", "/etc/rspamd/rspamd.conf", *(f"--var={name}={value}" for name, value in variables.items())]

    def scan(self, raw):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/checkv2", raw)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if "score" not in answer:
            raise ValueError(answer.get("error", "no score"))
        artefacts = sum(symbol["score"] for name, symbol in answer["symbols"].items() if name in ARTEFACTS)
        return Told(answer["score"], answer["action"], answer["score"] - artefacts)


class SpamAssassin(Daemon):
    """`spamd` with two children, rules as packaged, local tests only (`-L`), nothing learned."""

    name = "spamassassin"
    package = "spamd"
    programs = ["spamd"]

    def command(self):
        fixed = ["--max-children=2", "--min-children=2", "--max-spare=2", "--max-conn-per-child=100000", "--syslog=stderr"]
        return ["spamd", "-L", "-x", f"--listen=127.0.0.1:{self.port}", *fixed, "--cf=use_bayes 0"]

    def scan(self, raw):
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(raw) + raw)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        found = re.search(rb"^Spam: (\w+) ; (-?[\d.]+) /", answer, re.MULTILINE)
        if not found:
            raise ValueError(answer[:80])
        return Told(float(found[2]), found[1].decode(), float(found[2]))


PEERS = {"rspamd": (Rspamd, 21333), "spamassassin": (SpamAssassin, 21783)}
