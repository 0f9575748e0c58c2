package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Chooses lines out of a header by the names of their fields (RFC 9051, section 6.4.5.1,
/// `HEADER.FIELDS` and `HEADER.FIELDS.NOT`).
///
/// Takes the octets of a header, cut anywhere, and gives those of the wanted lines, unchanged and
/// in their order. The blank line at the end is always wanted; a line that is no field is wanted by
/// NOT alone, and a folded line goes with the line before it. What a first filter counts, a second
/// one over the same octets gives. Not thread-safe.
public final class HeaderFilter {
  /// Octets in front of a colon that may be a name with blanks.
  private static final int LONGEST_NAME = 1_000;

  private enum Line {
    /// Its first octets do not tell yet.
    UNKNOWN,
    WANTED,
    UNWANTED
  }

  private final Set<String> names;
  private final boolean not;
  private final byte[] start = new byte[LONGEST_NAME + 1];
  private int startLength;
  private Line line = Line.UNKNOWN;
  private boolean lastWanted;

  /// A filter for one header.
  ///
  /// @param names in any case
  /// @param not whether all other lines are wanted
  public HeaderFilter(Collection<String> names, boolean not) {
    this.names = HashSet.newHashSet(names.size());
    for (var name : names) {
      this.names.add(RawText.upperCase(name));
    }
    this.not = not;
    this.lastWanted = not;
  }

  /// Takes the next octets, all of them.
  ///
  /// @param out takes wanted octets; they are valid during the call
  public void feed(ByteBuffer in, Consumer<ByteBuffer> out) {
    while (in.hasRemaining()) {
      if (line == Line.UNKNOWN) {
        collect(in, out);
      } else {
        pass(in, out);
      }
    }
  }

  /// Says that the header ends.
  public void finish(Consumer<ByteBuffer> out) {
    if (startLength > 0) {
      decide(isFolded() ? lastWanted : not, out);
    }
  }

  /// Takes octets of a line's beginning until they tell whose line it is.
  private void collect(ByteBuffer in, Consumer<ByteBuffer> out) {
    while (in.hasRemaining() && line == Line.UNKNOWN) {
      byte octet = in.get();
      start[startLength++] = octet;
      if (startLength == 1 && isFolded()) {
        decide(lastWanted, out);
      } else if (octet == ':') {
        decide(names.contains(name()) != not, out);
      } else if (octet == '\n') {
        boolean blankLine = startLength == 1 || (startLength == 2 && start[0] == '\r');
        decide(blankLine || not, out);
        line = Line.UNKNOWN;
      } else if (startLength > LONGEST_NAME) {
        decide(not, out);
      }
    }
  }

  private boolean isFolded() {
    return start[0] == ' ' || start[0] == '\t';
  }

  /// The name in front of the colon in upper case; empty if a field cannot have that name.
  private String name() {
    int length = startLength - 1;
    while (length > 0 && (start[length - 1] == ' ' || start[length - 1] == '\t')) {
      length--;
    }
    return RawText.upperCase(new String(start, 0, length, StandardCharsets.ISO_8859_1));
  }

  private void decide(boolean wanted, Consumer<ByteBuffer> out) {
    if (wanted) {
      out.accept(ByteBuffer.wrap(Arrays.copyOf(start, startLength)));
    }
    startLength = 0;
    lastWanted = wanted;
    line = wanted ? Line.WANTED : Line.UNWANTED;
  }

  /// Gives or drops octets to the end of the line.
  private void pass(ByteBuffer in, Consumer<ByteBuffer> out) {
    int from = in.position();
    int to = from;
    while (to < in.limit() && in.get(to) != '\n') {
      to++;
    }
    boolean ended = to < in.limit();
    int end = ended ? to + 1 : to;
    if (line == Line.WANTED) {
      out.accept(in.slice(from, end - from));
    }
    in.position(end);
    if (ended) {
      line = Line.UNKNOWN;
    }
  }
}
