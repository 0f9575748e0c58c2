"""Clients and a delivery agent inside the container of systemd.sh. Standard library alone.

  greet PORT BEGINNING          the greeting begins so
  journal TEXT                  the journal of the unit has it, soon
  replaced PID                  the unit has another main process, soon
  deliver-and-fetch USER PASSWORD SPOOL
  load USER PASSWORD SPOOL      deliveries and sessions over two restarts
"""
import collections
import fcntl
import os
import poplib
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


def session(user, password, take):
    """A session that fetches, and with `take` deletes what it fetched. The ids of what it has."""
    box = poplib.POP3("127.0.0.1", 110, timeout=PATIENCE)
    box.user(user)
    box.pass_(password)
    ids = []
    for number in range(1, box.stat()[0] + 1):
        ids += [line for line in box.retr(number)[1] if line.lower().startswith(b"message-id:")]
        if take:
            box.dele(number)
    box.quit()
    return ids


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
            ids = []
            try:
                ids = session(user, password, False)
                taken.update(session(user, password, True))
                seen["sessions"] += 1
            except ConnectionRefusedError:
                seen["refused"] += 1
            except (OSError, EOFError, poplib.error_proto):
                # The answer to QUIT may have been lost: what was asked to be deleted may be.
                unsure.update(ids)
                seen["sessions cut off"] += 1

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
    taken.update(session(user, password, True))
    print("%d delivered, %d taken, %s" % (delivered, len(taken), dict(seen)))
    wanted = {b"Message-ID: <%d@load>" % number for number in range(delivered)}
    lost = wanted - set(taken) - unsure
    twice = {name for name, count in taken.items() if count > 1} & wanted
    if seen["refused"] or lost or twice or not seen["sessions"] or not delivered:
        sys.exit("refused %d, lost %s, twice %s" % (seen["refused"], sorted(lost), sorted(twice)))


def deliver_and_fetch(user, password, spool):
    deliver(spool, 999999)
    if b"Message-ID: <999999@load>" not in session(user, password, True):
        sys.exit("not fetched")
    owner = pwd.getpwuid(os.stat(spool).st_uid).pw_name
    if owner != user:
        sys.exit("the spool belongs to " + owner)


def main(what, *rest):
    if what == "greet":
        greet(*rest)
    elif what == "journal":
        soon(rest[0], lambda: rest[0] in output("journalctl", "-u", "popinjay", "--no-pager", "-o", "cat"))
    elif what == "replaced":
        soon("another process", lambda: output("systemctl", "show", "-P", "MainPID", "popinjay").strip()
             not in ("0", rest[0]) and output("systemctl", "is-active", "popinjay").strip() == "active")
    elif what == "deliver-and-fetch":
        deliver_and_fetch(*rest)
    elif what == "load":
        load(*rest)


main(*sys.argv[1:])
