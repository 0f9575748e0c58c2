"""Another program that locks a spool. One command a line on stdin, one answer a line on stdout."""
import fcntl
import os
import sys
import time

path = sys.argv[1]
spool = os.open(path, os.O_RDWR)


def try_dotlock():
    temp = "%s/.foreign.%d" % (os.path.dirname(path), os.getpid())
    descriptor = os.open(temp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444)
    os.write(descriptor, b"%d\n" % os.getpid())
    os.close(descriptor)
    try:
        os.link(temp, path + ".lock")
        return True
    except FileExistsError:
        return False
    finally:
        os.unlink(temp)


def dotlock():
    while not try_dotlock():
        time.sleep(0.001)


def undotlock():
    os.unlink(path + ".lock")


def attempt(lock, kind):
    try:
        lock(spool, kind | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


def take_fcntl():
    fcntl.lockf(spool, fcntl.LOCK_EX)


def give_fcntl():
    fcntl.lockf(spool, fcntl.LOCK_UN)


def append(line):
    """Not atomic on purpose: without a lock lines overwrite each other."""
    size = os.fstat(spool).st_size
    time.sleep(0.0005)
    os.pwrite(spool, line, size)


ORDERS = {
    "dotlock-fcntl": (dotlock, take_fcntl, give_fcntl, undotlock),
    "fcntl-dotlock": (take_fcntl, dotlock, undotlock, give_fcntl),
}

for command in sys.stdin:
    word, _, rest = command.strip().partition(" ")
    answer = "done"
    if word == "try-dotlock":
        answer = str(try_dotlock())
    elif word == "undotlock":
        undotlock()
    elif word == "try-fcntl":
        answer = str(attempt(fcntl.lockf, fcntl.LOCK_EX))
    elif word == "try-fcntl-shared":
        answer = str(attempt(fcntl.lockf, fcntl.LOCK_SH))
    elif word == "unfcntl":
        give_fcntl()
    elif word == "try-flock":
        answer = str(attempt(fcntl.flock, fcntl.LOCK_EX))
    elif word == "unflock":
        fcntl.flock(spool, fcntl.LOCK_UN)
    elif word == "append":
        order, count = rest.split()
        first, second, third, fourth = ORDERS[order]
        for i in range(int(count)):
            first()
            second()
            append(b"foreign %d\n" % i)
            third()
            fourth()
            time.sleep(0.003)
    print(answer, flush=True)
