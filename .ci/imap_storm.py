#!/usr/bin/env python3
"""imap_storm.py SPOOL FOLDERS HOST PORT USER PASSWORD [N]

Real delivery agents deliver N messages (200) into SPOOL while mutt rewrites it and IMAP sessions flag messages, move and
copy them to folders and back, delete some, listen in IDLE, and keep a replica up to date by QRESYNC. Each message belongs to one
of the sessions, by its serial number, so that what has to come out is known. Afterwards:

- every serial number is there exactly once, in INBOX, in a folder, or with the session that deleted it;
- no UIDVALIDITY changed, and no UID was ever seen on two messages;
- the keywords and flags are those the sessions set last, and those the files hold.
"""
import collections, mailbox, os, random, re, sys, threading, time, traceback
from agents import Agents, serials_of
from imap_client import Imap, Refused, fetched, uids

spool, folders, host, port, user, password = sys.argv[1:7]
count = int(sys.argv[7]) if len(sys.argv) > 7 else 200
FOLDERS = ["Moved", "Copied"]
SERIAL = "BODY.PEEK[HEADER.FIELDS (X-Serial)]"
KEYWORDS = ["Red", "Green", "$Forwarded", "Junk"]
ROLES = 4  # flagger, mover, copier, remover: the remainder of a serial number says whose it is
FLAGGED, MOVED, COPIED, REMOVED = range(ROLES)

agents = Agents(spool, user, count)
lock = threading.Lock()
validity, known = {}, collections.defaultdict(dict)  # of a mailbox; of (mailbox, UID): its serial
removed, wanted, did, refusals = collections.Counter(), {}, collections.Counter(), collections.Counter()


def fail(text):
    agents.failures.append(text)


class Session(Imap):
    """Looks at mailboxes and holds what it sees against what all sessions saw before."""

    def __init__(self):
        super().__init__(host, port, user, password)

    def open(self, name, parameters=""):
        value, following, answers = self.select(name, parameters)
        with lock:
            if validity.setdefault(name, value) != value:
                fail(f"UIDVALIDITY of {name} went from {validity[name]} to {value}")
        self.name, self.following = name, following
        return answers

    def learn(self, every=False):
        """The serials of what is there now, by UID; what is known already is not asked for again."""
        present = [int(uid) for answer in self.command("UID SEARCH ALL") if answer.startswith(b"* SEARCH")
                   for uid in answer.split()[2:]]
        with lock:
            new = present if every else [uid for uid in present if uid not in known[self.name]]
        if new:
            asked = f"{min(new)}:{max(new)}"
            answers = self.command(f"UID FETCH {asked} (FLAGS {SERIAL})")
            for uid, (_, _, serial) in fetched([a for a in answers if b"X-Serial" in a]).items():
                with lock:
                    before = known[self.name].setdefault(uid, serial)
                if before != serial:
                    fail(f"UID {uid} of {self.name} was {before} and is {serial}")
        with lock:
            return {uid: known[self.name].get(uid) for uid in present}

    def mine(self, role, at_most):
        of_role = [uid for uid, serial in self.learn(random.random() < 0.05).items() if serial and serial % ROLES == role]
        return random.sample(of_role, min(len(of_role), random.randint(1, at_most)))


def joined(numbers):
    return ",".join(map(str, numbers))


def again(work):
    """A session after the other for as long as the storm lasts; a refusal is an answer, and counted."""
    def run():
        while agents.running:
            session = None
            try:
                session = Session()
                for _ in range(random.randint(1, 8)):
                    if agents.running:
                        work(session)
                        did[work.__name__] += 1
                        time.sleep(random.random() * 0.3)
            except Refused as e:
                refusals[re.sub(r"[\d,:]+", "n", str(e))] += 1
            except Exception as e:
                fail(f"{work.__name__}: {e!r} {traceback.extract_tb(e.__traceback__)[-1].lineno}")
            finally:
                if session:
                    try:
                        session.close()
                    except (OSError, Refused):
                        pass
    run.__name__ = work.__name__
    return run


def flag(session):
    session.open("INBOX")
    for uid in session.mine(FLAGGED, 6):
        flags = frozenset(random.sample(KEYWORDS, random.randint(0, 3)) + random.choice([[], ["\\Answered"]]))
        serial = known["INBOX"][uid]
        # mutt marks messages as read and flagged, so these two are nobody's word.
        session.command(f"UID STORE {uid} -FLAGS.SILENT ({' '.join(KEYWORDS)} \\Answered)")
        session.command(f"UID STORE {uid} +FLAGS ({' '.join(flags)})")
        wanted[serial] = flags


def move(session):
    there, back = random.choice([("INBOX", "Moved"), ("Moved", "INBOX")])
    session.open(there)
    chosen = session.mine(MOVED, 10)
    if chosen:
        session.command(f"UID MOVE {joined(chosen)} {back}")


def copy(session):
    there, back = random.choice([("INBOX", "Copied"), ("Copied", "INBOX")])
    session.open(there)
    chosen = session.mine(COPIED, 5)
    if chosen:
        answers = session.command(f"UID COPY {joined(chosen)} {back}")
        copied = re.search(rb"\[COPYUID \d+ (\S+) \S+\]", answers[-1])
        take_away(session, list(uids(copied[1])) if copied else [], "EXPUNGE")


def remove(session):
    session.open("INBOX")
    chosen = [uid for uid in session.mine(REMOVED, 5) if known["INBOX"][uid] % 3]
    serials = [known["INBOX"][uid] for uid in chosen]
    take_away(session, chosen, "UID EXPUNGE " + joined(chosen))
    removed.update(serials)


