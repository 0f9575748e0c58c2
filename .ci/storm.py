#!/usr/bin/env python3
"""storm.py SPOOL HOST PORT USER PASSWORD [N]

Real delivery agents (procmail and maildrop) deliver N messages (200) into SPOOL, six at a time, while POP3
sessions fetch and delete what they see and mutt rewrites the file. Afterwards every serial number has to be
there exactly once: in the spool, or with the POP3 client that fetched and deleted it.
"""
import collections, fcntl, os, poplib, pty, re, select, signal, subprocess, sys, tempfile, threading, time

spool, host, port, user, password = sys.argv[1:6]
count = int(sys.argv[6]) if len(sys.argv) > 6 else 200
work = tempfile.mkdtemp()
home = os.path.join(work, "home")
os.makedirs(home + "/Mail")
with open(home + "/pm", "w") as f:
    f.write(f"DEFAULT={spool}\nLOCKSLEEP=1\nLOCKTIMEOUT=120\nUMASK=077\nSHELL=/bin/sh\nLOGFILE={work}/pm.log\n")
with open(home + "/md", "w") as f:
    f.write(f'DEFAULT="{spool}"\nto "{spool}"\n')
os.chmod(home + "/md", 0o600)
environment = dict(os.environ, HOME=home, TERM="xterm")
fetched, failures, rewrites, sessions = collections.Counter(), [], 0, 0
running = True


def message(serial):
    return (f"From: storm@storm.example\nTo: {user}@storm.example\nSubject: storm {serial}\nX-Serial: {serial}\n"
            f"Message-ID: <{serial}@storm.example>\n\nbody of {serial}\nFrom here on\n" + ("x" * 60 + "\n") * (serial % 40)).encode()


def deliver(serials):
    for serial in serials:
        command = ["procmail", "-f", "storm@storm.example", "-m", home + "/pm"] if serial % 2 else ["maildrop", home + "/md"]
        for _ in range(5):
            if subprocess.run(command, input=message(serial), env=environment, capture_output=True).returncode == 0:
                break
            time.sleep(1)
        else:
            failures.append(f"{command[0]} gave up on {serial}")


def serials_of(octets):
    return [int(s) for s in re.findall(rb"(?m)^X-Serial: (\d+)\r?$", octets)]


def poll():
    global sessions
    while running:
        try:
            box = poplib.POP3(host, int(port), timeout=90)
            box.user(user)
            box.pass_(password)
            mine = []
            for number in range(1, min(box.stat()[0], 40) + 1):
                mine += serials_of(b"\r\n".join(box.retr(number)[1]))
                box.dele(number)
            box.quit()
            fetched.update(mine)
            sessions += 1
        except poplib.error_proto as e:
            # Locked, or not all removed: what was not removed will be seen again.
            if b"removed" in (e.args[0] if isinstance(e.args[0], bytes) else str(e).encode()):
                failures.append(str(e))
        except OSError as e:
            failures.append(f"a session stalled: {e}")
        time.sleep(0.3)


def edit():
    """mutt flags the first message and writes the file back."""
    global rewrites
    while running:
        command = ["mutt", "-n", "-F", "/dev/null", "-e", "set mbox_type=mbox move=no quit=yes delete=no wait_key=no sort=mailbox-order resolve=no mark_old=no timeout=1",
                   "-e", "push <first-entry><flag-message><last-entry><toggle-new><sync-mailbox><quit>", "-f", spool]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe(command[0], command, environment)
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
        elif status == 0:
            rewrites += 1
        os.close(terminal)
        time.sleep(0.5)


open(spool, "a").close()
os.chmod(spool, 0o600)
start = time.time()
helpers = [threading.Thread(target=poll), threading.Thread(target=edit)]
agents = [threading.Thread(target=deliver, args=(range(first, count + 1, 6),)) for first in range(1, 7)]
for thread in helpers + agents:
    thread.start()
for thread in agents:
    thread.join()
running = False
for thread in helpers:
    thread.join()
with open(spool, "rb") as f:
    left = f.read()
seen = fetched + collections.Counter(serials_of(left))
lost = [s for s in range(1, count + 1) if not seen[s]]
twice = [s for s in range(1, count + 1) if seen[s] > 1]
print(f"{count} delivered in {time.time() - start:.0f} s; {sum(fetched.values())} fetched and deleted in {sessions} sessions, "
      f"{len(serials_of(left))} left in the spool; {rewrites} rewrites by mutt; lost {lost[:10]}, twice {twice[:10]}, NULs {left.count(0)}, failures {failures[:3]}")
sys.exit(1 if lost or twice or failures or left.count(0) else 0)
