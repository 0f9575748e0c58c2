# A delivery agent: for each message on its input, takes the dotlock as liblockfile does and a
# classic fcntl lock as procmail does, appends, syncs, gives both back and says "ok".
#
# usage: agent.py SPOOL; on the input for each message a line with its length, then its octets.
import fcntl
import os
import random
import socket
import sys
import time

spool = sys.argv[1]
dotlock = spool + ".lock"


def take_dotlock():
    mine = "%s/.lk%d%s%x" % (os.path.dirname(spool), os.getpid(), socket.gethostname()[:64], random.getrandbits(64))
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(descriptor, b"%d\n" % os.getpid())
    os.close(descriptor)
    try:
        while True:
            try:
                os.link(mine, dotlock)
                return
            except FileExistsError:
                time.sleep(random.uniform(0.002, 0.02))
    finally:
        os.unlink(mine)


def deliver(message):
    take_dotlock()
    try:
        descriptor = os.open(spool, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX)
            while message:
                message = message[os.write(descriptor, message):]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    finally:
        os.unlink(dotlock)


while True:
    length = sys.stdin.buffer.readline()
    if not length:
        break
    deliver(sys.stdin.buffer.read(int(length)))
    print("ok", flush=True)
