#!/usr/bin/env python3
"""Comes over from real servers: adopt.py POPINJAY EXTRA_BIN_DIR, as root.

Lists the unique-ids of a spool of varied messages with popa3d, GNU mailutils and Dovecot, adopts the spool, and
lists them with Popinjay: they have to be equal. fetchmail and mpop fetch with Dovecot and leave the mail there;
behind the switch they fetch nothing. mbsync synchronises with Dovecot, flags and keywords with it; behind the
switch it transfers nothing; also where flags and UIDs are in Dovecot's index alone. Makes a Unix user for that and removes it. Ends with 77 where no such server is.
"""
import grp
import hashlib
import os
import pwd
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

POPINJAY, EXTRA = sys.argv[1], sys.argv[2]
USER, PASSWORD = "pjadopt", "kettle"
SPOOL = "/var/mail/" + USER
POP, IMAP, OLD_POP, OLD_IMAP = 32110, 32143, 32210, 32243
PATIENCE = 120
failed = []


def bad(what):
    print("FAILED:", what)
    failed.append(what)


def letters(count=60):
    """Messages of all kinds, the same at every call."""
    dice = random.Random(2026)
    for n in range(count):
        day, when = 1 + n % 28, "%02d:%02d:%02d" % (n % 24, 7 * n % 60, 13 * n % 60)
        header = []
        for hop in range(n % 4):
            header.append("Received: from relay%d.example.org ([192.0.2.%d])\n\tby mx.example.net with ESMTP id %08X;\n\tThu, %d Feb 2024 %s +0000"
                          % (hop, hop + 1, dice.getrandbits(32), day, when))
        if n % 7 == 3:
            header.append("Delivered-To: tea-%d@example.net" % n)
        if n % 11 == 5:
            header.append("X-Delivery-ID: %016x" % dice.getrandbits(64))
        if n % 6 != 5:
            header.append("%s: <%08x.%d@example.org>" % (("Message-ID", "Message-Id")[n % 2], dice.getrandbits(32), n))
        if n % 8 != 7:
            header.append("Date: Thu, %d Feb 2024 %s +0%d00" % (day, when, n % 6))
        header.append("From: Writer %d <w%d@example.org>" % (n, n))
        header.append("Subject: %s" % ("letter %d" % n, "=?utf-8?q?Gr=C3=BC=C3=9Fe?= %d" % n, "on\n more\n\tthan one line", "x" * (900 + 40 * (n % 9)))[n % 4])
        body = "".join("line %d of %d %s\n" % (i, n, "." * (i % 3)) for i in range(1 + n % 17))
        if n % 12 == 8:
            body += ">From the archive\n.\n..\n"
        yield "From w%d@example.org Thu Feb %2d %s 2024\n%s\n\n%s\n" % (n, day, when, "\n".join(header), body)


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, text=True, **more)


class Pop:
    def __init__(self, connection):
        connection.settimeout(60)
        self.file = connection.makefile("rwb")
        self.line()
        self.ask("USER " + USER)
        self.ask("PASS " + PASSWORD)

    def line(self):
        line = self.file.readline()
        if not line.startswith(b"+OK"):
            raise OSError("answered %r" % line)
        return line

    def ask(self, command):
        self.file.write(command.encode() + b"\r\n")
        self.file.flush()
        return self.line()

    def lines(self, command):
        self.ask(command)
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise OSError("cut off")
            lines.append(line[1:] if line.startswith(b".") else line)
        return lines

    def ids(self):
        return [line.split()[1].decode() for line in self.lines("UIDL")]


def connect(port):
    for _ in range(PATIENCE * 5):
        try:
            return socket.create_connection(("127.0.0.1", port), 60)
        except OSError:
            time.sleep(0.2)
    raise OSError("nobody listens on %d" % port)


