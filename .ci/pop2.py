#!/usr/bin/env python3
"""Talks POP2 (RFC 937) as fetchmail did, whose packages have it no more, and POP3 on the same port.

pop2.py HOST PORT USER PASSWORD: reads every message by POP2 as often as NACK asks for it, holds each
against what POP3 says, and removes nothing.
"""
import poplib
import socket
import sys

host, port, user, password = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
PATIENCE = 60


class Pop2:
    def __init__(self):
        self.socket = socket.create_connection((host, port), PATIENCE)
        self.stream = self.socket.makefile("rwb")
        self.answer(b"+")

    def answer(self, mark):
        line = self.stream.readline()
        if not line.startswith(mark) or not line.endswith(b"\r\n"):
            sys.exit("expected %r, heard %r" % (mark, line))
        return line[1:].split()[0] if len(mark) and mark in b"#=" else line

    def ask(self, command, mark):
        self.stream.write(command.encode() + b"\r\n")
        self.stream.flush()
        return self.answer(mark)

    def text(self, octets):
        self.stream.write(b"RETR\r\n")
        self.stream.flush()
        return self.stream.read(octets)


def quoted(argument):
    return argument.replace("\\", "\\\\").replace(" ", "\\ ")


pop2 = Pop2()
count = int(pop2.ask("HELO %s %s" % (quoted(user), quoted(password)), b"#"))
texts = []
for number in range(1, count + 1):
    size = int(pop2.ask("READ %d" % number, b"="))
    first = pop2.text(size)
    again = int(pop2.ask("NACK", b"="))
    if again != size or pop2.text(again) != first:
        sys.exit("message %d is another one behind NACK" % number)
    pop2.ask("ACKS", b"=")
    texts.append(first)
if int(pop2.ask("READ %d" % (count + 1), b"=")) != 0:
    sys.exit("there is a message too many")
pop2.ask("QUIT", b"+")
if pop2.stream.read() != b"":
    sys.exit("POP2 goes on behind QUIT")

pop3 = poplib.POP3(host, port, PATIENCE)
pop3.user(user)
pop3.pass_(password)
if pop3.stat() != (count, sum(map(len, texts))):
    sys.exit("POP3 counts %r" % (pop3.stat(),))
for number, text in enumerate(texts, 1):
    if b"\r\n".join(pop3.retr(number)[1]) + b"\r\n" != text:
        sys.exit("message %d is another one in POP3" % number)
pop3.quit()
print("%d messages, %d octets, the same in POP2 and POP3" % (count, sum(map(len, texts))))
