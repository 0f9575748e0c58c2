package org.popinjay.server.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// An IMAP client that talks to a server in training, and ends at the first command that fails.
final class ImapVisitor implements AutoCloseable {
  private static final int IN_THE_AIR = 50;
  private static final String TAG = "t";

  private final VisitorLine line;

  /// Connects, reads the greeting and signs in.
  ImapVisitor(InetSocketAddress address, DemoDirectory.User guest) throws IOException {
    line = new VisitorLine(address);
    line.hear();
    ask("LOGIN " + guest.name() + " " + guest.password());
  }

  /// What a mail client says that looks for new mail and shows a page of it.
  void poll() throws IOException {
    for (var command :
        List.of(
            "CAPABILITY",
            "NAMESPACE",
            "LIST \"\" \"*\" RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT))",
            "SELECT INBOX",
            "FETCH 1:* (UID FLAGS)",
            "UID FETCH 1:50 (FLAGS RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE)",
            "UID FETCH 1:20 (BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE)])",
            "UID FETCH 1:4 BODY.PEEK[]",
            "UID STORE 1:10 +FLAGS.SILENT (\\Seen)",
            "UID SEARCH UNSEEN")) {
      ask(command);
    }
    line.say((TAG + " NOOP\r\n").repeat(IN_THE_AIR));
    for (int noop = 0; noop < IN_THE_AIR; noop++) {
      awaitOk("NOOP");
    }
    ask("LOGOUT");
  }

  /// What a client says that takes a large mailbox over and searches it.
  void read() throws IOException {
    for (var command :
        List.of(
            "SELECT INBOX",
            "FETCH 1:* (FLAGS UID RFC822.SIZE ENVELOPE)",
            "FETCH 1:* BODY.PEEK[]",
            "FETCH 1:500 BODYSTRUCTURE",
            "SEARCH BODY needle",
            "SEARCH TEXT haystack",
            "SEARCH SUBJECT report",
            "SEARCH FROM example OR SEEN FLAGGED",
            "STORE 1:* +FLAGS (\\Flagged)",
            "STORE 1:* -FLAGS.SILENT (\\Flagged)",
            "STORE 1 +FLAGS (\\Deleted)",
            "EXPUNGE",
            "LOGOUT")) {
      ask(command);
    }
  }

  private void ask(String command) throws IOException {
    line.say(TAG + " " + command + "\r\n");
    awaitOk(command);
  }

  /// Reads over everything else: no line of the training's mail looks like a completion.
  private void awaitOk(String command) throws IOException {
    var answer = line.hear();
    while (!answer.startsWith(TAG + " ")) {
      answer = line.hear();
    }
    if (!answer.startsWith(TAG + " OK")) {
      throw new IOException(command + ": " + answer);
    }
  }

  @Override
  public void close() throws IOException {
    line.close();
  }
}
