package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Drafts.append;
import static org.popinjay.mailstore.Drafts.octets;
import static org.popinjay.mailstore.MailboxName.INBOX;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every engine promises of messages that clients bring.
public interface AppendContract {
  /// The engine of this test, empty at its start.
  StoreRig rig();

  private Account account() {
    return rig().store().account(rig().owner(TEA));
  }

  @Test
  default void whatIsAppendedIsReadAgain() throws Exception {
    byte[] message = octets("Subject: tea\r\n\r\nFrom me\r\n>From me\r\n");
    rig().deliver(TEA, 1);
    var appended = done(append(account(), INBOX, message));
    try (var view = rig().view(TEA)) {
      assertThat(view.count()).isEqualTo(2);
      assertThat(appended.uidValidity()).isEqualTo(view.uidValidity());
      assertThat(appended.uids()).isEqualTo(UidSet.of(view.message(2).uid().value()));
      assertThat(view.message(2).octets()).isEqualTo(message.length);
      assertThat(octets(view.content(2))).isEqualTo(message);
    }
  }

  @Test
  default void whatIsOddIsReadAgainOctetForOctet() {
    for (var message : Drafts.odd()) {
      done(append(account(), INBOX, message));
    }
    assertInbox(Drafts.odd());
  }

  @Test
  default void randomOctetsAreReadAgainOctetForOctet() throws Exception {
    var messages = LongStream.range(0, 400).mapToObj(Drafts::random).toList();
    for (int i = 0; i < messages.size(); i += 4) {
      done(append(account(), INBOX, messages.subList(i, i + 4).toArray(byte[][]::new)));
    }
    assertInbox(messages);
    if (rig().keepsMail()) {
      rig().reopen();
      assertInbox(messages);
    }
  }

  private void assertInbox(List<byte[]> messages) {
    try (var view = rig().view(TEA)) {
      assertThat(view.count()).isEqualTo(messages.size());
      for (int i = 0; i < messages.size(); i++) {
        assertThat(Drafts.text(octets(view.content(i + 1))))
            .as("message %d of %d octets", i, messages.get(i).length)
            .isEqualTo(Drafts.text(messages.get(i)));
        assertThat(view.message(i + 1).octets()).isEqualTo(messages.get(i).length);
      }
    }
  }

  @Test
  default void anLfAloneIsALineEnd() {
    done(append(account(), INBOX, octets("A: b\n\nx\r\ny\nz")));
    assertInbox(List.of(octets("A: b\r\n\r\nx\r\ny\r\nz")));
  }

  @Test
  default void aNulIsRefusedAndNothingStored() {
    assertThat(failure(append(account(), INBOX, octets("A: b\r\n\r\n"), octets("A: \0\r\n\r\n"))))
        .isInstanceOf(StoreFailure.ContentRefused.class);
    assertInbox(List.of());
  }

  @Test
  default void severalMessagesGetUidsInTheirOrder() throws Exception {
    rig().deliver(TEA, 1, 2);
    var messages =
        Stream.of("A: 1\r\n\r\n1\r\n", "A: 2\r\n\r\n2", "A: 3\r\n").map(Drafts::octets).toList();
    var uids = done(append(account(), INBOX, messages.toArray(byte[][]::new))).uids();
    assertThat(uids.size()).isEqualTo(3);
    try (var view = rig().view(TEA)) {
      for (int i = 0; i < 3; i++) {
        assertThat(view.message(3 + i).uid().value()).isEqualTo(uids.first(0) + i);
        assertThat(octets(view.content(3 + i))).isEqualTo(messages.get(i));
      }
    }
  }

  @Test
  default void flagsAndDateAreKept() throws Exception {
    var flags = new Flags(FlagSet.of(Flag.SEEN, Flag.DRAFT, Flag.DELETED), Keywords.NONE);
    done(append(account(), INBOX, flags, Drafts.DATE, octets("A: b\r\n\r\nbody\r\n")));
    assertFlagsAndDate(flags);
    if (rig().keepsMail()) {
      rig().reopen();
      assertFlagsAndDate(flags);
    }
  }

  private void assertFlagsAndDate(Flags flags) {
    try (var view = rig().view(TEA)) {
      assertThat(view.message(1).flags()).isEqualTo(flags);
      assertThat(view.message(1).internalDate().epochSecond()).isEqualTo(Drafts.DATE.epochSecond());
    }
  }

  @Test
  default void deliveriesGoOnBehindAppends() throws Exception {
    for (int serial = 1; serial < 8; serial += 2) {
      rig().deliver(TEA, serial);
      done(append(account(), INBOX, wire(serial + 1)));
    }
    try (var view = rig().view(TEA)) {
      assertThat(view.count()).isEqualTo(8);
      for (int position = 1; position <= 8; position++) {
        assertThat(Letters.serial(octets(view.content(position)))).isEqualTo(position);
      }
    }
  }

  private static byte[] wire(int serial) {
    return octets(
        new String(Letters.letter(serial), java.nio.charset.StandardCharsets.ISO_8859_1)
            .replace("\n", "\r\n"));
  }

  @Test
  default void anAppendIsNoPartOfAClaimedPicture() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var drop = rig().claim(TEA)) {
      done(append(account(), INBOX, wire(3)));
      assertThat(drop.count()).isEqualTo(2);
      assertThat(done(drop.commit(MaildropContract.numbers(1, 2), MaildropContract.numbers())))
          .isEqualTo(new Maildrop.Committed(2, drop.octets(1) + drop.octets(2), 0, 0, 0));
    }
    assertInbox(List.of(wire(3)));
  }

  @Test
  default void pop3AddsTheLineEndsThatAMessageLacks() {
    done(append(account(), INBOX, octets("A: b\r\n\r\nbody"), octets("A: b"), octets("\r")));
    try (var drop = rig().claim(TEA)) {
      assertThat(octets(drop.content(1))).isEqualTo(octets("A: b\r\n\r\nbody\r\n"));
      assertThat(drop.octets(1)).isEqualTo(14);
      assertThat(octets(drop.content(2))).isEqualTo(octets("A: b\r\n\r\n"));
      assertThat(octets(drop.content(3))).isEqualTo(octets("\r\r\n\r\n"));
    }
  }

  @Test
  default void anExpungeLeavesAppendedMessagesAsTheyAre() {
    var messages = LongStream.range(0, 40).mapToObj(Drafts::random).toList();
    done(append(account(), INBOX, messages.toArray(byte[][]::new)));
    try (var view = rig().view(TEA)) {
      done(view.flag(new int[] {2, 4, 6}, new FlagChange.Add(Flags.of(Flag.SEEN)), null));
      done(view.expunge(new int[] {1, 3, 5}));
    }
    var left =
        java.util.stream.IntStream.range(0, 40)
            .filter(i -> i != 0 && i != 2 && i != 4)
            .mapToObj(messages::get)
            .toList();
    assertInbox(left);
  }

  @Test
  default void thereIsNoMailboxToAppendTo() {
    assertThat(failure(append(account(), new MailboxName("nowhere"), octets("A: b\r\n"))))
        .isInstanceOf(StoreFailure.NotFound.class);
  }
}
