#!/usr/bin/env python3
"""Has a server look up its clients' names in a DNS that is played here: names.py POPINJAY

The server sees a resolv.conf of its own (a mount namespace), and clients from elsewhere (the PROXY
protocol). Ends with 77 where there may be no mount namespaces.
"""
import imaplib
import os
import poplib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 60
NAMES = {  # question: answer
    ("7.2.0.192.in-addr.arpa", 12): "tea.example.org",
    ("tea.example.org", 1): "192.0.2.7",
    ("8.2.0.192.in-addr.arpa", 12): "bank.example.org",
    ("bank.example.org", 1): "192.0.2.99",
}


def labels(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def answer_all(dns):
    while True:
        query, client = dns.recvfrom(4096)
        words, at = [], 12
        while query[at]:
            words.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack(">H", query[at + 1:at + 3])[0]
        found = NAMES.get((".".join(words), kind))
        answer = query[:2] + struct.pack(">HHHHH", 0x8180 if found else 0x8183, 1, 1 if found else 0, 0, 0) + query[12:at + 5]
        if found:
            data = socket.inet_aton(found) if kind == 1 else labels(found)
            answer += struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
        dns.sendto(answer, client)


def behind_proxy(kind, port, address):
    """A client of the standard library that first says where it is from."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection.sendall(b"PROXY TCP4 %s 127.0.0.1 1000 %d\r\n" % (address.encode(), port))

    class Client(kind):
        def _create_socket(self, *_):
            return connection

    return Client("127.0.0.1", port)


def pop3(port, address):
    client = behind_proxy(poplib.POP3, port, address)
    client.user("tea")
    client.pass_("kettle")
    client.quit()


def imap(port, address):
    client = behind_proxy(imaplib.IMAP4, port, address)
    client.login("tea", "kettle")
    client.logout()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode:
    sys.exit(77)
work = tempfile.mkdtemp()
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns.bind(("127.0.0.1", 0))
threading.Thread(target=answer_all, args=(dns,), daemon=True).start()
ports = free_port(), free_port()
files = {
    "resolv.conf": "nameserver 127.0.0.1.%d\n" % dns.getsockname()[1],
    "users": "tea:{PLAIN}kettle\n",
    "popinjay.yaml": """\
version: 1
listeners:
  - { protocol: pop3, bind: "127.0.0.1:%d", proxyProtocol: [127.0.0.0/8] }
  - { protocol: imap, bind: "127.0.0.1:%d", proxyProtocol: [127.0.0.0/8] }
users: [{ file: users }]
auth: { cleartext: always }
dns: { reverse: warn }
mail: { spool: "spool/{user}", folders: "folders/{user}", state: state, identity: process, asRoot: true }
metrics: { bind: null }
""" % ports,
}
for name, text in files.items():
    with open(os.path.join(work, name), "w") as file:
        file.write(text)
    os.chmod(file.name, 0o600)
os.mkdir(os.path.join(work, "spool"))
logged = os.path.join(work, "log")


def expect(pattern, again=lambda: None):
    end = time.time() + PATIENCE
    while not re.search(pattern, open(logged).read()):
        if server.poll() is not None or time.time() > end:
            sys.exit("FAILED: the log has no %s:\n%s" % (pattern, open(logged).read()))
        time.sleep(0.2)
        again()
    print("OK     " + pattern, flush=True)


with open(logged, "w") as log:
    server = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"', "sh", os.path.join(work, "resolv.conf"),
         sys.argv[1], "serve", "-c", os.path.join(work, "popinjay.yaml")], stdout=log, stderr=log)
try:
    expect("popinjay: ready")
    # Nobody waits for a name: the first session may be over before it is known.
    expect(r"protocol=pop3 .* address=192\.0\.2\.7 .* name=tea\.example\.org", lambda: pop3(ports[0], "192.0.2.7"))
    expect(r"protocol=imap .* address=192\.0\.2\.7 .* name=tea\.example\.org", lambda: imap(ports[1], "192.0.2.7"))
    pop3(ports[0], "192.0.2.8")
    imap(ports[1], "192.0.2.9")
    expect(r'WARN .*Client at "192\.0\.2\.8" resolves to an unknown host name "bank\.example\.org"')
    expect(r"WARN .*Unable to get canonical name of client 192\.0\.2\.9")
finally:
    server.send_signal(signal.SIGTERM)
    server.wait(PATIENCE)
