"""What Python's email package reads out of messages, in the words of Reading.java.

Takes names of files on standard input, a line each; writes for each the outline of its parts and
five fields, a line each, line ends and tabs in them as blanks.
"""

import email
import email.header
import email.policy
import email.utils
import re
import sys


def outline(part):
    kind = part.get_content_type()
    if kind == "message/delivery-status":
        # Its lines are parts for Python.
        return kind
    if part.is_multipart():
        return kind + " (" + ", ".join(outline(child) for child in part.get_payload()) + ")"
    if part.get_content_maintype() == "multipart":
        return kind + " ()"
    return "%s %d" % (kind, len(part._payload.encode("ascii", "surrogateescape")))


def raw(value):
    """Octets of a field, one a character, unfolded."""
    if value is None:
        return ""
    if isinstance(value, email.header.Header):
        value = value._chunks[0][0]
    octets = value.encode("ascii", "surrogateescape")
    return re.sub("[\r\n]", "", octets.decode("latin-1"))


def blanks(text):
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")


def addresses(part, name):
    values = [raw(value) for _, value in part._headers if _.lower() == name]
    pairs = email.utils.getaddresses(values)
    return " ".join("%s<%s>" % (blanks(who), address) for who, address in pairs)


def first(part, name):
    for key, value in part._headers:
        if key.lower() == name:
            return blanks(raw(value))
    return ""


for file in sys.stdin.read().splitlines():
    with open(file, "rb") as stream:
        message = email.message_from_bytes(stream.read(), policy=email.policy.compat32)
    lines = [outline(message)]
    lines += [first(message, name) for name in ("subject", "message-id")]
    lines += [addresses(message, name) for name in ("from", "to", "cc")]
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("latin-1", "replace"))
