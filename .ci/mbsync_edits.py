#!/usr/bin/env python3
"""mbsync_edits.py SPOOL HOST PORT USER PASSWORD [EDITS] [SEED]

Makes EDITS (100) random edits to SPOOL the way other programs make them, in batches, and runs mbsync behind each batch. The spool
is EMPTIED first. LINES=1500 makes messages so long that the spool is not read again whole after a delivery. Every time:

- mbsync has nothing to complain about, least of all UIDVALIDITY;
- the Maildir and the spool hold the same messages with the same flags, none twice. Flags in mail that came in with them are not
  believed unless mbox.trustDeliveredFlags says so, for which TRUSTED=1 stands: these are left out until both agree;
- UIDVALIDITY is what it was, no UID was ever seen on two messages, and a session that had the INBOX open all the
  while sees what the others see.
"""
import collections, contextlib, fcntl, hashlib, mailbox, os, random, re, shutil, subprocess, sys, tempfile, time
from imap_client import Imap

spool, host, port, user, password = sys.argv[1:6]
edits = int(sys.argv[6]) if len(sys.argv) > 6 else 100
seed = int(sys.argv[7]) if len(sys.argv) > 7 else random.randrange(1 << 30)
random.seed(seed)
LINES = int(os.environ.get("LINES", "0"))
work = tempfile.mkdtemp()
serial, backups, failures, did = 0, [], [], collections.Counter()
validity, owner_of, lost_views = None, {}, 0
known, unbelieved = set(), set()
SEPARATOR = re.compile(rb"(?m)^From \S+ +\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n")


# The spool, as everybody sees it.

