package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives the text of a message that a search looks through (RFC 9051, section 6.4.4, BODY and
/// TEXT).
///
/// Decoded text of all text parts, in the order of the message, and headers and texts of messages
/// inside; not preambles, epilogues and other media. Goes over the message a second time, by the
/// extents of its structure; only what can be text is decoded. Bounded in what it keeps; never
/// fails. Not thread-safe.
public final class TextExtractor {
  private static final int PIECE_OCTETS = 8 << 10;
  private static final Set<String> NAMES_OF_FILES = Set.of("NAME", "FILENAME");
  private static final int FIRST_HEADER_OCTETS = 4 << 10;

  /// How much of a message is text.
  public enum Scope {
    /// Texts, and headers of messages inside.
    BODY,
    /// These, the header, and headers of parts.
    TEXT
  }

  /// Takes the text.
  public interface Sink {

    /// Other text begins: nothing that is looked for lies on both sides.
    void begin();

    /// The next characters of the text that began; they are valid during the call.
    ///
    /// @return false if no more is wanted
    boolean text(CharSequence characters);
  }

  /// Octets that are text: a header or the body of a part.
  private record Stretch(MimePart part, boolean header) {
    Slice slice() {
      return header ? part.header() : part.body();
    }
  }

  /// A part on the way through the tree, and whether its header is text.
  private record Node(MimePart part, boolean header) {}

  private final List<Stretch> stretches;
  private final Sink sink;
  private boolean wanted = true;
  private int next;
  private long passed;
  private boolean inside;

  private byte[] header = new byte[FIRST_HEADER_OCTETS];
  private int headerLength;
  private final ByteBuffer octets =
      ByteBuffer.allocate(PIECE_OCTETS + ContentDecoder.MOST_KEPT_BACK);
  private @Nullable ContentDecoder content;
  private @Nullable TextDecoder characters;

  /// Stands before the first octet of a message.
  public TextExtractor(MessageStructure structure, Scope scope, Sink sink) {
    this.sink = sink;
    this.stretches = stretches(structure.root(), scope);
  }

  /// What is text, in the order of the message.
  private static List<Stretch> stretches(MimePart root, Scope scope) {
    var found = new ArrayList<Stretch>();
    var ahead = new ArrayDeque<Node>();
    ahead.push(new Node(root, scope == Scope.TEXT));
    while (!ahead.isEmpty()) {
      var node = ahead.pop();
      var part = node.part;
      if (node.header) {
        found.add(new Stretch(part, true));
      }
      if (part.children().isEmpty() && part.isText()) {
        found.add(new Stretch(part, false));
      }
      for (var child : part.children().reversed()) {
        ahead.push(new Node(child, scope == Scope.TEXT || part.isMessage()));
      }
    }
    return found;
  }

  /// Takes the next octets, all of them.
  ///
  /// @return false if no more are wanted
  public boolean feed(ByteBuffer chunk) {
    int from = chunk.position();
    long end = passed + chunk.remaining();
    while (wanted && next < stretches.size()) {
      var stretch = stretches.get(next);
      var slice = stretch.slice();
      if (slice.from() > end || (slice.from() == end && slice.octets() > 0)) {
        break;
      }
      enter(stretch);
      long start = Math.max(passed, slice.from());
      long stop = Math.min(end, slice.to());
      take(stretch, chunk.slice(from + (int) (start - passed), (int) (stop - start)));
      if (slice.to() > end) {
        break;
      }
      leave(stretch);
    }
    passed = end;
    chunk.position(chunk.limit());
    return wanted && next < stretches.size();
  }

  /// Says that there are no more octets.
  public void finish() {
    if (inside && wanted) {
      leave(stretches.get(next));
    }
  }

  private void enter(Stretch stretch) {
    if (inside) {
      return;
    }
    inside = true;
    headerLength = 0;
    if (!stretch.header) {
      var decoder = ContentDecoder.of(stretch.part.encoding());
      content = decoder == null ? new NoDecoder() : decoder;
      characters = new TextDecoder(stretch.part.parameter("CHARSET"));
      sink.begin();
    }
  }

  private void take(Stretch stretch, ByteBuffer in) {
    if (stretch.header) {
      keepHeader(in);
      return;
    }
    var decoder = Objects.requireNonNull(content);
    while (in.hasRemaining() && wanted) {
      int length = Math.min(in.remaining(), PIECE_OCTETS);
      decoder.decode(in.slice(in.position(), length), octets);
      in.position(in.position() + length);
      giveOctets();
    }
  }

  private void leave(Stretch stretch) {
    if (stretch.header) {
      giveHeader(stretch.part);
    } else {
      Objects.requireNonNull(content).finish(octets);
      giveOctets();
      Objects.requireNonNull(characters).finish(this::give);
    }
    inside = false;
    next++;
  }

  private void giveOctets() {
    octets.flip();
    Objects.requireNonNull(characters).decode(octets, this::give);
    octets.clear();
  }

  private void give(CharBuffer text) {
    wanted = wanted && sink.text(text);
  }

  private void giveAll(String text) {
    if (wanted) {
      sink.begin();
      wanted = sink.text(text);
    }
  }

  private void keepHeader(ByteBuffer in) {
    int length = Math.min(in.remaining(), MimeScanner.LONGEST_HEADER - headerLength);
    if (headerLength + length > header.length) {
      header = Arrays.copyOf(header, Math.max(2 * header.length, headerLength + length));
    }
    in.get(header, headerLength, length);
    headerLength += length;
  }

  /// Gives each field as a text of its own, and names of files, which their field may show in
  /// pieces.
  private void giveHeader(MimePart part) {
    var reader = new HeaderReader(header, 0, headerLength);
    while (reader.next() && wanted) {
      int end = Math.min(reader.end(), reader.start() + HeaderReader.LONGEST_VALUE);
      giveAll(EncodedWord.decode(RawText.ofField(header, reader.start(), end)));
    }
    giveParameters(part.parameters());
    var disposition = part.disposition();
    if (disposition != null) {
      giveParameters(disposition.parameters());
    }
  }

  private void giveParameters(List<Parameter> parameters) {
    for (var parameter : parameters) {
      if (parameter.isExtended() || NAMES_OF_FILES.contains(parameter.name())) {
        giveAll(parameter.decoded());
      }
    }
  }
}
