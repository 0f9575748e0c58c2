package org.popinjay.mailstore.mbox.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// A target of the fuzzer: any octets are scanned as a spool, in the same way by both ways to scan.
/// See CONTRIBUTING.md for how to run it.
public final class SpoolFuzz {
  private SpoolFuzz() {}

  /// What the fuzzer calls.
  public static void fuzzerTestOneInput(byte[] input) throws IOException, PosixException {
    var files = Posix.files();
    var spool = Files.createTempFile("popinjay", ".fuzz");
    try {
      Files.write(spool, input);
      var one = scan(files, new MboxScanner(files, ZoneOffset.UTC), spool, input.length);
      var portable = new MboxScanner(files, ZoneOffset.UTC, ByteScan.portable());
      var other = scan(files, portable, spool, input.length);
      if (!one.equals(other)) {
        throw new IllegalStateException(one + " or " + other);
      }
    } finally {
      Files.delete(spool);
    }
  }

  private static String scan(FileCalls files, MboxScanner scanner, Path spool, int length)
      throws PosixException {
    int descriptor = files.open(spool.toString(), OpenFlags.READ, 0);
    try {
      return scanner.scan(descriptor, 0, length, true, new MessageTable(1)).toString();
    } finally {
      files.close(descriptor);
    }
  }
}