@contextlib.contextmanager
def locked():
    """The dotlock and the lock of fcntl, as mutt and the delivery agents take them."""
    while True:
        try:
            os.close(os.open(spool + ".lock", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            time.sleep(0.05)
    try:
        with open(spool, "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            yield file
    finally:
        os.unlink(spool + ".lock")


def split(octets):
    starts = [m.start() for m in SEPARATOR.finditer(octets)]
    return [octets[a:b] for a, b in zip(starts, starts[1:] + [len(octets)])]


def write_in_place(file, messages):
    """As mutt does: the same file, and times that say that nothing happened."""
    status = os.fstat(file.fileno())
    octets = b"".join(messages)
    file.seek(0)
    file.write(octets)
    file.truncate(len(octets))
    file.flush()
    if random.random() < 0.5:
        os.utime(file.fileno(), (status.st_atime, int(status.st_mtime)))


def whole(message):
    """A message that others can follow: with its line end and the blank line."""
    return message if message.endswith(b"\n\n") else message.rstrip(b"\n") + b"\n\n"


def letter():
    global serial
    serial += 1
    lines = [f"line {n} of {serial}: " + "x" * random.randrange(60) for n in range(random.choice([0, 1, 3, 30]) + LINES)]
    return (f"From: edits@storm.example\nTo: {user}@storm.example\nSubject: edit {serial}\nMessage-ID: <e{serial}@storm.example>\n"
            f"Date: Mon, 01 Sep 2025 10:00:00 +0000\n\nbody of {serial}\nFrom here on\n" + "".join(line + "\n" for line in lines)).encode()


def from_line():
    return b"From edits@storm.example " + time.strftime("%a %b %e %H:%M:%S %Y").encode() + b"\n"


# The edits.

def flags():
    """Python's mailbox module: writes a new file and renames it over the spool."""
    while True:
        box = mailbox.mbox(spool)
        try:
            box.lock()
            break
        except mailbox.ExternalClashError:
            box.close()
            time.sleep(0.05)
    try:
        for key in random.sample(box.keys(), min(len(box), random.randint(1, 5))):
            message = box[key]
            message.set_flags("".join(random.sample("ROFA", random.randint(0, 4))) + ("D" if random.random() < 0.05 else ""))
            box[key] = message
        box.flush()
    finally:
        box.unlock()
        box.close()


def flags_in_place():
    with locked() as file:
        messages = split(file.read())
        for at in random.sample(range(len(messages)), min(len(messages), random.randint(1, 5))):
            message = re.sub(rb"(?m)\A((?:.+\n)*?)(?:X-)?Status:.*\n", rb"\1", messages[at], count=1)
            head, blank, body = message.partition(b"\n\n")
            if blank:
                messages[at] = head + b"\nStatus: " + random.choice([b"O", b"RO"]) + b"\n\n" + body
        write_in_place(file, messages)


def delete():
    with locked() as file:
        messages = split(file.read())
        gone = set(random.sample(range(len(messages)), min(len(messages), random.choice([1, 1, 3, 10]))))
        write_in_place(file, [m for n, m in enumerate(messages) if n not in gone])


def reorder():
    with locked() as file:
        messages = [whole(message) for message in split(file.read())]
        if random.random() < 0.3:
            random.shuffle(messages)
        elif len(messages) > 1:
            messages.insert(random.randrange(len(messages)), messages.pop(random.randrange(len(messages))))
        write_in_place(file, messages)


def insert():
    with locked() as file:
        messages = [whole(message) for message in split(file.read())]
        messages.insert(random.randint(0, len(messages)), from_line() + letter().replace(b"\nFrom here", b"\n>From here") + b"\n")
        write_in_place(file, messages)


def concatenate():
    subprocess.run(["sh", "-c", f"cat >>{spool}"], input=from_line() + letter().replace(b"\nFrom here", b"\n>From here") + b"\n", check=True)


def procmail():
    rc = os.path.join(work, "pm")
    with open(rc, "w") as f:
        f.write(f"DEFAULT={spool}\nLOCKSLEEP=1\nUMASK=077\nSHELL=/bin/sh\nLOGFILE={work}/pm.log\n")
    subprocess.run(["procmail", "-f", "edits@storm.example", "-m", rc], input=letter(), check=True)


def formail():
    with locked():
        subprocess.run(["sh", "-c", f"formail >>{spool}"], input=letter(), check=True)


def truncate():
    with locked() as file:
        octets = file.read()
        messages = split(octets)
        if messages:
            start = len(octets) - len(messages[-1])
            body = messages[-1].find(b"\n\n") + 2
            if body > 1:
                file.truncate(start + random.randint(body, len(messages[-1])))


def back_up():
    with open(spool, "rb") as file:
        backups[:] = (backups + [file.read()])[-3:]


def restore():
    if backups:
        octets = random.choice(backups)
        if random.random() < 0.5:
            with locked() as file:
                write_in_place(file, [octets])
        else:
            with locked():
                with open(spool + ".restored", "wb") as file:
                    file.write(octets)
                os.chmod(spool + ".restored", 0o600)
                os.rename(spool + ".restored", spool)


EDITS = {flags: 6, flags_in_place: 5, delete: 5, reorder: 3, insert: 3, concatenate: 6, procmail: 6, formail: 4, truncate: 2, back_up: 1, restore: 1}


def edit():
    chosen = random.choices(list(EDITS), list(EDITS.values()))[0]
    chosen()
    did[chosen.__name__] += 1


# What came of it.

def body_of(octets):
    return octets.replace(b"\r\n", b"\n").partition(b"\n\n")[2].rstrip(b"\n")


def in_spool():
    said = collections.Counter()
    with open(spool, "rb") as file:
        for message in split(file.read()):
            head = message.partition(b"\n\n")[0].decode("latin-1")
            status, x_status = ("".join(re.findall(rf"(?m)^{name}:(.*)$", head)[:1]) for name in ("Status", "X-Status"))
            said[body_of(message), "".join(sorted(("S" if "R" in status else "") + "".join(
                its for letter, its in {"A": "R", "F": "F", "T": "D", "D": "T"}.items() if letter in x_status)))] += 1
    return said


def in_maildir():
    said = collections.Counter()
    for folder in ("cur", "new"):
        path = os.path.join(work, "m/INBOX", folder)
        for name in os.listdir(path):
            with open(os.path.join(path, name), "rb") as file:
                said[body_of(file.read()), "".join(sorted(name.partition(":2,")[2]))] += 1
    return said


def by_imap(session):
    global validity
    value = session.validity
    if validity not in (None, value):
        failures.append(f"UIDVALIDITY was {validity}, is {value}")
    validity = value
    said = collections.Counter()
    for answer in session.command("UID FETCH 1:* (FLAGS BODY.PEEK[])"):
        uid = re.match(rb"\* \d+ FETCH \(UID (\d+)", answer)
        literal = re.search(rb"BODY\[\] (?:\{\d+\}\r\n|\")", answer)
        if uid and literal:
            flags = re.search(rb"FLAGS \(([^)]*)\)", answer)[1].decode().split()
            octets = answer[literal.end():-1]
            digest = hashlib.sha256(octets).digest()
            if owner_of.setdefault(int(uid[1]), digest) != digest:
                failures.append(f"UID {int(uid[1])} was given to another message")
            letters = {"\\Seen": "S", "\\Answered": "R", "\\Flagged": "F", "\\Draft": "D", "\\Deleted": "T"}
            said[body_of(octets), "".join(sorted(letters[f] for f in flags if f in letters))] += 1
    return said


def session():
    imap = Imap(host, port, user, password)
    imap.validity = imap.select("INBOX")[0]
    return imap


def arrived_with_flags(wanted):
    """Notes what came in with flags since the last time."""
    unbelieved.update(body for body, flags in wanted if flags and body not in known and "TRUSTED" not in os.environ)
    known.clear()
    known.update(body for body, _ in wanted)


def compare(name, said, wanted):
    for body in unbelieved:
        if sum(n for (b, _), n in said.items() if b == body) != sum(n for (b, _), n in wanted.items() if b == body):
            failures.append(f"{name} has {body[:30]!r} more or less often than the spool")
    for key in set(said) | set(wanted):
        if said[key] != wanted[key] and key[0] not in unbelieved:
            others = [f for b, f in wanted if b == key[0]]
            failures.append(f"{name} has {key[0][:30]!r}, {len(key[0])} octets, with {key[1]!r} {said[key]} times; the spool {wanted[key]} times, with {others}")


def synchronize():
    run = subprocess.run(["mbsync", "-c", os.path.join(work, "rc"), "-a"], capture_output=True, text=True)
    said = re.sub(r"Maildir notice: .*\n", "", run.stdout + run.stderr)
    if run.returncode or re.search("(?i)error|warning|uidvalidity|duplicate", said):
        failures.append(f"mbsync {run.returncode}: {said.strip()[-300:]}")


for part in ("cur", "new", "tmp"):
    os.makedirs(os.path.join(work, "m/INBOX", part))
with open(os.path.join(work, "rc"), "w") as f:
    f.write(f"IMAPStore r\nHost {host}\nPort {port}\nUser {user}\nPass {password}\nSSLType None\nAuthMechs *\n\n"
            f"MaildirStore l\nPath {work}/m/\nInbox {work}/m/INBOX\nSubFolders Verbatim\n\n"
            "Channel c\nFar :r:\nNear :l:\nPatterns INBOX\nCreate Both\nExpunge Both\nSyncState *\n")
with locked() as file:
    write_in_place(file, [from_line() + letter().replace(b"\nFrom here", b"\n>From here") + b"\n" for _ in range(100)])

start, made, batches, view = time.time(), 0, 0, None
while made < edits and not failures:
    before = sum(did.values())
    for _ in range(min(edits - made, random.randint(1, 20))):
        edit()
        made += 1
        known &= {body for body, _ in in_spool()}
        if view and random.random() < 0.3:
            try:
                view.command("NOOP")
            except OSError:
                view, lost_views = None, lost_views + 1
    synchronize()
    batches += 1
    wanted = in_spool()
    arrived_with_flags(wanted)
    compare("the Maildir", in_maildir(), wanted)
    if view:
        try:
            view.command("NOOP")
            compare("a view that was open", by_imap(view), wanted)
        except OSError:
            view, lost_views = None, lost_views + 1
    fresh = session()
    said = by_imap(fresh)
    compare("a new view", said, wanted)
    unbelieved -= {body for body, flags in wanted if said[body, flags]} | (unbelieved - known)
    if view is None and random.random() < 0.5:
        view = fresh
    else:
        fresh.close()
    if view and random.random() < 0.3:
        view.close()
        view = None
print(f"{made} edits in {batches} batches, {time.time() - start:.0f} s, seed {seed}: {dict(did)}; {sum(in_spool().values())} messages left, "
      f"{len(unbelieved)} not believed, {lost_views} views ended by the server; {len(failures)} failures")
for failure in failures[:int(os.environ.get("SHOW", "5"))]:
    print("  " + failure)
if not failures:
    shutil.rmtree(work)
else:
    print(f"  see {work}")
sys.exit(1 if failures else 0)
