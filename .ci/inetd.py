#!/usr/bin/env python3
"""Plays inetd with `wait` for a server: inetd.py COMMAND...

Listens, starts COMMAND with the listening socket as standard input, output and error when somebody
comes, and listens again when it has ended. Two clients come, the second after the first server ended.
"""
import select
import socket
import subprocess
import sys
import time

PATIENCE = 90

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)
for turn in range(2):
    client = socket.create_connection(listener.getsockname(), PATIENCE)
    client.settimeout(PATIENCE)
    begun = time.time()
    select.select([listener], [], [], PATIENCE)
    server = subprocess.Popen(sys.argv[1:], stdin=listener, stdout=listener, stderr=listener)
    lines = client.makefile("rb")
    greeting = lines.readline()
    if not greeting.startswith(b"+OK"):
        sys.exit("greeted with %r" % greeting)
    with socket.create_connection(listener.getsockname(), PATIENCE) as second:
        second.settimeout(PATIENCE)
        if not second.recv(100).startswith(b"+OK"):
            sys.exit("the second client was not greeted")
    client.sendall(b"QUIT\r\n")
    answer = lines.readline()
    if not answer.startswith(b"+OK") or lines.readline():
        sys.exit("answered %r" % answer)
    client.close()
    code = server.wait(PATIENCE)
    if code:
        sys.exit("ended with %d" % code)
    print("turn %d: %.1f s from a client to the server's end" % (turn + 1, time.time() - begun))
