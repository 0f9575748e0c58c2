#!/usr/bin/env python3
"""Real clients through `popinjay preauth`: preauth.py POPINJAY [FOLDER]

Starts a server for the account that runs this, with control.preauth set, and has mutt (tunnel), mbsync
(Tunnel), alpine and mailutil (their rsh, as they reached imapd) open that account's INBOX without a password. What is
not installed is left out. Says how long a client waits for the greeting. Run by root, it also has another account serve
itself without a server (--alone).
"""
import glob
import grp
import os
import pwd
import re
import shutil
import statistics
import subprocess
import sys
import time

from stage import MESSAGES, PATIENCE, Stage

stage = Stage(*sys.argv[1:3])
work, user, check, write, fill, screen, subjects, spool = (
    stage.work, stage.user, stage.check, stage.write, stage.fill, stage.screen, stage.subjects, stage.spool)
tunnel = "%s preauth --socket %s/preauth" % (stage.popinjay, work)
# Somebody who is not root, for what will not be used by root.
OTHER = pwd.getpwnam("games")
theirs = stage.path("theirs")
if os.getuid() == 0:
    os.chmod(work, 0o755)
    os.makedirs(theirs, exist_ok=True)
    os.chown(theirs, OTHER.pw_uid, OTHER.pw_gid)
    with open(stage.path("users"), "a") as users:
        users.write("%s:{PLAIN}no one knows:%d:%d::%s\n" % (OTHER.pw_name, OTHER.pw_uid, OTHER.pw_gid, theirs))
fill()
with stage.serve("control: { preauth: preauth }\n", lambda: os.path.exists(stage.path("preauth"))):
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
                   "last-version-used=9.99\ninitial-keystroke-list=i\npersonal-name=x\n" % (user, wrapper))
        shown = screen(["alpine", "-p", rc, "-P", os.path.join(work, "none")],
                       [("(?i)opened with|Folder .INBOX.|INBOX. DONE", "D"), ("(?i)marked.*delet|will be deleted|deleted", "X"),
                        ("(?i)expunged", "Q"), ("(?i)really quit", "y")])
        check("alpine, ssh-command: left", subjects(spool) if "assword" not in shown else "asked for a password", MESSAGES - 1)

    if shutil.which("mailutil") and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0:
        # c-client reads its way to a server from /etc, which is another one here, and does so alone for who is not root
        # and has opened a local mailbox before: mailutil comes this way when it copies to the server.
        os.makedirs(stage.path("etc"), exist_ok=True)
        write("c-client.cf", "I accept the risk\nset ssh-path %s\nset ssh-command %%s %%s -l %%s exec /etc/r%%sd\nset ssh-timeout 30\n" % write(
            "ssh", "#!/bin/sh\nexec %s\n" % tunnel, 0o755), 0o644)
        as_other = ["unshare", "-m", "sh", "-c",
                    "cd %s && mount -t tmpfs tmpfs etc && mkdir etc/upper etc/work && "
                    "mount -t overlay -o lowerdir=/etc,upperdir=$PWD/etc/upper,workdir=$PWD/etc/work etc /etc && "
                    'cp c-client.cf /etc && exec setpriv --reuid %d --regid %d --clear-groups env HOME=%s "$@"'
                    % (work, OTHER.pw_uid, OTHER.pw_gid, theirs), "sh"]
        fill()
        shutil.move(spool, os.path.join(theirs, "local"))
        os.chown(os.path.join(theirs, "local"), OTHER.pw_uid, OTHER.pw_gid)
        theirs_there = stage.path("spool", OTHER.pw_name)
        open(theirs_there, "w").close()
        os.chown(theirs_there, OTHER.pw_uid, OTHER.pw_gid)
        shown = screen(["mailutil", "append", "local", "{localhost/imap/user=%s}INBOX" % OTHER.pw_name], [], as_other)
        check("mailutil, ssh-command: appended", subjects(theirs_there) or shown[-300:], MESSAGES)

if os.getuid() == 0:
    # A spool folder as Debian has it, in which its users can make no dotlock.
    drops = stage.path("drops")
    os.makedirs(drops, exist_ok=True)
    os.chown(drops, 0, grp.getgrnam("mail").gr_gid)
    os.chmod(drops, 0o2775)
    drop = os.path.join(drops, OTHER.pw_name)
    for mode, dotlock, left in (0o660, "try", MESSAGES - 1), (0o600, "try", MESSAGES - 1), (0o660, "require", MESSAGES):
        fill()
        shutil.copy(spool, drop)
        os.chown(drop, OTHER.pw_uid, grp.getgrnam("mail").gr_gid)
        os.chmod(drop, mode)
        alone = write("alone.yaml", 'version: 1\nmail: { spool: "%s/{user}", folders: "%s/mail", state: %s/state }\nmbox: { dotlock: %s }\n'
                      % (drops, theirs, theirs, dotlock), 0o644)
        client = subprocess.Popen(["setpriv", "--reuid", str(OTHER.pw_uid), "--regid", str(OTHER.pw_gid), "--clear-groups",
                                   stage.popinjay, "preauth", "--alone", "-c", alone],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        said, warned = client.communicate("a SELECT INBOX\r\nb STORE 1 +FLAGS (\\Deleted)\r\nc EXPUNGE\r\nd LOGOUT\r\n", PATIENCE)
        name = "--alone, mode %o, dotlock: %s" % (mode, dotlock)
        check(name, (client.returncode, said[:9], subjects(drop)), (0, "* PREAUTH", left))
        check(name + ": warned", "mbox.dotlock: try" in warned, dotlock == "require")
check("the socket is gone", os.path.exists(stage.path("preauth")), False)
sys.exit(1 if stage.failures else 0)