def take_away(session, chosen, expunge):
    """Marks as deleted and expunges until they are gone: mutt may take a mark away in between."""
    while chosen:
        try:
            session.command(f"UID STORE {joined(chosen)} +FLAGS.SILENT (\\Deleted)")
            session.command(expunge)
        except Refused as e:
            refusals[re.sub(r"[\d,:]+", "n", str(e))] += 1
        present = session.learn()
        chosen = [uid for uid in chosen if uid in present]


def listen(session):
    session.open("INBOX")
    session.idle(random.random() * 2)
    present = len(session.command("UID SEARCH ALL")[0].split()) - 2
    if present != session.searched:
        fail(f"{session.searched} messages told, {present} found")


replica, replica_at = {}, None


def replicate(session):
    """Resynchronizes by QRESYNC, and compares with all there is in the same session."""
    global replica_at
    session.command("ENABLE QRESYNC")
    answers = session.open("INBOX", f" (QRESYNC ({validity['INBOX']} {replica_at}))" if replica_at else "")
    highest = int(re.search(rb"\[HIGHESTMODSEQ (\d+)\]", b"\n".join(answers))[1])
    if replica_at:
        take_in(answers)
    else:
        replica.update({uid: flags for uid, (flags, _, _) in fetched(session.command("UID FETCH 1:* (FLAGS)")).items()})
    replica_at = highest
    session.news.clear()
    whole = {uid: flags for uid, (flags, _, _) in fetched(session.command("UID FETCH 1:* (FLAGS)")).items()}
    # News told behind the data belong to a later picture.
    late = {uid for line in session.news if line.startswith(b"* VANISHED") for uid in uids(line.split()[-1])}
    if {u: f for u, f in replica.items() if u not in late} != {u: f for u, f in whole.items() if u in replica and u not in late}:
        told = {uid for uid in set(replica) | set(whole) if replica.get(uid) != whole.get(uid)}
        if not told <= {uid for uid, n in collections.Counter(u for l in session.news for u in fetched([l])).items() if n > 1} | late | {u for u in whole if u >= session.following}:
            fail(f"replica differs in {sorted(told)[:5]}: {[(replica.get(u), whole.get(u)) for u in sorted(told)[:5]]}")
    session.command("CLOSE" if random.random() < 0.3 else "UNSELECT")


def take_in(answers):
    for answer in answers:
        if answer.startswith(b"* VANISHED"):
            for uid in uids(answer.split()[-1]):
                replica.pop(uid, None)
    replica.update({uid: flags for uid, (flags, _, _) in fetched(answers).items()})


def picture(name):
    """What the server says of a mailbox: serial -> flags."""
    session = Session()
    session.open(name)
    session.command("CHECK")
    session.learn(every=True)
    said = collections.defaultdict(list)
    for uid, (flags, _, _) in fetched(session.command("UID FETCH 1:* (FLAGS)")).items():
        said[known[name][uid]].append(flags)
    total = session.count
    session.close()
    return said, total


def stored(path):
    """What a file says: serial -> flags."""
    letters = {"A": "\\Answered", "F": "\\Flagged", "T": "\\Draft", "D": "\\Deleted"}
    said, total = collections.defaultdict(list), 0
    for message in mailbox.mbox(path, create=False) if os.path.exists(path) else []:
        total += 1
        flags = {letters[letter] for letter in message.get("X-Status", "") if letter in letters}
        flags |= {"\\Seen"} if "R" in message.get("Status", "") else set()
        flags |= set(message.get("X-Keywords", "").split())
        said[int(message["X-Serial"]) if message["X-Serial"] else None].append(frozenset(flags))
    return said, total


def main():
    start = time.time()
    session = Session()
    for name in FOLDERS:
        try:
            session.command(f"CREATE {name}")
        except Refused:
            pass  # of an earlier storm
    # What an earlier storm left would be counted.
    for name in ["INBOX"] + FOLDERS:
        session.open(name)
        left = session.command('UID SEARCH HEADER X-Serial ""')[0].split()[2:]
        if left:
            session.command(f"UID STORE {b','.join(left).decode()} +FLAGS.SILENT (\\Deleted)")
        session.command("EXPUNGE")
    session.close()
    agents.run(*map(again, [flag, move, copy, remove, listen, replicate]))
    seen = collections.Counter(removed)
    for name in ["INBOX"] + FOLDERS:
        path = spool if name == "INBOX" else os.path.join(folders, name)
        said, total = picture(name)
        written, lines = stored(path)
        if total != lines:
            fail(f"{name}: {total} messages by IMAP, {lines} in the file")
        for serial in sorted(set(said) | set(written), key=str):
            if sorted(map(sorted, said[serial])) != sorted(map(sorted, written[serial])):
                fail(f"{name}, {serial}: {said[serial]} by IMAP, {written[serial]} in the file")
        with open(path, "rb") as f:
            octets = f.read()
        if octets.count(0):
            fail(f"NULs in {path}")
        seen.update(serials_of(octets))
        for serial, flags in wanted.items():
            for has in said.get(serial, []):
                if has - {"\\Seen", "\\Flagged"} != flags:
                    fail(f"{serial} has {set(has)}, was given {set(flags)}")
    lost = [s for s in range(1, count + 1) if not seen[s]]
    twice = [s for s in range(1, count + 1) if seen[s] > 1]
    print(f"{count} delivered in {time.time() - start:.0f} s; {dict(did)}; {agents.rewrites} rewrites by mutt; {sum(removed.values())} removed; "
          f"refusals {dict(refusals)}; lost {lost[:10]}, twice {twice[:10]}, {len(agents.failures)} failures {agents.failures[:6]}")
    sys.exit(1 if lost or twice or agents.failures else 0)


main()
