"""A small IMAP client for the storms. It keeps the count of messages by what it is told, and stops at what no server may say."""
import re, socket, time


class Refused(Exception):
    """A command was answered with NO or BAD."""


class Imap:
    def __init__(self, host, port, user, password):
        self.socket = socket.create_connection((host, int(port)), timeout=120)
        self.read = b""
        self.tag, self.count, self.searched, self.news = 0, 0, 0, None
        self.line()
        self.command(f"LOGIN {user} {password}")

    def line(self):
        """One response with its literals in it, line end gone."""
        whole = b""
        while True:
            while b"\r\n" not in self.read:
                self.receive()
            part, _, self.read = self.read.partition(b"\r\n")
            whole += part
            literal = re.search(rb"\{(\d+)\}$", part)
            if not literal:
                self.heed(whole)
                return whole
            length = int(literal[1])
            while len(self.read) < length:
                self.receive()
            whole, self.read = whole + b"\r\n" + self.read[:length], self.read[length:]

    def receive(self):
        octets = self.socket.recv(65536)
        if not octets:
            raise OSError("closed by the server")
        self.read += octets

    def heed(self, line):
        told = re.match(rb"\* (\d+) (EXISTS|EXPUNGE)", line)
        if told and told[2] == b"EXISTS":
            if self.news is not None and int(told[1]) < self.count:
                raise AssertionError(f"EXISTS sank from {self.count} to {int(told[1])}")
            self.count = int(told[1])
        elif told:
            if not 1 <= int(told[1]) <= self.count:
                raise AssertionError(f"EXPUNGE {int(told[1])} of {self.count}")
            self.count -= 1
        elif line.startswith(b"* VANISHED ") and b"(EARLIER)" not in line:
            self.count -= len(list(uids(line.split()[-1])))
        elif line.startswith(b"* SEARCH"):
            self.searched = self.count  # what is told behind it belongs to a later picture
        if self.news is not None:
            self.news.append(line)

    def command(self, text):
        """The untagged answers; the tagged one is last."""
        self.tag += 1
        tag = b"t%d " % self.tag
        self.socket.sendall(tag + text.encode() + b"\r\n")
        answers = []
        while True:
            answers.append(self.line())
            if answers[-1].startswith(tag):
                if not answers[-1].startswith(tag + b"OK"):
                    raise Refused(f"{text[:60]}: {answers[-1].decode(errors='replace')}")
                return answers

    def select(self, mailbox, parameters=""):
        """UIDVALIDITY, UIDNEXT, and all that was answered."""
        self.news = None
        answers = self.command(f"SELECT {mailbox}{parameters}")
        self.news = []
        whole = b"\n".join(answers)
        return int(re.search(rb"\[UIDVALIDITY (\d+)\]", whole)[1]), int(re.search(rb"\[UIDNEXT (\d+)\]", whole)[1]), answers

    def idle(self, seconds):
        """Listens for so long."""
        self.tag += 1
        self.socket.sendall(b"t%d IDLE\r\n" % self.tag)
        self.line()
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                self.socket.settimeout(left)
                self.line()
        except TimeoutError:
            pass
        finally:
            self.socket.settimeout(120)
        self.socket.sendall(b"DONE\r\n")
        while not self.line().startswith(b"t%d OK" % self.tag):
            pass

    def close(self):
        try:
            self.command("LOGOUT")
        finally:
            self.socket.close()


def fetched(answers):
    """What FETCH answers say: UID -> (set of flags, MODSEQ or None, serial or None)."""
    messages = {}
    for answer in answers:
        uid = re.match(rb"\* \d+ FETCH .*?\bUID (\d+)", answer, re.S)
        flags = re.search(rb"\bFLAGS \(([^)]*)\)", answer)
        if not uid or not flags:
            continue
        modseq = re.search(rb"\bMODSEQ \((\d+)\)", answer)
        serial = re.search(rb"X-Serial: (\d+)", answer)
        # What is told of a message again, behind the answer, lacks what was asked for.
        before = messages.get(int(uid[1]), (None, None, None))
        messages[int(uid[1])] = (frozenset(flags[1].decode().split()) - {"\\Recent"},
                                 int(modseq[1]) if modseq else before[1], int(serial[1]) if serial else before[2])
    return messages


def uids(text):
    """The numbers a set names."""
    for part in text.decode().split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)
