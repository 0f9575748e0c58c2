"""prometheus_data.py PROMETHEUS TARGET IMAPPORT POP3PORT USER PASS SPOOL: runs a few sessions while Prometheus scrapes the
server, then asks it each expression of the dashboard and of the rules. One without data is a failure."""

import imaplib
import json
import mailbox
import poplib
import re
import sys
import threading
import time
import urllib.parse
import urllib.request

prometheus, target, imap_port, pop3_port, user, password, spool = sys.argv[1:]
host = target.rsplit(":", 1)[0]
MAIL = b"From: pot@example.org\r\nSubject: watched\r\n\r\nnews\r\n"


def query(expression):
    url = prometheus + "/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]["result"]
    except urllib.error.HTTPError as e:
        sys.exit(f"FAILED: {expression}\n  {e.read().decode()}")


def await_scrape():
    for _ in range(120):
        try:
            if [r for r in query(f'up{{job="popinjay",instance="{target}"}}') if r["value"][1] == "1"]:
                return
        except OSError:
            pass
        time.sleep(0.5)
    sys.exit("FAILED: Prometheus does not scrape the server")


def idle(listens):
    """Listens until it was told of a delivery."""
    box = imaplib.IMAP4(host, int(imap_port), timeout=30)
    box.login(user, password)
    box.select()
    box.send(b"x IDLE\r\n")
    while not box.readline().startswith(b"+ "):
        pass
    listens.set()
    while not box.readline().endswith(b" EXISTS\r\n"):
        pass
    box.send(b"DONE\r\n")
    while not box.readline().startswith(b"x "):
        pass
    box.logout()


def deliver():
    box = mailbox.mbox(spool)
    box.lock()
    box.add(MAIL.replace(b"\r\n", b"\n"))
    box.flush()
    box.close()


def sessions():
    listens = threading.Event()
    listener = threading.Thread(target=idle, args=(listens,))
    listener.start()
    listens.wait(30)
    deliver()
    listener.join()
    box = imaplib.IMAP4(host, int(imap_port), timeout=30)
    box.login(user, password)
    box.create("Watched")
    box.append("Watched", None, None, MAIL)
    box.delete("Watched")
    box.select()
    box.fetch("1:5", "(BODY.PEEK[])")
    box.store("1", "+FLAGS", r"(\Seen)")
    box.logout()
    drop = poplib.POP3(host, int(pop3_port), timeout=30)
    drop.user(user)
    drop.pass_(password)
    drop.retr(1)
    drop.quit()


def expressions():
    """Name and expression of all that is asked; of an alert what is compared with its threshold."""
    with open("packaging/prometheus/dashboard.json") as file:
        dashboard = json.load(file)
    for panel in dashboard["panels"]:
        for one in panel.get("targets", []):
            yield "dashboard, " + panel["title"], one["expr"]
    for one in dashboard["annotations"]["list"]:
        yield "dashboard, " + one["name"], measured(one["expr"])
    with urllib.request.urlopen(prometheus + "/api/v1/rules", timeout=10) as answer:
        for group in json.load(answer)["data"]["groups"]:
            for rule in group["rules"]:
                if rule["health"] != "ok":
                    sys.exit(f"FAILED: {rule['name']}: {rule.get('lastError')}")
                yield "alert " + rule["name"], measured(rule["query"])


def measured(expression):
    left, count = re.subn(r"\s*(==|!=|<=|>=|<|>)\s*[-0-9.e]+\s*$", "", expression)
    if count != 1:
        sys.exit(f"FAILED: no threshold at the end of {expression}")
    return left


await_scrape()
until = time.monotonic() + 12
while time.monotonic() < until:
    sessions()
time.sleep(2)
asked = empty = numbers = 0
for name, expression in expressions():
    expression = expression.replace("$job", "popinjay").replace("$instance", ".*").replace("$__rate_interval", "1m")
    found = query(expression)
    asked += 1
    numbers += any(one["value"][1] != "NaN" for one in found)
    if not found:
        empty += 1
        print(f"FAILED: no data for {name}: {expression}")
print(f"{asked} expressions asked, {asked - empty} have data, {numbers} of them numbers")
sys.exit(1 if empty or asked < 50 else 0)
