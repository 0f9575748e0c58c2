#!/usr/bin/env python3
"""What qpopper left, on a full disk: full_disk.py POPINJAY, as root.

A spool and a .USER.pop lie on a file system of 1 MiB without any room left. POP3 shows both, with the
ids that they will have, and removes nothing; the metric and the log tell of it. As soon as there is
room everything is in the spool, once, in order, under the same ids; also if the server is killed again
and again meanwhile. Ends with 77 where no file system can be mounted.
"""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

POPINJAY = sys.argv[1]
POP, METRICS = 33110, 33190
PATIENCE = 120
failed = []


def bad(what):
    print("FAILED:", what)
    failed.append(what)


def letter(n, field=""):
    body = "".join("line %d of letter %d\n" % (i, n) for i in range(40 + n % 7))
    return "From w%d@example.org Thu Feb %2d 12:00:%02d 2024\nMessage-ID: <%d@example.org>\nSubject: letter %d\n%s\n%s\n" % (n, 1 + n % 28, n % 60, n, n, field, body)


class Pop:
    def __init__(self):
        self.connection = socket.create_connection(("127.0.0.1", POP), 60)
        self.file = self.connection.makefile("rwb")
        self.file.readline()
        self.ask("USER tea")
        if not (answer := self.ask("PASS kettle")).startswith("+OK"):
            raise OSError(answer)

    def ask(self, command):
        self.file.write(command.encode() + b"\r\n")
        self.file.flush()
        return self.file.readline().decode().strip()

    def lines(self, command):
        answer = self.ask(command)
        if not answer.startswith("+OK"):
            raise OSError("%s: %s" % (command, answer))
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise OSError("cut off")
            lines.append(line.decode())
        return lines

    def ids(self):
        return [line.split()[1] for line in self.lines("UIDL")]

    def serials(self):
        return [int(re.search(r"^Subject: letter (\d+)", "".join(self.lines("RETR %d" % (n + 1))), re.M).group(1)) for n in range(len(self.lines("LIST")))]

    def quit(self):
        self.ask("QUIT")
        self.connection.close()


class Server:
    def __init__(self, work):
        self.log = os.path.join(work, "log")
        self.out = open(self.log, "w")
        self.process = subprocess.Popen([POPINJAY, "serve", "-c", os.path.join(work, "popinjay.yaml")], stdout=self.out, stderr=self.out)
        for _ in range(PATIENCE * 5):
            if "popinjay: ready" in open(self.log).read():
                return
            if self.process.poll() is not None:
                raise OSError(open(self.log).read())
            time.sleep(0.2)
        raise OSError("the server does not get ready")

    def kill(self):
        # The launcher becomes the server.
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        if "Exception" in open(self.log).read():
            bad("a stack trace in the log")


def waiting():
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % METRICS, timeout=30) as page:
        found = re.search(r'^popinjay_recovery_pending_total\{outcome="waits"\} (\S+)', page.read().decode(), re.M)
        return float(found.group(1)) if found else 0.0


def lay(disk):
    spool, drop, filler = (os.path.join(disk, name) for name in ("tea", ".tea.pop", "filler"))
    with open(spool, "w") as file:
        file.write("".join(letter(n) for n in range(100, 140)))
    # The first of these is in the spool, too: qpopper was writing back when the disk was full.
    with open(drop, "w") as file:
        file.write(letter(100) + "".join(letter(n, "X-UIDL: id-%d\n" % n if n % 2 else "") for n in range(1, 60)))
    os.chmod(spool, 0o600)
    os.chmod(drop, 0o600)
    return spool, drop, filler


def fill(filler):
    with open(filler, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


def main():
    with tempfile.TemporaryDirectory() as work:
        disk = os.path.join(work, "disk")
        os.makedirs(disk)
        if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0755", "none", disk], stderr=subprocess.DEVNULL).returncode:
            print("no file system can be mounted")
            return 77
        try:
            run(work, disk)
        finally:
            subprocess.run(["umount", "-l", disk])
    return 1 if failed else 0


def run(work, disk):
    with open(os.path.join(work, "users"), "w") as file:
        file.write("tea:{PLAIN}kettle\n")
    os.chmod(os.path.join(work, "users"), 0o600)
    with open(os.path.join(work, "popinjay.yaml"), "w") as file:
        file.write("""version: 1
listeners: [{ protocol: pop3, bind: "127.0.0.1:%d" }]
users: [{ file: users }]
mail: { spool: "%s/{user}", folders: "folders/{user}", state: state, identity: process, asRoot: true }
metrics: { bind: "127.0.0.1:%d" }
""" % (POP, disk, METRICS))
    spool, drop, filler = lay(disk)
    fill(filler)
    before = open(spool).read(), open(drop).read()
    wanted = [100, *range(1, 60), *range(101, 140)]
    server = Server(work)
    session = Pop()
    shown = session.serials()
    ids = dict(zip(shown, session.ids()))
    if shown != wanted:
        bad("shown on a full disk: %s" % shown)
    if ids[1] != "id-1" or len(set(ids.values())) != len(wanted):
        bad("ids on a full disk: %s" % ids)
    answer = session.ask("DELE 1")
    if not answer.startswith("-ERR [SYS/TEMP] disk full"):
        bad("DELE on a full disk: %s" % answer)
    session.quit()
    if (open(spool).read(), open(drop).read()) != before:
        bad("a file was changed")
    if waiting() != 1:
        bad("popinjay_recovery_pending_total is %s" % waiting())
    if "ERROR" not in open(server.log).read():
        bad("nothing in the log at error")
    server.kill()

    # Room comes and goes, and with it the server, at whatever it is.
    for pause in (0, 0.02, 0.05, 0.1, 0.2):
        server = Server(work)
        os.unlink(filler)
        client = socket.create_connection(("127.0.0.1", POP), 60)
        client.sendall(b"USER tea\r\nPASS kettle\r\n")
        time.sleep(pause)
        server.kill()
        client.close()
        fill(filler)
    server = Server(work)
    os.unlink(filler)
    for _ in range(2):
        session = Pop()
        shown = session.serials()
        again = dict(zip(shown, session.ids()))
        session.quit()
        if sorted(shown) != sorted(wanted):
            bad("shown behind it: %s" % shown)
        if again != ids:
            bad("ids changed: %s" % {n: (ids[n], again.get(n)) for n in ids if ids[n] != again.get(n)})
    server.stop()
    stored = [int(n) for n in re.findall(r"^Subject: letter (\d+)", open(spool).read(), re.M)]
    if stored != wanted:
        bad("stored: %s" % stored)
    if os.path.exists(drop) and os.path.getsize(drop):
        bad("something is left in %s" % drop)
    if not failed:
        print("%d messages of two files on a full disk: all shown, and put together under the same ids" % len(wanted))


if __name__ == "__main__":
    sys.exit(main())
