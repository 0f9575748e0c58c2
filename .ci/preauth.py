#!/usr/bin/env python3
"""Real clients through `popinjay preauth`: preauth.py POPINJAY [FOLDER]

Starts a server for the account that runs this, with control.preauth set, and has mutt (tunnel), mbsync
(Tunnel) and alpine (its rsh, as it reached imapd) open that account's INBOX without a password. What is
not installed is left out. Says how long a client waits for the greeting.
"""
import glob
import os
import pty
import pwd
import re
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PATIENCE = 120
MESSAGES = 5

popinjay = os.path.abspath(sys.argv[1])
work = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else tempfile.mkdtemp()
os.makedirs(work, exist_ok=True)
me = pwd.getpwuid(os.getuid()).pw_name
spool = os.path.join(work, "spool", me)
failures = []


def check(what, found, wanted):
    good = found == wanted
    print("%-6s %s: %s" % ("OK" if good else "FAIL", what, found if good else "%s, not %s" % (found, wanted)), flush=True)
    if not good:
        failures.append(what)


def write(name, text, mode=0o600):
    path = os.path.join(work, name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def fill():
    with open(spool, "w") as file:
        for n in range(1, MESSAGES + 1):
            file.write("From a@example.org Sun Jan  1 00:00:00 2023\nFrom: a@example.org\nTo: b@example.org\n"
                       "Date: Sun, 1 Jan 2023 00:00:00 +0000\nSubject: seed %d\nMessage-ID: <seed-%d@example.org>\n\nbody %d\n\n" % (n, n, n))


def screen(command, steps):
    """Plays a person at a terminal: waits for each text, types what belongs to it."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm", LINES="30", COLUMNS="100", HOME=work)
        os.execvp(command[0], command)
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


def subjects(*paths):
    return len(set(re.findall(r"Subject: (seed \d+)", "".join(open(p, errors="replace").read() for p in paths))))


settings = write("popinjay.yaml", """\
version: 1
listeners: [{ protocol: imap, bind: "127.0.0.1:0" }]
users: [{ file: users }]
mail: { spool: "spool/{user}", folders: "folders/{user}", state: state, identity: process, asRoot: true }
metrics: { bind: null }
control: { preauth: preauth }
""")
write("users", "%s:{PLAIN}no one knows\n" % me)
os.makedirs(os.path.join(work, "spool"), exist_ok=True)
tunnel = "%s preauth --socket %s/preauth" % (popinjay, work)
fill()
with open(os.path.join(work, "server.log"), "w") as log:
    server = subprocess.Popen([popinjay, "serve", "-c", settings], stderr=log, stdout=log)
try:
    end = time.time() + PATIENCE
    while not os.path.exists(os.path.join(work, "preauth")):
        if server.poll() is not None or time.time() > end:
            sys.exit("the server did not start:\n" + open(os.path.join(work, "server.log")).read())
        time.sleep(0.2)

    waits = []
    for _ in range(5):
        begun = time.time()
        client = subprocess.Popen(tunnel.split(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        greeting = client.stdout.readline()
        waits.append(time.time() - begun)
        client.stdin.write(b"a LOGOUT\r\n")
        client.stdin.flush()
        rest = client.stdout.read()
        client.stdin.close()
        check("greeting", (greeting[:9], rest[:5], client.wait(PATIENCE)), (b"* PREAUTH", b"* BYE", 0))
    print("       greeted after %d ms (median of %d)" % (1000 * statistics.median(waits), len(waits)), flush=True)

    if shutil.which("mutt"):
        fill()
        rc = write("muttrc", 'set tunnel="%s" folder="%s" mbox_type=mbox quit=yes delete=yes move=no confirmappend=no\n'
                   'set confirmcreate=no wait_key=no header_cache="" record="" mark_old=no imap_check_subscribed=no\n' % (tunnel, work))
        shown = screen(["mutt", "-n", "-F", rc, "-f", "imap://localhost/INBOX", "-e",
                        'push "<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>%s/mutt<enter>'
                        '<first-entry><delete-message><sync-mailbox><quit>"' % work], [])
        copy = os.path.join(work, "mutt")
        check("mutt, tunnel: copied", subjects(copy) if os.path.exists(copy) else shown[-300:], MESSAGES)
        check("mutt, tunnel: left", subjects(spool), MESSAGES - 1)

    if shutil.which("mbsync"):
        fill()
        os.makedirs(os.path.join(work, "maildir", "INBOX"), exist_ok=True)
        for part in "cur", "new", "tmp":
            os.makedirs(os.path.join(work, "maildir", "INBOX", part), exist_ok=True)
        old = "1.4.2" > re.search(r"[\d.]+", subprocess.run(["mbsync", "--version"], capture_output=True, text=True).stdout).group()
        far, near = ("Master", "Slave") if old else ("Far", "Near")
        rc = write("mbsyncrc", 'IMAPAccount a\nTunnel "%s"\n\nIMAPStore r\nAccount a\n\nMaildirStore l\nPath %s/maildir/\nInbox %s/maildir/INBOX\n\n'
                   'Channel c\n%s :r:\n%s :l:\nPatterns INBOX\nCreate Both\nExpunge Both\nSyncState *\n' % (tunnel, work, work, far, near))
        for turn in 1, 2:
            done = subprocess.run(["mbsync", "-c", rc, "-a"], capture_output=True, text=True, timeout=PATIENCE)
            found = glob.glob(os.path.join(work, "maildir", "INBOX", "*", "*"))
            check("mbsync, Tunnel, turn %d" % turn, (done.returncode, subjects(*found)) if not done.stderr else done.stderr, (0, MESSAGES))

    if shutil.which("alpine"):
        fill()
        # c-client calls it as it would ssh, and hands it host and user, which stand for nothing here.
        wrapper = write("ssh", "#!/bin/sh\nexec %s\n" % tunnel, 0o755)
        rc = write("pinerc", "inbox-path={localhost/imap/user=%s}INBOX\nssh-path=%s\nssh-command=%%s %%s -l %%s exec /etc/r%%sd\n"
                   "rsh-open-timeout=30\nssh-open-timeout=30\n"
                   "feature-list=quit-without-confirm,expunge-without-confirm,no-expose-hidden-config\n"
                   "last-version-used=9.99\ninitial-keystroke-list=i\npersonal-name=x\n" % (me, wrapper))
        shown = screen(["alpine", "-p", rc, "-P", os.path.join(work, "none")],
                       [("(?i)opened with|Folder .INBOX.", "D"), ("(?i)marked.*delet|will be deleted|deleted", "X"),
                        ("(?i)expunged", "Q"), ("(?i)really quit", "y")])
        check("alpine, ssh-command: left", subjects(spool) if "assword" not in shown else "asked for a password", MESSAGES - 1)
finally:
    server.send_signal(signal.SIGTERM)
    check("the server's end", server.wait(PATIENCE), 0)
    check("the socket is gone", os.path.exists(os.path.join(work, "preauth")), False)
sys.exit(1 if failures else 0)
