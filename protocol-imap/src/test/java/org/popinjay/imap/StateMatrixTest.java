package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.popinjay.imap.command.ImapVerb;

/// Each command in each state (RFC 9051, section 3).
class StateMatrixTest {
  private static final String TOO_EARLY = " sign in first";
  private static final String TOO_LATE = " you are signed in already";
  private static final String NOTHING_SELECTED = " no mailbox is selected";

  private final ImapTestServer server = new ImapTestServer();

  /// States in the order in which a session goes through them.
  private enum State {
    SIGNED_OUT,
    SIGNED_IN,
    SELECTED
  }

  @BeforeEach
  void deliver() {
    server.store.deliver("tea", "Subject: one\n\ntext\n".getBytes(US_ASCII));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "UNKNOWN")
  void isRefusedWhereItDoesNotBelong(ImapVerb verb) throws IOException {
    for (var line : lines(verb)) {
      for (var state : State.values()) {
        try (var client = in(state)) {
          client.send("a " + line + "\r\n");
          var answer = firstOf(client);
          if (states(verb).contains(state)) {
            assertThat(answer)
                .as("%s, %s", line, state)
                .satisfiesAnyOf(
                    said -> assertThat(said).doesNotStartWith("a BAD"),
                    said -> assertThat(said).isEqualTo("a BAD there is no TLS here"));
          } else {
            assertThat(answer).as("%s, %s", line, state).startsWith("a BAD" + refusal(verb, state));
          }
        }
      }
    }
  }

  /// The first line that says how the command goes: a completion, or that more is wanted.
  private static String firstOf(ImapTestClient client) throws IOException {
    for (var line = client.line(); ; line = client.line()) {
      if (line == null || !line.startsWith("* ")) {
        return String.valueOf(line);
      }
    }
  }

  private ImapTestClient in(State state) throws IOException {
    var client =
        state == State.SIGNED_OUT
            ? new ImapTestClient(server.address())
            : ImapTestClient.signedIn(server);
    if (state == State.SELECTED) {
      client.expectOk("s SELECT INBOX");
    }
    return client;
  }

  private static String refusal(ImapVerb verb, State state) {
    if (state == State.SIGNED_OUT) {
      // Before sign-in not even the messages of APPEND are understood.
      return verb == ImapVerb.APPEND ? "" : TOO_EARLY;
    }
    return states(verb).equals(EnumSet.of(State.SIGNED_OUT)) ? TOO_LATE : NOTHING_SELECTED;
  }

  private static EnumSet<State> states(ImapVerb verb) {
    return switch (verb) {
      case CAPABILITY, NOOP, LOGOUT, ID -> EnumSet.allOf(State.class);
      case STARTTLS, AUTHENTICATE, LOGIN -> EnumSet.of(State.SIGNED_OUT);
      case ENABLE,
          SELECT,
          EXAMINE,
          CREATE,
          DELETE,
          RENAME,
          SUBSCRIBE,
          UNSUBSCRIBE,
          LIST,
          LSUB,
          FIND,
          BBOARD,
          NAMESPACE,
          STATUS,
          APPEND,
          IDLE,
          COMPRESS ->
          EnumSet.of(State.SIGNED_IN, State.SELECTED);
      case CHECK, CLOSE, UNSELECT, EXPUNGE, SEARCH, FETCH, STORE, COPY, MOVE ->
          EnumSet.of(State.SELECTED);
      case UNKNOWN -> EnumSet.noneOf(State.class);
    };
  }

  private static List<String> lines(ImapVerb verb) {
    return switch (verb) {
      case CAPABILITY -> List.of("CAPABILITY");
      case NOOP -> List.of("NOOP");
      case LOGOUT -> List.of("LOGOUT");
      case ID -> List.of("ID NIL");
      case STARTTLS -> List.of("STARTTLS");
      case AUTHENTICATE -> List.of("AUTHENTICATE PLAIN", "AUTHENTICATE PLAIN AHRlYQBwb3Q=");
      case LOGIN -> List.of("LOGIN tea pot");
      case ENABLE -> List.of("ENABLE CONDSTORE");
      case SELECT -> List.of("SELECT INBOX", "SELECT INBOX (CONDSTORE)");
      case EXAMINE -> List.of("EXAMINE INBOX");
      case CREATE -> List.of("CREATE new");
      case DELETE -> List.of("DELETE none");
      case RENAME -> List.of("RENAME none other");
      case SUBSCRIBE -> List.of("SUBSCRIBE INBOX");
      case UNSUBSCRIBE -> List.of("UNSUBSCRIBE INBOX");
      case LIST -> List.of("LIST \"\" *", "LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN)");
      case LSUB -> List.of("LSUB \"\" *");
      case FIND -> List.of("FIND MAILBOXES *", "FIND ALL.BBOARDS *");
      case BBOARD -> List.of("BBOARD news");
      case NAMESPACE -> List.of("NAMESPACE");
      case STATUS -> List.of("STATUS INBOX (MESSAGES)");
      case APPEND -> List.of("APPEND INBOX {1+}\r\nx");
      case IDLE -> List.of("IDLE");
      case COMPRESS -> List.of("COMPRESS DEFLATE");
      case CHECK -> List.of("CHECK");
      case CLOSE -> List.of("CLOSE");
      case UNSELECT -> List.of("UNSELECT");
      case EXPUNGE -> List.of("EXPUNGE", "UID EXPUNGE 1");
      case SEARCH -> List.of("SEARCH ALL", "UID SEARCH RETURN (COUNT) ALL");
      case FETCH -> List.of("FETCH 1 FLAGS", "UID FETCH 1 FLAGS", "PARTIAL 1 RFC822 1 1");
      case STORE -> List.of("STORE 1 FLAGS ()", "UID STORE 1 +FLAGS.SILENT (\\Seen)");
      case COPY -> List.of("COPY 1 INBOX", "UID COPY 1 INBOX");
      case MOVE -> List.of("MOVE 1 INBOX", "UID MOVE 1 INBOX");
      case UNKNOWN -> List.of();
    };
  }
}
