#!/usr/bin/env python3
"""Measures servers of IMAP or POP3 under TLS, in turns, by the same clients.

    tls_load.py --server NAME=HOST:PORT[,PID] [--server ...] [options]

HOST:PORT speaks TLS from the first octet. PID is the server's first process; what is said of CPU and
memory is that of it and of all its children. For each server and round:

  handshakes  full handshakes of TLS 1.3 a second, up to the greeting, by --clients at a time
  sign-ins    connect, handshake, sign in, sign off, a second
  memory      growth by --sessions sessions that are signed in and silent: PSS, in which a page that
              processes share counts once, and RSS, in which it counts for each of them

Clients verify the signature of the handshake and no certificate. Give all servers one certificate,
since its key decides what a handshake costs. The clients run on the same machine, so beside each
rate stands the CPU of the server for one, which does not depend on how fast they are. From a
loopback address clients take many addresses, so that limits per address are not in the way.

Memory is looked at in the first round alone, since what a server keeps of it does not grow twice.
Every answer is checked; a wrong one ends the run.
"""
import argparse
import multiprocessing
import os
import resource
import socket
import ssl
import statistics
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Wrong(Exception):
    """A server said what it must not."""


class Client:
    """One connection under TLS, behind its greeting."""

    def __init__(self, setup, number):
        host, port = setup.address
        source = ("127.0.%d.%d" % (1 + number // 200 % 200, 1 + number % 200), 0) if host.startswith("127.") else None
        plain = socket.create_connection((host, port), timeout=60, source_address=source)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A context keeps no sessions unless told to, so each handshake is a full one.
        self.socket = setup.context.wrap_socket(plain)
        self.rest = b""
        self.imap = setup.imap
        self.expect(b"* OK" if self.imap else b"+OK")

    def line(self):
        while b"\n" not in self.rest:
            more = self.socket.recv(16384)
            if not more:
                raise Wrong("closed")
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return line

    def expect(self, start):
        line = self.line()
        while self.imap and line.startswith(b"* ") and not start.startswith(b"* "):
            line = self.line()
        if not line.startswith(start):
            raise Wrong(line.decode("latin-1"))

    def ask(self, *commands):
        for command in commands:
            self.socket.sendall((("a " if self.imap else "") + command + "\r\n").encode())
            self.expect(b"a OK" if self.imap else b"+OK")

    def sign_in(self, user, password):
        self.ask(*(["LOGIN %s %s" % (user, password)] if self.imap else ["USER " + user, "PASS " + password]))

    def close(self):
        self.socket.close()


class Setup:
    """What clients have to know of a server."""

    def __init__(self, server, options):
        name, _, where = server.partition("=")
        where, _, pid = where.partition(",")
        host, _, port = where.rpartition(":")
        self.name, self.address, self.pid = name, (host, int(port)), int(pid or 0)
        self.imap = options.protocol == "imap"
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3


def handshake(setup, options, number):
    Client(setup, number).close()


def sign_in(setup, options, number):
    client = Client(setup, number)
    client.sign_in(options.user.replace("%d", str(number % options.users)), options.password)
    client.ask("LOGOUT" if setup.imap else "QUIT")
    client.close()


def tree(pid):
    """A process and all that come of it."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parent = int(open("/proc/%s/stat" % name).read().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(name))
            except OSError:
                pass
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def cpu(pid):
    """Seconds of a process tree, those of children that have ended included."""
    total = 0
    for one in tree(pid) if pid else []:
        try:
            fields = open("/proc/%d/stat" % one).read().rpartition(")")[2].split()
            total += sum(int(ticks) for ticks in fields[11:15])
        except OSError:
            pass
    return total / TICKS


def memory(pid):
    """PSS and RSS of a process tree in KiB."""
    sums = {"Pss": 0, "Rss": 0}
    for one in tree(pid):
        try:
            for line in open("/proc/%d/smaps_rollup" % one):
                key, _, rest = line.partition(":")
                if key in sums:
                    sums[key] += int(rest.split()[0])
        except OSError:
            pass
    return sums["Pss"], sums["Rss"]


def workers(options, work):
    """Runs work(index) in a process for each client; a failure of one ends the run."""
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=work, args=(index,)) for index in range(options.clients)]
    for one in running:
        one.start()
    return running


def join(running):
    for one in running:
        one.join()
    if any(one.exitcode for one in running):
        sys.exit("a client failed, see above")


def rate(setup, options, work, count):
    """Times something so often; returns how often a second, and milliseconds of the server's CPU."""
    def run(index):
        for number in range(index, count, options.clients):
            work(setup, options, number)
    before, began = cpu(setup.pid), time.monotonic()
    join(workers(options, run))
    took = time.monotonic() - began
    # Children of the server that just ended are counted when it has taken notice.
    time.sleep(0.2)
    return count / took, (cpu(setup.pid) - before) / count * 1000


def growth(setup, options):
    """KiB a silent session, as PSS and RSS."""
    meeting = multiprocessing.get_context("fork").Barrier(options.clients + 1)

    def run(index):
        held = []
        try:
            for number in range(index, options.sessions, options.clients):
                client = Client(setup, number)
                client.sign_in(options.user.replace("%d", str(number % options.users)), options.password)
                held.append(client)
            meeting.wait()
            meeting.wait()
        except BaseException:
            meeting.abort()
            raise
        for client in held:
            client.close()

    before = memory(setup.pid)
    running = workers(options, run)
    try:
        meeting.wait()
        time.sleep(options.settle)
        after = memory(setup.pid)
        meeting.wait()
    finally:
        join(running)
    time.sleep(options.settle)
    return [(new - old) / options.sessions for old, new in zip(before, after)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", required=True, metavar="NAME=HOST:PORT[,PID]")
    parser.add_argument("--protocol", choices=("imap", "pop3"), default="imap")
    parser.add_argument("--user", default="pr%d", help="name of a user; %%d stands for 0 to --users less 1")
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--password", default="secret")
    parser.add_argument("--clients", type=int, default=4, help="at a time")
    parser.add_argument("--warm-up", type=int, default=5000, help="sign-ins ahead of the first round")
    parser.add_argument("--handshakes", type=int, default=4000)
    parser.add_argument("--sign-ins", type=int, default=2000)
    parser.add_argument("--sessions", type=int, default=2000, help="silent ones; 0 leaves memory out")
    parser.add_argument("--settle", type=float, default=3, help="seconds between the sessions and the look at memory")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    servers = [Setup(server, options) for server in options.server]
    figures = {}

    def note(setup, what, value, unit):
        figures.setdefault((what, unit), {}).setdefault(setup.name, []).append(value)
        print("%-12s %-28s %10.2f %s" % (setup.name, what, value, unit), flush=True)

    for setup in servers:
        first = Client(setup, 0)
        print("%-12s %s, %s" % (setup.name, first.socket.version(), first.socket.cipher()[0]), flush=True)
        first.close()
        if options.warm_up:
            rate(setup, options, sign_in, options.warm_up)
    for round_number in range(options.rounds):
        for what, work, count in (("handshakes", handshake, options.handshakes), ("sign-ins", sign_in, options.sign_ins)):
            for setup in servers if count else []:
                per_second, milliseconds = rate(setup, options, work, count)
                note(setup, what, per_second, "/s")
                if setup.pid:
                    note(setup, what + ", CPU of the server", milliseconds, "ms")
        for setup in servers if options.sessions and round_number == 0 else []:
            if setup.pid:
                pss, rss = growth(setup, options)
                note(setup, "memory of a session, PSS", pss, "KiB")
                note(setup, "memory of a session, RSS", rss, "KiB")
    print("\nload %s, medians of %d rounds (lowest - highest)\n" % (" ".join("%.1f" % one for one in os.getloadavg()), options.rounds))
    print("| | " + " | ".join(setup.name for setup in servers) + " |")
    print("|---|" + "---|" * len(servers))
    for (what, unit), by_name in figures.items():
        cells = ("%.2f (%.2f - %.2f)" % (statistics.median(values), min(values), max(values)) if values else "-"
                 for values in (by_name.get(setup.name, []) for setup in servers))
        print("| %s, %s | %s |" % (what, unit, " | ".join(cells)))


if __name__ == "__main__":
    try:
        main()
    except (Wrong, OSError) as e:
        sys.exit("tls_load: %s" % e)
