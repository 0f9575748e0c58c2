"""Clients and a delivery agent inside the container of systemd.sh. Standard library alone.

  greet PORT BEGINNING          the greeting begins so
  journal TEXT                  the journal of the unit has it, soon
  active PID                    the unit is active with this main process, soon
  replaced PID                  the unit has another main process, soon
  deliver-and-fetch USER PASSWORD SPOOL
  send USER PASSWORD TOLD       XTND XMIT, whose program wrote its rights into TOLD
  load USER PASSWORD SPOOL      deliveries and sessions over two restarts
"""
import collections
import fcntl
import os
import pwd
import socket
import subprocess
import sys
import threading
import time

PATIENCE = 60


def soon(what, found):
    end = time.time() + PATIENCE
    while time.time() < end:
        if found():
            return
        time.sleep(0.3)
    sys.exit("not within %d s: %s" % (PATIENCE, what))


def output(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout


def state():
    return tuple(output("systemctl", "show", "--value", "-p", "MainPID", "-p", "ActiveState", "popinjay").split())


def greet(port, beginning):
    with socket.create_connection(("127.0.0.1", int(port)), PATIENCE) as connection:
        line = connection.makefile().readline()
    if not line.startswith(beginning):
        sys.exit("greeted with " + repr(line))


def deliver(spool, number):
    """As a delivery agent does: a dotlock, an fcntl lock, one write at the end."""
    lock = spool + ".lock"
    own = lock + ".%d" % number
    with open(own, "w") as file:
        file.write(str(os.getpid()))
    while True:
        try:
            os.link(own, lock)
            break
        except FileExistsError:
            time.sleep(0.02)
    try:
        with open(spool, "ab") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            date = time.asctime(time.gmtime())
            text = "From pot@example.org %s\nMessage-ID: <%d@load>\nSubject: %d\n\nbody\n\n" % (date, number, number)
            file.write(text.encode())
    finally:
        os.unlink(lock)
        os.unlink(own)


class Refused(Exception):
    """An answer that was no +OK."""


class Pop3:
    """As poplib, which the smallest Python has not."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", 110), PATIENCE)
        self.file = self.socket.makefile("rb")
        self.answer()

    def answer(self):
        line = self.file.readline()
        if not line.startswith(b"+OK"):
            raise Refused(repr(line))
        return line.split()

    def ask(self, command):
        self.socket.sendall(command.encode() + b"\r\n")
        return self.answer()

    def text(self, command):
        self.ask(command)
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise Refused("cut off")
            lines.append(line.rstrip())
        return lines

    def close(self):
        self.file.close()
        self.socket.close()


def session(user, password, asked):
    """A session that fetches and deletes everything. Returns the ids of what it took.

    Before QUIT they are noted in `asked`: without its answer nobody knows whether they are gone.
    """
    box = Pop3()
    try:
        box.ask("USER " + user)
        box.ask("PASS " + password)
        ids = []
        for number in range(1, int(box.ask("STAT")[1]) + 1):
            ids += [line for line in box.text("RETR %d" % number) if line.startswith(b"Message-ID:")]
            box.ask("DELE %d" % number)
        asked.update(ids)
        box.ask("QUIT")
        asked.difference_update(ids)
        return ids
    finally:
        box.close()


def load(user, password, spool):
    delivered = 0
    taken = collections.Counter()
    unsure = set()
    seen = collections.Counter()
    stop = threading.Event()

    def deliveries():
        nonlocal delivered
        while not stop.is_set():
            deliver(spool, delivered)
            delivered += 1
            time.sleep(0.05)

    def connections():
        while not stop.is_set():
            try:
                with socket.create_connection(("127.0.0.1", 143), PATIENCE) as connection:
                    seen["greeted" if connection.recv(200) else "cut off"] += 1
            except ConnectionRefusedError:
                seen["refused"] += 1
            except OSError:
                seen["cut off"] += 1
            time.sleep(0.01)

    def sessions():
        while not stop.is_set():
            try:
                taken.update(session(user, password, unsure))
                seen["sessions"] += 1
            except ConnectionRefusedError:
                seen["refused"] += 1
            except (OSError, Refused) as e:
                seen["sessions cut off by %r" % e] += 1

    threads = [threading.Thread(target=work) for work in (deliveries, connections, connections, sessions)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(3)
        subprocess.run(["systemctl", "restart", "popinjay"], check=True)
    time.sleep(3)
    stop.set()
    for thread in threads:
        thread.join()
    taken.update(session(user, password, unsure))
    print("%d delivered, %d taken, %d unsure, %s" % (delivered, len(taken), len(unsure), dict(seen)))
    wanted = {b"Message-ID: <%d@load>" % number for number in range(delivered)}
    lost = wanted - set(taken) - unsure
    twice = {name for name, count in taken.items() if count > 1} & wanted
    if seen["refused"] or lost or twice or not seen["sessions"] or not delivered:
        sys.exit("refused %d, lost %s, twice %s" % (seen["refused"], sorted(lost), sorted(twice)))


def deliver_and_fetch(user, password, spool):
    deliver(spool, 999999)
    if b"Message-ID: <999999@load>" not in session(user, password, set()):
        sys.exit("not fetched")
    owner = pwd.getpwuid(os.stat(spool).st_uid).pw_name
    if owner != user:
        sys.exit("the spool belongs to " + owner)


def send(user, password, told):
    box = Pop3()
    try:
        for said in ("USER " + user, "PASS " + password, "XTND XMIT", "Subject: a\r\n\r\nb\r\n.", "QUIT"):
            box.ask(said)
    finally:
        box.close()
    who = pwd.getpwnam(user)
    with open(told) as file:
        rights = {key: value.split() for key, value in (line.split(":") for line in file)}
    none = [["0" * 16]] * 4
    if (
        rights["Uid"] != [str(who.pw_uid)] * 4
        or rights["Groups"] not in ([], [str(who.pw_gid)])
        or [rights["Cap" + which] for which in ("Inh", "Prm", "Eff", "Amb")] != none
        or rights["Umask"] != ["0077"]
    ):
        sys.exit("sent as %r" % rights)


def main(what, *rest):
    if what == "greet":
        greet(*rest)
    elif what == "journal":
        soon(rest[0], lambda: rest[0] in output("journalctl", "-u", "popinjay", "--no-pager", "-o", "cat"))
    elif what == "active":
        soon("active as before", lambda: state() == (rest[0], "active"))
    elif what == "replaced":
        soon("another process", lambda: state()[0] not in ("0", rest[0]) and state()[1] == "active")
    elif what == "deliver-and-fetch":
        deliver_and_fetch(*rest)
    elif what == "send":
        send(*rest)
    elif what == "load":
        load(*rest)


main(*sys.argv[1:])
