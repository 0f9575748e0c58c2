"""What the storms share: real delivery agents (procmail, maildrop) that fill a spool, and mutt that rewrites it."""
import fcntl, os, pty, re, select, signal, subprocess, tempfile, threading, time


def serials_of(octets):
    return [int(s) for s in re.findall(rb"(?m)^X-Serial: (\d+)\r?$", octets)]


class Agents:
    """Delivers the messages 1 to count into a spool, so many at a time, while mutt flags the first and writes the file back."""

    def __init__(self, spool, user, count, at_once=6):
        self.spool, self.user, self.count, self.at_once = spool, user, count, at_once
        self.work = tempfile.mkdtemp()
        home = os.path.join(self.work, "home")
        os.makedirs(home + "/Mail")
        with open(home + "/pm", "w") as f:
            f.write(f"DEFAULT={spool}\nLOCKSLEEP=1\nLOCKTIMEOUT=120\nUMASK=077\nSHELL=/bin/sh\nLOGFILE={self.work}/pm.log\n")
        with open(home + "/md", "w") as f:
            f.write(f'DEFAULT="{spool}"\nto "{spool}"\n')
        os.chmod(home + "/md", 0o600)
        self.home = home
        self.environment = dict(os.environ, HOME=home, TERM="xterm")
        self.failures, self.rewrites, self.running = [], 0, True
        open(spool, "a").close()
        os.chmod(spool, 0o600)

    def message(self, serial):
        return (f"From: storm@storm.example\nTo: {self.user}@storm.example\nSubject: storm {serial}\nX-Serial: {serial}\n"
                f"Message-ID: <{serial}@storm.example>\n\nbody of {serial}\nFrom here on\n" + ("x" * 60 + "\n") * (serial % 40)).encode()

    def deliver(self, serials):
        for serial in serials:
            self.deliver_one(serial, self.message(serial))

    def deliver_one(self, serial, octets):
        command = ["procmail", "-f", "storm@storm.example", "-m", self.home + "/pm"] if serial % 2 else ["maildrop", self.home + "/md"]
        for _ in range(5):
            if subprocess.run(command, input=octets, env=self.environment, capture_output=True).returncode == 0:
                return
            time.sleep(1)
        self.failures.append(f"{command[0]} gave up on {serial}")

    def edit(self):
        while self.running:
            self.rewrites += self.edit_once()
            time.sleep(0.5)

    def edit_once(self):
        """mutt flags the first message, marks the last as read or new, and writes the file back; whether it did."""
        command = ["mutt", "-n", "-F", "/dev/null", "-e", "set mbox_type=mbox move=no quit=yes delete=no wait_key=no sort=mailbox-order resolve=no mark_old=no timeout=1",
                   "-e", "push <first-entry><flag-message><last-entry><toggle-new><sync-mailbox><quit>", "-f", self.spool]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe(command[0], command, self.environment)
        fcntl.fcntl(terminal, fcntl.F_SETFL, os.O_NONBLOCK)
        end, status = time.time() + 20, None
        while time.time() < end and status is None:
            select.select([terminal], [], [], 0.2)
            try:
                os.read(terminal, 65536)
            except OSError:
                pass
            done, code = os.waitpid(pid, os.WNOHANG)
            status = code if done else None
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(terminal)
        return status == 0

    def run(self, *beside):
        """Delivers everything while mutt and the given functions run beside; they have to end once running is false."""
        helpers = [threading.Thread(target=each) for each in (self.edit, *beside)]
        agents = [threading.Thread(target=self.deliver, args=(range(first, self.count + 1, self.at_once),))
                  for first in range(1, self.at_once + 1)]
        for thread in helpers + agents:
            thread.start()
        for thread in agents:
            thread.join()
        self.running = False
        for thread in helpers:
            thread.join()
