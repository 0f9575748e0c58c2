package org.popinjay.mailstore.mbox.rewrite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What a journal says of a rewrite from its beginning to its end.
final class JournaledRewrite {
  private final SpoolName spool;
  private final RewritePlan plan;
  private final RewriteWindows windows;
  private final long[] windowDigests;
  private final OldTail tail;

  /// @param windowDigests for each step the digest of the digests of the old pages of its window
  /// @param tail what the rewrite will cut off
  JournaledRewrite(
      SpoolName spool,
      RewritePlan plan,
      RewriteWindows windows,
      long[] windowDigests,
      OldTail tail) {
    this.spool = spool;
    this.plan = plan;
    this.windows = windows;
    this.windowDigests = windowDigests;
    this.tail = tail;
  }

  SpoolName spool() {
    return spool;
  }

  RewritePlan plan() {
    return plan;
  }

  RewriteWindows windows() {
    return windows;
  }

  long[] windowDigests() {
    return windowDigests;
  }

  OldTail tail() {
    return tail;
  }

  /// Octets that [#encode] needs.
  static long encodedOctets(SpoolName spool, RewritePlan plan, RewriteWindows windows) {
    return encodedOctets(spool, plan, windows.count());
  }

  /// Octets that [#encode] needs when there are so many windows.
  static long encodedOctets(SpoolName spool, RewritePlan plan, long windows) {
    int tailPages = OldTail.headPages(plan.newSize(), plan.oldSize());
    return 5L * Integer.BYTES
        + octets(spool.path()).length
        + octets(spool.owner()).length
        + plan.encodedOctets()
        + Long.BYTES * (1 + windows + tailPages + 1);
  }

  /// Writes path and owner in UTF-8 with their lengths before them; the plan; octets of a window; 1
  /// where the last comes first, else 0; the window digests and the tail's digests with their
  /// numbers before them.
  void encode(ByteBuffer out) {
    putText(out, spool.path());
    putText(out, spool.owner());
    plan.encode(out);
    out.putLong(windows.octets()).putInt(windows.backwards() ? 1 : 0);
    putDigests(out, windowDigests);
    putDigests(out, tail.head());
    out.putLong(tail.rest());
  }

  /// Reads what [#encode] wrote.
  static JournaledRewrite decode(ByteBuffer in) {
    var spool = new SpoolName(text(in), text(in));
    var plan = RewritePlan.decode(in);
    var windows =
        new RewriteWindows(plan.first(), plan.changedEnd(), in.getLong(), in.getInt() == 1);
    var windowDigests = digests(in);
    var tail = new OldTail(plan.newSize(), plan.oldSize(), digests(in), in.getLong());
    return new JournaledRewrite(spool, plan, windows, windowDigests, tail);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void putText(ByteBuffer out, String text) {
    byte[] octets = octets(text);
    out.putInt(octets.length).put(octets);
  }

  private static String text(ByteBuffer in) {
    var octets = new byte[in.getInt()];
    in.get(octets);
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static void putDigests(ByteBuffer out, long[] digests) {
    out.putInt(digests.length);
    for (long each : digests) {
      out.putLong(each);
    }
  }

  private static long[] digests(ByteBuffer in) {
    var digests = new long[in.getInt()];
    for (int i = 0; i < digests.length; i++) {
      digests[i] = in.getLong();
    }
    return digests;
  }
}
