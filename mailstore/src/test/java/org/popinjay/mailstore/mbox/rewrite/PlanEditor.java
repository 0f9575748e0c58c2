package org.popinjay.mailstore.mbox.rewrite;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Makes a plan out of what is done with each message, and what the spool has to be afterwards.
final class PlanEditor {
  private record Piece(long from, int octets, List<byte[]> literal) {}

  private final List<byte[]> messages;
  private final List<Piece> pieces = new ArrayList<>();
  private final ByteArrayOutputStream after = new ByteArrayOutputStream();
  private long at;

  PlanEditor(List<byte[]> messages) {
    this.messages = messages;
  }

  PlanEditor keep(int message) {
    byte[] octets = messages.get(message);
    copy(octets, 0, octets.length);
    at += octets.length;
    return this;
  }

  PlanEditor remove(int message) {
    at += messages.get(message).length;
    return this;
  }

  /// Puts so many octets into the middle.
  PlanEditor grow(int message, int more) {
    byte[] octets = messages.get(message);
    int half = octets.length / 2;
    copy(octets, 0, half);
    var filling = new byte[more];
    Arrays.fill(filling, (byte) ('a' + message));
    literal(filling);
    copy(octets, half, octets.length);
    at += octets.length;
    return this;
  }

  /// Replaces some octets in the middle by as many others.
  PlanEditor overwrite(int message) {
    byte[] octets = messages.get(message);
    int third = octets.length / 3;
    copy(octets, 0, third);
    var filling = new byte[third];
    Arrays.fill(filling, (byte) ('A' + message));
    literal(filling);
    copy(octets, 2 * third, octets.length);
    at += octets.length;
    return this;
  }

  private void copy(byte[] octets, int from, int to) {
    pieces.add(new Piece(at + from, to - from, List.of()));
    after.write(octets, from, to - from);
  }

  private void literal(byte[] octets) {
    pieces.add(new Piece(0, octets.length, List.of(octets)));
    after.writeBytes(octets);
  }

  byte[] before() {
    return RewriteWorld.join(messages);
  }

  byte[] after() {
    return after.toByteArray();
  }

  /// The plan, beginning where the content first changes.
  RewritePlan plan() {
    long first = 0;
    int piece = 0;
    while (piece < pieces.size()
        && pieces.get(piece).literal().isEmpty()
        && pieces.get(piece).from() == first) {
      first += pieces.get(piece++).octets();
    }
    var plan = RewritePlan.from(first, at);
    for (Piece each : pieces.subList(piece, pieces.size())) {
      if (each.literal().isEmpty()) {
        plan.copy(each.from(), each.octets());
      } else {
        plan.literal(each.literal().getFirst());
      }
    }
    return plan.build();
  }
}
