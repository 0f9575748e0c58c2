#!/usr/bin/env python3
"""Plays inetd for a server of POP3: inetd.py wait|nowait COMMAND...

wait: starts COMMAND with the listening socket as standard input, output and error when somebody comes,
and listens again when it has ended. nowait: with the socket of who came. Either is done twice.
"""
import select
import socket
import subprocess
import sys
import time

PATIENCE = 90
mode, command = sys.argv[1], sys.argv[2:]


def greeted(client):
    client.settimeout(PATIENCE)
    lines = client.makefile("rb")
    greeting = lines.readline()
    if not greeting.startswith(b"+OK"):
        sys.exit("greeted with %r" % greeting)
    return lines


def start(handed):
    return subprocess.Popen(command, stdin=handed, stdout=handed, stderr=handed)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)
for turn in range(2):
    client = socket.create_connection(listener.getsockname(), PATIENCE)
    begun = time.time()
    if mode == "wait":
        select.select([listener], [], [], PATIENCE)
        server = start(listener)
    else:
        accepted, _ = listener.accept()
        server = start(accepted)
        accepted.close()
    lines = greeted(client)
    if mode == "wait":
        with socket.create_connection(listener.getsockname(), PATIENCE) as second:
            greeted(second)
    client.sendall(b"QUIT\r\n")
    answer = lines.readline()
    if not answer.startswith(b"+OK") or lines.readline():
        sys.exit("answered %r" % answer)
    client.close()
    code = server.wait(PATIENCE)
    if code:
        sys.exit("ended with %d" % code)
    print("%s, turn %d: %.1f s from a client to the server's end" % (mode, turn + 1, time.time() - begun))
