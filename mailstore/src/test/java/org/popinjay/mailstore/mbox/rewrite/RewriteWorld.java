package org.popinjay.mailstore.mbox.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreEvents.RecoveryOutcome;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.LookingCalls;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// A spool of numbered messages, a plan to change it, and what it has to be afterwards.
final class RewriteWorld {
  private static final SpoolGuard FREE = () -> true;

  private final Path state;
  private final Path spool;
  private final RewritePlan plan;
  private final byte[] before;
  private final byte[] after;

  private RewriteWorld(Path state, Path spool, RewritePlan plan, byte[] before, byte[] after) {
    this.state = state;
    this.spool = spool;
    this.plan = plan;
    this.before = before;
    this.after = after;
  }

  /// Lays a spool and a state folder out.
  ///
  /// @param after what the plan makes of `before`
  static RewriteWorld in(
      Path directory, byte[] before, RewritePlan plan, byte[] after, int reserveOctets)
      throws IOException {
    Path state = Files.createDirectory(directory.resolve("state"));
    Path spool = Files.write(directory.resolve("tea"), before);
    var _ = JournalFolder.open(Posix.files(), state.toString(), reserveOctets);
    return new RewriteWorld(state, spool, plan, before, after);
  }

  /// A message of about this length that no other equals.
  static byte[] message(int serial, int octets) {
    var text = new StringBuilder("From tea Thu Nov  9 22:33:52 2023\nSubject: " + serial + "\n\n");
    for (int line = 0; text.length() < octets - 40; line++) {
      text.append("line ").append(line).append(" of message ").append(serial).append('\n');
    }
    return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// One after the other.
  static byte[] join(List<byte[]> parts) {
    var all = new java.io.ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /// Rewrites through these calls.
  StoreResult<Long> rewrite(FileCalls files, long journalMax, long reserveOctets)
      throws PosixException {
    return rewrite(files, journalMax, reserveOctets, FREE, StoreEvents.NONE);
  }

  /// Rewrites through these calls, under this guard, with these ears.
  StoreResult<Long> rewrite(
      FileCalls files, long journalMax, long reserveOctets, SpoolGuard guard, StoreEvents events)
      throws PosixException {
    var folder = JournalFolder.open(files, state.toString(), reserveOctets);
    int descriptor = openSpool(files);
    try {
      return new MboxRewriter(files, folder, events, journalMax)
          .rewrite(descriptor, files.stat(descriptor), name(), plan, guard);
    } finally {
      files.close(descriptor);
    }
  }

  /// Recovers through these calls as a new process would, and finds that what was foreseen comes
  /// true.
  StoreResult<Optional<RecoveryOutcome>> recover(FileCalls files, long reserveOctets)
      throws PosixException {
    var foreseen = foresee();
    var folder = JournalFolder.open(files, state.toString(), reserveOctets);
    int descriptor = openSpool(files);
    try {
      var recovered =
          new JournalRecovery(files, folder, StoreEvents.NONE).recover(descriptor, FREE);
      if (recovered instanceof StoreResult.Done && foreseen instanceof StoreResult.Done) {
        assertThat(recovered).isEqualTo(foreseen);
      }
      return recovered;
    } finally {
      files.close(descriptor);
    }
  }

  private StoreResult<Optional<RecoveryOutcome>> foresee() throws PosixException {
    var looking = new LookingCalls(Posix.files(), _ -> {});
    var folder = JournalFolder.look(looking, state.toString());
    int descriptor = openSpool(looking);
    try {
      return new JournalRecovery(looking, folder, StoreEvents.NONE).foresee(descriptor);
    } finally {
      looking.close(descriptor);
    }
  }

  private int openSpool(FileCalls files) throws PosixException {
    return files.open(spool.toString(), OpenFlags.READ_WRITE, 0);
  }

  private SpoolName name() {
    return new SpoolName(spool.toString(), "tea");
  }

  /// What a delivery agent does.
  void deliver(byte[] mail) throws IOException {
    Files.write(spool, mail, StandardOpenOption.APPEND);
  }

  /// The same for another spool beside it.
  RewriteWorld withSpool(Path other) {
    return new RewriteWorld(state, other, plan, before, after);
  }

  Path spool() {
    return spool;
  }

  Path state() {
    return state;
  }

  byte[] content() throws IOException {
    return Files.readAllBytes(spool);
  }

  /// Old content or new content, whole, and then all that was delivered.
  void holdsOldOrNew(byte[]... delivered) throws IOException {
    byte[] now = content();
    byte[] mail = join(List.of(delivered));
    byte[] old = join(List.of(before, mail));
    byte[] changed = join(List.of(after, mail));
    if (!java.util.Arrays.equals(now, old)) {
      assertThat(text(now)).isEqualTo(text(changed));
    }
  }

  void holdsNew(byte[]... delivered) throws IOException {
    assertThat(text(content())).isEqualTo(text(after) + text(join(List.of(delivered))));
  }

  void holdsOld(byte[]... delivered) throws IOException {
    assertThat(text(content())).isEqualTo(text(before) + text(join(List.of(delivered))));
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /// Journals left, the reserve not counted.
  List<String> journals() throws IOException {
    var names = new ArrayList<String>();
    try (var all = Files.list(state.resolve(".journals"))) {
      all.forEach(each -> names.add(each.getFileName().toString()));
    }
    return names;
  }
}
