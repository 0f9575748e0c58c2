package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.wire.transcript.NoLeaks;

/// What a client hears when the store cannot (RFC 5530, section 3); never why in detail.
@ExtendWith(NoLeaks.class)
class StoreFailuresTest {
  private static final String DETAIL = "/var/mail/tea is locked by 4711";

  private final ImapTestServer server = new ImapTestServer();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void eachKindHasItsCode() throws IOException {
    try (var client = ImapTestClient.signedIn(server)) {
      fails(client, new StoreFailure.Busy(Duration.ofSeconds(30), DETAIL), "INUSE");
      fails(client, new StoreFailure.Claimed(DETAIL), "INUSE");
      fails(client, new StoreFailure.NotFound(DETAIL), "NONEXISTENT");
      fails(client, new StoreFailure.NoSpace(DETAIL), "UNAVAILABLE");
      fails(client, new StoreFailure.OverQuota(DETAIL), "OVERQUOTA");
      fails(client, new StoreFailure.Denied(DETAIL), "NOPERM");
      fails(client, new StoreFailure.NotAMailbox(DETAIL), "CORRUPTION");
      fails(client, new StoreFailure.Broken(DETAIL), "SERVERBUG");
      fails(client, new StoreFailure.Unavailable(DETAIL), "UNAVAILABLE");
      assertThat(client.complete("z SELECT INBOX")).startsWith("OK");
    }
  }

  private void fails(ImapTestClient client, StoreFailure failure, String code) throws IOException {
    server.store.failNext(Operation.OPEN, failure);
    assertThat(client.complete("a SELECT INBOX"))
        .startsWith("NO [" + code + "] ")
        .doesNotContain("4711");
    server.store.failNext(Operation.VIEW, failure);
    assertThat(client.complete("b SELECT INBOX")).startsWith("NO [" + code + "] ");
    server.store.failNext(Operation.FOLDERS, failure);
    assertThat(client.complete("c CREATE Tea")).startsWith("NO [" + code + "] ");
    assertThat(client.complete("d EXPUNGE")).isEqualTo("BAD no mailbox is selected");
  }

  @Test
  void noopIsDoneWhateverTheStoreSays() throws IOException {
    try (var client = ImapTestClient.signedIn(server)) {
      client.expectOk("a SELECT INBOX");
      server.store.failNext(Operation.SYNC, new StoreFailure.Broken(DETAIL));
      assertThat(client.ask("b NOOP")).containsExactly("b OK NOOP completed");
    }
  }

  @Test
  void closeKeepsWhatCannotBeExpunged() throws IOException {
    server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    try (var client = ImapTestClient.signedIn(server)) {
      client.expectOk("a SELECT INBOX");
      client.expectOk("b STORE 1 +FLAGS.SILENT (\\Deleted)");
      var busy = new StoreFailure.Busy(Duration.ofSeconds(30), DETAIL);
      server.store.failNext(Operation.EXPUNGE, busy);
      assertThat(client.complete("c EXPUNGE"))
          .isEqualTo("NO [INUSE] another program keeps it locked");
      server.store.failNext(Operation.EXPUNGE, busy);
      assertThat(client.ask("d CLOSE"))
          .containsExactly("* NO [INUSE] deleted messages kept", "d OK CLOSE completed");
      assertThat(server.store.messages("tea")).hasSize(1);
    }
  }

  @Test
  void aMailboxThatIsAnotherNowIsTheEnd() throws IOException {
    try (var client = ImapTestClient.signedIn(server)) {
      client.expectOk("a SELECT INBOX");
      server.store.replaceMailbox("tea");
      assertThat(client.ask("b NOOP"))
          .containsExactly("* BYE [UNAVAILABLE] mailbox was changed by another program");
    }
  }
}
