"""What checks of mail programs have in common: a folder, a server over one spool in it, and a person at a terminal."""
import contextlib
import os
import pty
import pwd
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 120
MESSAGES = 5
PASSWORD = "kettle"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Stage:
    """A folder with the spool of the account that runs this."""

    def __init__(self, popinjay, work=None):
        self.popinjay = os.path.abspath(popinjay)
        self.work = os.path.abspath(work or tempfile.mkdtemp())
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.failures = []
        os.makedirs(self.path("spool"), exist_ok=True)
        self.spool = self.path("spool", self.user)
        self.write("users", "%s:{PLAIN}%s\n" % (self.user, PASSWORD))

    def path(self, *names):
        return os.path.join(self.work, *names)

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def fill(self):
        """Puts other messages into the spool, behind everybody's back."""
        with open(self.spool, "w") as file:
            for n in range(1, MESSAGES + 1):
                file.write("From a@example.org Sun Jan  1 00:00:00 2023\nFrom: a@example.org\nTo: b@example.org\n"
                           "Date: Sun, 1 Jan 2023 00:00:00 +0000\nSubject: seed %d\nMessage-ID: <seed-%d@example.org>\n\nbody %d\n\n" % (n, n, n))

    def subjects(self, *paths):
        """How many of the messages are in some files."""
        return len(set(re.findall(r"Subject: (seed \d+)", "".join(open(p, errors="replace").read() for p in paths if os.path.exists(p)))))

    def check(self, what, found, wanted):
        good = found == wanted
        print("%-6s %s: %s" % ("OK" if good else "FAIL", what, found if good else "%s, not %s" % (found, wanted)), flush=True)
        if not good:
            self.failures.append(what)

    @contextlib.contextmanager
    def serve(self, settings, ready):
        """A server with these blocks of settings, up to its good end; ready says when it can be used."""
        file = self.write("popinjay.yaml", """\
version: 1
users: [{ file: users }]
mail: { spool: "spool/{user}", folders: "folders/{user}", state: state, identity: process, asRoot: true }
metrics: { bind: null }
""" + settings)
        with open(self.path("server.log"), "w") as log:
            server = subprocess.Popen([self.popinjay, "serve", "-c", file], stderr=log, stdout=log)
        try:
            end = time.time() + PATIENCE
            while not ready():
                if server.poll() is not None or time.time() > end:
                    sys.exit("the server did not start:\n" + open(self.path("server.log")).read())
                time.sleep(0.2)
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            self.check("the server's end", server.wait(PATIENCE), 0)

    def listening(self):
        """Whether the server has said that it listens."""
        return "popinjay: ready" in open(self.path("server.log")).read()

    def screen(self, command, steps, prefix=()):
        """Plays a person at a terminal: waits for each text, types what belongs to it. Returns all that was shown."""
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm", LINES="30", COLUMNS="100", HOME=self.work)
            os.execvp([*prefix, *command][0], [*prefix, *command])
        seen, shown, end = "", "", time.time() + PATIENCE
        steps = list(steps)
        while time.time() < end:
            ready, _, _ = select.select([terminal], [], [], 0.3)
            if ready:
                try:
                    octets = os.read(terminal, 65536)
                except OSError:
                    break
                if not octets:
                    break
                text = re.sub(r"\x1b[\[(][0-9;?]*[A-Za-z]?|[\x00-\x1f]", " ", octets.decode("utf-8", "replace"))
                seen += text
                shown += text
            elif steps and re.search(steps[0][0], seen):
                os.write(terminal, steps.pop(0)[1].encode())
                seen = ""
        else:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return shown
