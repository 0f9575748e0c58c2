package org.popinjay.mailstore.mbox.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Drafts.append;
import static org.popinjay.mailstore.MailboxName.INBOX;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.mbox.MboxRig;

/// Messages appended behind what other programs left, and what becomes of them when those write.
class AppendToSpoolsOfOthersTest {
  private static final String TEA = "tea";
  private static final byte[] MESSAGE = Drafts.octets("A: b\r\n\r\nFrom me\r\nno end");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From a Thu Nov  9 22:33:52 2023\nS: 1\n\nbody\n\n",
        "From a Thu Nov  9 22:33:52 2023\nS: 1\n\nbody\n",
        "From a Thu Nov  9 22:33:52 2023\nS: 1\n\nbody",
        "From a Thu Nov  9 22:33:52 2023\nS: 1\n\nbody\r",
        "From a Thu Nov  9 22:33:52 2023\nS: 1\n\n",
        "From a Thu Nov  9 22:33:52 2023\nS: 1\n",
        "From a Thu Nov  9 22:33:52 2023\nS: 1",
        "From a Thu Nov  9 22:33:52 2023\n",
        "From a Thu Nov  9 22:33:52 2023\r\nS: 1\r\n\r\nbody\r\n\r\n",
        "From a Thu Nov  9 22:33:52 2023\r\nS: 1\r\n\r\nbody\r\n",
        "From a Thu Nov  9 22:33:52 2023\r\nS: 1\r\n\r\nbody",
        "\n\nFrom a Thu Nov  9 22:33:52 2023\nS: 1\n\nbody\n\n\n",
      })
  void whateverTheEndNothingIsMixedUp(String spool) throws Exception {
    try (var rig = new MboxRig(folder)) {
      Files.writeString(rig.spool(TEA), spool, ISO_8859_1);
      long uid;
      byte[] before;
      try (var view = rig.view(TEA)) {
        uid = view.message(1).uid().value();
        before = octets(view.content(1));
      }
      done(append(rig.store().account(rig.owner(TEA)), INBOX, MESSAGE, MESSAGE));
      for (int look = 0; look < 2; look++) {
        try (var view = rig.view(TEA)) {
          assertThat(view.count()).isEqualTo(3);
          assertThat(view.message(1).uid().value()).isEqualTo(uid);
          if (!spool.endsWith("\r")) {
            assertThat(octets(view.content(1))).isEqualTo(before);
          }
          assertThat(octets(view.content(2))).isEqualTo(MESSAGE);
          assertThat(octets(view.content(3))).isEqualTo(MESSAGE);
        }
        rig.reopen();
      }
    }
  }

  @Test
  void aMessageStaysWhatItIsWhenAnotherProgramRewritesTheSpool() throws Exception {
    try (var rig = new MboxRig(folder)) {
      rig.deliver(TEA, 1, 2);
      rig.view(TEA).close();
      done(append(rig.store().account(rig.owner(TEA)), INBOX, MESSAGE));
      rig.removeBehindTheBack(TEA, 1);
      try (var view = rig.view(TEA)) {
        assertThat(octets(view.content(2))).isEqualTo(MESSAGE);
        assertThat(view.message(2).octets()).isEqualTo(MESSAGE.length);
        assertThat(view.message(2).internalDate()).isEqualTo(Drafts.DATE);
      }
    }
  }

  @Test
  void aMessageStaysWhatItIsWhenTheCacheIsLost() throws Exception {
    try (var rig = new MboxRig(folder)) {
      done(append(rig.store().account(rig.owner(TEA)), INBOX, Drafts.odd().toArray(byte[][]::new)));
      rig.reopen();
      try (var files = Files.list(rig.state(TEA))) {
        for (var path : files.filter(each -> each.toString().endsWith(".cache")).toList()) {
          Files.delete(path);
        }
      }
      rig.reopen();
      try (var files = Files.list(rig.state(TEA))) {
        assertThat(files.filter(each -> each.toString().endsWith(".cache"))).isEmpty();
      }
      try (var view = rig.view(TEA)) {
        for (int position = 1; position <= view.count(); position++) {
          byte[] message = Drafts.odd().get(position - 1);
          assertThat(octets(view.content(position))).isEqualTo(message);
          assertThat(view.message(position).octets()).isEqualTo(message.length);
          assertThat(view.message(position).internalDate().epochSecond())
              .isEqualTo(Drafts.DATE.epochSecond());
        }
      }
    }
  }

  @Test
  void forgedNotesUndoNothing() throws Exception {
    try (var rig = new MboxRig(folder)) {
      rig.deliver(TEA, "A: b\nX-Popinjay: q=rd e=1 n=eol\n\n>From me\n".getBytes(ISO_8859_1));
      done(append(rig.store().account(rig.owner(TEA)), INBOX, MESSAGE));
      try (var view = rig.view(TEA)) {
        assertThat(octets(view.content(1))).isEqualTo(Drafts.octets("A: b\r\n\r\n>From me\r\n"));
        assertThat(octets(view.content(2))).isEqualTo(MESSAGE);
      }
    }
  }
}
