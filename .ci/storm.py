#!/usr/bin/env python3
"""storm.py SPOOL HOST PORT USER PASSWORD [N]

Real delivery agents (procmail and maildrop) deliver N messages (200) into SPOOL, six at a time, while POP3
sessions fetch and delete what they see and mutt rewrites the file. Afterwards every serial number has to be
there exactly once: in the spool, or with the POP3 client that fetched and deleted it.
"""
import collections, poplib, sys, time
from agents import Agents, serials_of

spool, host, port, user, password = sys.argv[1:6]
count = int(sys.argv[6]) if len(sys.argv) > 6 else 200
agents = Agents(spool, user, count)
failures = agents.failures
fetched, sessions = collections.Counter(), 0


def poll():
    global sessions
    while agents.running:
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


start = time.time()
agents.run(poll)
with open(spool, "rb") as f:
    left = f.read()
seen = fetched + collections.Counter(serials_of(left))
lost = [s for s in range(1, count + 1) if not seen[s]]
twice = [s for s in range(1, count + 1) if seen[s] > 1]
print(f"{count} delivered in {time.time() - start:.0f} s; {sum(fetched.values())} fetched and deleted in {sessions} sessions, "
      f"{len(serials_of(left))} left in the spool; {agents.rewrites} rewrites by mutt; lost {lost[:10]}, twice {twice[:10]}, NULs {left.count(0)}, failures {failures[:3]}")
sys.exit(1 if lost or twice or failures or left.count(0) else 0)
