package org.popinjay.mailstore.mbox.state;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// What the tests of the state share: a user's folder, records, and a log opened and read.
final class StateFixture {
  static final RandomGenerator RANDOM = RandomGenerator.of("L64X128MixRandom");

  private StateFixture() {}

  /// The folder of user `tea` below a directory that the running user owns.
  static UserState tea(FileCalls files, Path state) throws PosixException {
    return new UserState(files, state.toString(), "tea", owner(state).uid());
  }

  private static FileStat owner(Path directory) throws PosixException {
    return Posix.files().stat(directory.toString());
  }

  /// Opens a log that is none of a newer program.
  static StateLog.Open.Opened open(FileCalls files, Path state) throws PosixException {
    return (StateLog.Open.Opened) StateLog.open(files, tea(files, state), "inbox", RANDOM);
  }

  /// Path of the log that [#open] opens.
  static Path logFile(Path state) {
    return state.resolve("tea/inbox.log");
  }

  /// Everything that a log says.
  static List<LogRecord> contentOf(StateLog log) throws PosixException {
    var records = new ArrayList<LogRecord>();
    if (!log.replay(log.start(), records::add)) {
      throw new IllegalStateException("a log must know its own beginning");
    }
    return records;
  }

  static LogRecord base() {
    return new LogRecord.Base(new UidValidity(1_700_000_000), 1);
  }

  /// A small record, different for each number.
  static LogRecord flagged(int uid) {
    return LogRecord.Flagged.of(uid, uid & 0x7F);
  }

  /// Messages with UIDs from 1 on and columns that differ.
  static MessageTable messages(int count) {
    var table = new MessageTable(count);
    for (int i = 0; i < count; i++) {
      int row = table.add(1000L * i);
      table.wireOctets(row, 1_010 + i % 7);
      table.headerDigest(row, 0x9E37_79B9_7F4A_7C15L * (i + 1));
      table.bodyDigest(row, 0xC2B2_AE3D_27D4_EB4FL * (i + 1));
      table.internalDate(row, 1_700_000_000L + i);
      table.fromLineOctets(row, 40);
      table.headerOctets(row, 300);
      table.uid(row, i + 1);
      table.bits(row, i % 32 << MessageTable.Bits.FLAGS_SHIFT);
    }
    table.end(1000L * count);
    table.orderByUid();
    return table;
  }
}