def inetd(*command):
    """A server of inetd, and the connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    with server:
        subprocess.Popen(command, stdin=server, stdout=server, stderr=subprocess.DEVNULL)
    return client


def digest(text):
    """The digest that lists of ids name a message by; docs/migration.md has the same."""
    head, _, body = b"".join(text).replace(b"\r\n", b"\n").partition(b"\n\n")
    kept, drop = [], False
    hidden = {b"status", b"x-status", b"x-keywords", b"x-uid", b"x-imap", b"x-imapbase", b"content-length", b"x-popinjay", b"x-uidl", b"lines"}
    for line in head.split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            drop = line.split(b":")[0].lower() in hidden
        if not drop:
            kept.append(line)
    text = (b"\n".join(kept) + b"\n\n" + body).rstrip(b"\n")
    return hashlib.sha256(re.sub(rb"(?m)^>+(?=From )", b"", text)).hexdigest()


class World:
    def __init__(self, work):
        self.work = work
        self.me = pwd.getpwnam(USER)
        self.settings = os.path.join(work, "popinjay.yaml")
        self.state = os.path.join(work, "state")
        users = os.path.join(work, "users")
        with open(users, "w") as file:
            file.write("%s:{PLAIN}%s:%d:%d::%s\n" % (USER, PASSWORD, self.me.pw_uid, self.me.pw_gid, self.me.pw_dir))
        os.chmod(users, 0o600)
        with open(self.settings, "w") as file:
            file.write("""version: 1
listeners:
  - { protocol: pop3, bind: "127.0.0.1:%d" }
  - { protocol: imap, bind: "127.0.0.1:%d" }
users: [{ file: %s }]
mail: { spool: "/var/mail/{user}", folders: "{home}/mail", state: %s, identity: user, asRoot: true }
folders: { diskEncoding: mutf7 }
metrics: { bind: null }
""" % (POP, IMAP, users, self.state))

    def fresh(self):
        """A spool that nobody has looked at."""
        shutil.rmtree(self.state, ignore_errors=True)
        os.makedirs(self.state, 0o700)
        shutil.rmtree(os.path.join(self.me.pw_dir, "mail"), ignore_errors=True)
        with open(SPOOL, "w") as file:
            file.write("".join(letters()))
        os.chown(SPOOL, self.me.pw_uid, grp.getgrnam("mail").gr_gid)
        os.chmod(SPOOL, 0o660)

    def adopt(self, server):
        done = run(POPINJAY, "mbox", "adopt", "-c", self.settings, "--from", server, USER)
        print("  " + done.stdout.strip().replace("\n", "\n  "))
        if done.returncode:
            bad("adopt --from %s ended with %d" % (server, done.returncode))

    def serve(self):
        return Serving([POPINJAY, "serve", "-c", self.settings], POP)

    def dovecot(self, uidl):
        folder = os.path.join(self.work, "dovecot")
        os.makedirs(folder, exist_ok=True)
        conf = os.path.join(folder, "conf")
        with open(conf, "w") as file:
            file.write("""base_dir = %(f)s/run
