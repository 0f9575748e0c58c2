#!/usr/bin/env python3
"""alpine and mailutil, which are made of UW's c-client, by POP3 and IMAP: c_client.py POPINJAY [FOLDER]

alpine reads and deletes by POP3 and IMAP what is in the spool, mailutil counts, copies and prunes it; POP3 in our own
words and in those of UW's and Berkeley's servers. What is not installed is left out.
"""
import os
import re
import shutil
import sys

from stage import MESSAGES, PASSWORD, Stage, free_port

stage = Stage(*sys.argv[1:3])
PROFILES = ["popinjay", "uw", "qpopper"]
ports = {profile: free_port() for profile in PROFILES + ["imap"]}
settings = "listeners:\n" + "".join('  - { protocol: pop3, bind: "127.0.0.1:%d", responses: %s }\n' % (ports[profile], profile) for profile in PROFILES)
settings += '  - { protocol: imap, bind: "127.0.0.1:%d" }\n' % ports["imap"]


def mailutil(*words):
    return re.sub(" +", " ", stage.screen(["mailutil", *words], [("(?i)password: *$", PASSWORD + "\r")] * 2))


def alpine(name, mailbox):
    stage.fill()
    rc = stage.write("pinerc", "inbox-path=%s\nfeature-list=quit-without-confirm,expunge-without-confirm,no-expose-hidden-config\n"
                     "last-version-used=9.99\ninitial-keystroke-list=i\npersonal-name=x\n" % mailbox)
    shown = stage.screen(["alpine", "-p", rc, "-P", stage.path("none")],
                         [("(?i)enter password", PASSWORD + "\r"), ("(?i)next login", "n"), ("(?i)opened with|Folder .INBOX.|INBOX. DONE", "V"), (r"body \d", "D"),
                          ("(?i)marked.*delet|deleted", "<"), ("(?i)FOLDER: INBOX|MESSAGE INDEX", "X"), ("(?i)expunged", "Q"), ("(?i)really quit", "y")])
    stage.check("alpine, %s: read" % name, len(set(re.findall(r"body \d", shown))) > 0 or shown[-300:], True)
    stage.check("alpine, %s: left" % name, stage.subjects(stage.spool), MESSAGES - 1)


with stage.serve(settings, stage.listening):
    for name, port in ports.items():
        imap = name == "imap"
        mailbox = "{127.0.0.1:%d/%s/notls/user=%s}INBOX" % (port, "imap" if imap else "pop3", stage.user)
        name = name if imap else "POP3 as of " + name
        if shutil.which("alpine"):
            alpine(name, mailbox)
        if shutil.which("mailutil"):
            stage.fill()
            if os.path.exists(stage.path("copy")):
                os.remove(stage.path("copy"))
            shown = mailutil("check", mailbox)
            stage.check("mailutil, %s: check" % name, "%d total" % MESSAGES in shown or shown[-300:], True)
            # By POP3 c-client opens nothing for reading alone.
            shown = mailutil("copy", *([] if imap else ["-rw"]), mailbox, "#driver.unix" + stage.path("copy"))
            stage.check("mailutil, %s: copied" % name, stage.subjects(stage.path("copy")) or shown[-300:], MESSAGES)
            mailutil("prune", mailbox, 'SUBJECT "seed 3"')
            stage.check("mailutil, %s: left" % name, stage.subjects(stage.spool), MESSAGES - 1)
sys.exit(1 if stage.failures else 0)