state_dir = %(f)s/state
instance_name = adopt
protocols = imap pop3
ssl = no
disable_plaintext_auth = no
log_path = %(f)s/log
first_valid_uid = 1
mail_privileged_group = mail
mail_access_groups = mail
mail_location = mbox:~/mail:INBOX=/var/mail/%%u
pop3_uidl_format = %(uidl)s
passdb {
  driver = static
  args = password=%(p)s
}
userdb {
  driver = static
  args = uid=%(u)d gid=%(g)d home=%(h)s
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = %(imap)d
  }
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    address = 127.0.0.1
    port = %(pop)d
  }
  inet_listener pop3s {
    port = 0
  }
}
""" % {"f": folder, "uidl": uidl, "p": PASSWORD, "u": self.me.pw_uid, "g": self.me.pw_gid, "h": self.me.pw_dir, "imap": OLD_IMAP, "pop": OLD_POP})
        return Serving(["dovecot", "-F", "-c", conf], OLD_POP)


class Serving:
    """A server for as long as it is wanted."""

    def __init__(self, command, port):
        self.command, self.port = command, port

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        connect(self.port).close()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)


def compare(world, name, server, wanted):
    world.adopt(server)
    with world.serve():
        found = Pop(connect(POP)).ids()
    if found == wanted and len(wanted) >= 50:
        print("%s: %d ids, all the same" % (name, len(found)))
    else:
        bad("%s: %d ids, %d of them differ" % (name, len(wanted), sum(a != b for a, b in zip(wanted, found))))


def ids_of_inetd(world, name, server, *command):
    if not os.path.exists(command[0]):
        print("SKIPPED:", command[0], "is not here")
        return
    world.fresh()
    session = Pop(inetd(*command))
    wanted = session.ids()
    texts = [session.lines("RETR %d" % (n + 1)) for n in range(len(wanted))]
    session.ask("QUIT")
    time.sleep(1)
    compare(world, name, server, wanted)
    shutil.rmtree(world.state)
    os.makedirs(world.state, 0o700)
    listed = os.path.join(world.work, "ids")
    with open(listed, "w") as file:
        for text, id in zip(texts, wanted):
            file.write("%s\t%s\t%s\n" % (USER, digest(text), id))
    compare(world, name + ", by a list", "file:" + listed, wanted)


def ids_of_dovecot(world):
    for uidl in ("%08Xu%08Xv", "%v.%u", "%m"):
        world.fresh()
        with world.dovecot(uidl):
            session = Pop(connect(OLD_POP))
            wanted = session.ids()
            session.ask("QUIT")
        compare(world, "Dovecot " + uidl, "dovecot:" + uidl, wanted)


def fetchmail(world, port):
    """Messages that it fetches."""
    home = os.path.join(world.work, "fetchmail")
    os.makedirs(home, exist_ok=True)
    rc, got = os.path.join(home, "rc"), os.path.join(home, "got")
    open(got, "w").close()
    with open(rc, "w") as file:
        file.write('poll 127.0.0.1 service %d protocol pop3 uidl user "%s" password "%s" keep sslproto "" mda "/bin/sh -c \'echo x >>%s; cat >/dev/null\'"\n'
                   % (port, USER, PASSWORD, got))
    os.chmod(rc, 0o600)
    done = run("fetchmail", "-f", rc, "-i", os.path.join(home, "ids"), "--pidfile", os.path.join(home, "pid"), env={**os.environ, "FETCHMAILHOME": home})
    if done.returncode > 1:
        bad("fetchmail ended with %d: %s" % (done.returncode, done.stdout[-300:]))
    return len(open(got).readlines())


def mpop(world, port):
    home = os.path.join(world.work, "mpop")
    box = os.path.join(home, "box")
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(box, part), exist_ok=True)
    before = len(os.listdir(os.path.join(box, "new")))
    rc = os.path.join(home, "rc")
    with open(rc, "w") as file:
        file.write("account default\nhost 127.0.0.1\nport %d\nuser %s\npassword %s\nauth user\ntls off\nkeep on\nuidls_file %s/ids\ndelivery maildir %s\n"
                   % (port, USER, PASSWORD, home, box))
    os.chmod(rc, 0o600)
    done = run("mpop", "-C", rc)
    if done.returncode:
        bad("mpop ended with %d: %s" % (done.returncode, done.stdout[-300:]))
    return len(os.listdir(os.path.join(box, "new"))) - before


def clients_of_pop(world):
    for name, client in (("fetchmail", fetchmail), ("mpop", mpop)):
        if shutil.which(name) is None:
            print("SKIPPED:", name, "is not here")
            continue
        for uidl in ("%08Xu%08Xv", "%m"):
            world.fresh()
            with world.dovecot(uidl):
                first = client(world, OLD_POP)
            world.adopt("dovecot:" + uidl)
            with world.serve():
                second = client(world, POP)
            if first == 60 and second == 0:
                print("%s, %s: fetched 60 before the switch, none behind it" % (name, uidl))
            else:
                bad("%s, %s: fetched %d before the switch, %d behind it" % (name, uidl, first, second))
            shutil.rmtree(os.path.join(world.work, name))


def imap(port, *commands):
    with connect(port) as connection:
        connection.settimeout(60)
        file = connection.makefile("rwb")
        file.readline()
        answers = []
        for n, command in enumerate(["LOGIN %s %s" % (USER, PASSWORD), *commands, "LOGOUT"]):
            file.write(b"a%d %s\r\n" % (n, command.encode()))
            file.flush()
            while not (line := file.readline()).startswith(b"a%d " % n):
                if not line:
                    raise OSError("cut off in %s" % command)
                answers.append(line)
            if b" OK" not in line:
                raise OSError("%s: %r" % (command, line))
        return answers


def mbsync(world, port):
    rc, box = os.path.join(world.work, "mbsyncrc"), os.path.join(world.work, "mbsync")
    os.makedirs(box, exist_ok=True)
    with open(rc, "w") as file:
        file.write("""IMAPStore far
Host 127.0.0.1
Port %d
User %s
Pass %s
SSLType None
AuthMechs LOGIN

MaildirStore near
Path %s/
Inbox %s/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
Expunge Both
SyncState *
""" % (port, USER, PASSWORD, box, box))
    os.chmod(rc, 0o600)
    done = run("mbsync", "-V", "-c", rc, "-a")
    if done.returncode:
        bad("mbsync ended with %d: %s" % (done.returncode, done.stdout[-400:]))
    return {os.path.join(at, name) for at, _, names in os.walk(box) for name in names if ",U=" in name}


def clients_of_imap(world):
    if shutil.which("mbsync") is None:
        print("SKIPPED: mbsync is not here")
        return
    world.fresh()
    with world.dovecot("%08Xu%08Xv"):
        imap(OLD_IMAP, "SELECT INBOX", "STORE 3:9 +FLAGS (\\Seen)", "STORE 5,11 +FLAGS (\\Flagged \\Answered Work)",
             "STORE 20:22 +FLAGS (\\Deleted)", "EXPUNGE", "STORE 30 +FLAGS (\\Seen Later $Forwarded)", "NOOP")
        before = mbsync(world, OLD_IMAP)
        flags = imap(OLD_IMAP, "EXAMINE INBOX", "FETCH 1:* (UID FLAGS)")
    world.adopt("dovecot")
    with world.serve():
        again = imap(IMAP, "EXAMINE INBOX", "FETCH 1:* (UID FLAGS)")
        behind = mbsync(world, IMAP)

    if shown(flags) != shown(again) or len(shown(flags)) != 57:
        odd = [uid for uid in shown(flags) if shown(flags)[uid] != shown(again).get(uid)]
        bad("UIDs and flags: %d before, %d behind, different: %s" % (len(shown(flags)), len(shown(again)), odd[:9]))
    if before == behind and len(before) == 57:
        print("mbsync: %d messages before the switch; behind it nothing was transferred or renamed" % len(before))
    else:
        bad("mbsync: %d messages before, %d behind, %d files differ" % (len(before), len(behind), len(before ^ behind)))


def shown(answers):
    """Flags by UID, as FETCH tells them."""
    rows = {}
    for line in answers:
        if b" FETCH (" in line:
            text = line.decode()
            uid = text.split("UID ", 1)[1].split(" ")[0].rstrip(")\r\n")
            rows[uid] = sorted(set(text.split("FLAGS (", 1)[1].split(")")[0].split()) - {"\\Recent"})
    return rows


def killed(world, *commands):
    """A session of Dovecot that is killed before it writes what it did into the spool."""
    connection = connect(OLD_IMAP)
    connection.settimeout(60)
    file = connection.makefile("rwb")
    file.readline()
    for n, command in enumerate(["LOGIN %s %s" % (USER, PASSWORD), *commands]):
        file.write(b"a%d %s\r\n" % (n, command.encode()))
        file.flush()
        while not (line := file.readline()).startswith(b"a%d " % n):
            if not line:
                raise OSError("cut off in %s" % command)
    for process in os.listdir("/proc"):
        try:
            with open("/proc/%s/comm" % process) as comm:
                if comm.read().strip() == "imap" and os.stat("/proc/" + process).st_uid == world.me.pw_uid:
                    os.kill(int(process), 9)
        except (OSError, ValueError):
            pass
    connection.close()


CHANGES = ["STORE 3:9 +FLAGS (\\Seen)", "STORE 5,11 +FLAGS (\\Flagged \\Answered Work)",
           "STORE 30 +FLAGS (\\Seen Later $Forwarded)", "STORE 4 -FLAGS (\\Seen)", "STORE 31 +FLAGS (\\Draft)"]


def flags_of_the_index(world):
    """Flags and UIDs that Dovecot has in its index alone."""
    for name in ("a session that was killed", "a spool that could not be written", "a session that was killed, and mail since"):
        world.fresh()
        readonly = "could not" in name
        if readonly:
            os.chown(SPOOL, 0, 0)
            os.chmod(SPOOL, 0o644)
        with world.dovecot("%08Xu%08Xv"):
            if readonly:
                imap(OLD_IMAP, "SELECT INBOX", *CHANGES)
            else:
                killed(world, "SELECT INBOX", *CHANGES)
            time.sleep(0.5)
            with open(SPOOL) as file:
                if "X-Status" in file.read():
                    bad("%s: flags are in the spool" % name)
            spool = open(SPOOL, "rb").read()
            index = os.path.join(world.work, "index")
            shutil.rmtree(index, ignore_errors=True)
            run("cp", "-a", os.path.join(world.me.pw_dir, "mail/.imap/INBOX"), index)
            # Whoever asks has Dovecot write; what is adopted is what was there before.
            shutil.rmtree(os.path.join(world.work, "mbsync"), ignore_errors=True)
            before = mbsync(world, OLD_IMAP)
            flags = shown(imap(OLD_IMAP, "EXAMINE INBOX", "FETCH 1:* (UID FLAGS)"))
        times = os.stat(SPOOL)
        with open(SPOOL, "wb") as file:
            file.write(spool)
        os.utime(SPOOL, ns=(times.st_atime_ns, times.st_mtime_ns))
        if "since" in name:
            with open(SPOOL, "a") as file:
                file.write("From a@example.org Thu Feb 29 12:00:00 2024\nSubject: late\n\nlate\n\n")
        shutil.rmtree(os.path.join(world.me.pw_dir, "mail/.imap/INBOX"))
        run("cp", "-a", index, os.path.join(world.me.pw_dir, "mail/.imap/INBOX"))
        os.chown(SPOOL, world.me.pw_uid, grp.getgrnam("mail").gr_gid)
        os.chmod(SPOOL, 0o660)
        world.adopt("dovecot")
        with world.serve():
            again = shown(imap(IMAP, "EXAMINE INBOX", "FETCH 1:* (UID FLAGS)"))
            behind = mbsync(world, IMAP)
        late = 1 if "since" in name else 0
        odd = [uid for uid in flags if flags[uid] != again.get(uid)]
        if odd or len(again) != 60 + late or len([uid for uid in flags if flags[uid]]) < 8:
            bad("%s: %d before, %d behind, different: %s" % (name, len(flags), len(again), odd[:9]))
        elif len(before) != 60 or len(behind - before) != late or before - behind:
            bad("%s: mbsync had %d, has %d" % (name, len(before), len(behind)))
        else:
            print("flags of %s: all kept, mbsync transferred %d" % (name, late))


def main():
    if os.getuid() != 0 or shutil.which("dovecot") is None:
        print("not root, or no Dovecot")
        return 77
    try:
        pwd.getpwnam(USER)
    except KeyError:
        crypted = run("openssl", "passwd", "-1", PASSWORD).stdout.strip()
        subprocess.run(["useradd", "-m", "-G", "mail", "-p", crypted, USER], check=True)
    try:
        with tempfile.TemporaryDirectory() as work:
            os.chmod(work, 0o755)
            world = World(work)
            conf = os.path.join(work, "mailutils.conf")
            with open(conf, "w") as file:
                file.write("mode inetd;\nauth { authorization system; authentication generic:system; }\nmailbox { mail-spool /var/mail; }\n")
            ids_of_inetd(world, "popa3d", "popa3d", os.path.join(EXTRA, "popa3d"))
            ids_of_inetd(world, "mailutils", "mailutils", os.path.join(EXTRA, "pop3d"), "--config-file=" + conf, "--no-site-config", "--inetd")
            ids_of_dovecot(world)
            clients_of_pop(world)
            clients_of_imap(world)
            flags_of_the_index(world)
    finally:
        subprocess.run(["userdel", "-r", "-f", USER], stderr=subprocess.DEVNULL)
        if os.path.exists(SPOOL):
            os.unlink(SPOOL)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
