package org.popinjay.imap.message;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.imap.response.Node;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.message.HeaderFilter;
import org.popinjay.mailstore.message.MessageStructure;
import org.popinjay.mailstore.message.MimeScanner;
import org.popinjay.mailstore.message.Slice;

/// Finds out what FETCH asks of one message after the other, with as little reading as can be: what
/// the store remembers of a message is asked first, then its header is looked at, and only then all
/// of it.
///
/// Keeps what it found out of the message it looked at last, since clients fetch large texts in a
/// loop of pieces. Used by one session at a time; methods may block unless they say otherwise.
public final class MessageReader implements AutoCloseable {
  /// Octets that the store keeps of a message ([MailboxView#remember]).
  private static final int MEMO_OCTETS_MAX = 64 * 1024;

  private static final int HEADER_PIECE_OCTETS = 4 * 1024;
  private static final int PIECE_OCTETS = 64 * 1024;
  private static final byte[] EMPTY = {};
  private static final StructureNodes REV1 = new StructureNodes(ImapDialect.REV1);

  private final MailboxView view;
  private final OpenText text;

  // The message.
  private int position;
  private @Nullable MessageMeta message;

  // What is known of it.
  private boolean asked;
  private @Nullable MessageMemo memo;
  private @Nullable MessageStructure structure;
  private long headerOctets = -1;

  /// @param view the picture that the messages are in
  public MessageReader(MailboxView view) {
    this.view = view;
    this.text = new OpenText(view::content);
  }

  /// Turns to a message. Never blocks.
  public void turnTo(int position, MessageMeta message) {
    this.position = position;
    boolean same = this.message != null && this.message.uid().equals(message.uid());
    this.message = message;
    if (!same) {
      asked = false;
      memo = null;
      structure = null;
      headerOctets = -1;
    }
  }

  /// The envelope, as it is written in a dialect.
  public StoreResult<Node> envelope(ImapDialect dialect) {
    if (dialect.unicode()) {
      return structure().map(known -> new StructureNodes(dialect).envelope(known.envelope()));
    }
    var kept = memo();
    return kept != null
        ? StoreResult.done(kept.envelope())
        : scan(false).map(MessageMemo::envelope);
  }

  /// The structure, as it is written in a dialect.
  ///
  /// @param extended whether it is `BODYSTRUCTURE`, with all its extensions
  public StoreResult<Node> structure(ImapDialect dialect, boolean extended) {
    var kept = extended && !dialect.unicode() ? memo() : null;
    return kept != null && kept.structure() != null
        ? StoreResult.done(kept.structure())
        : structure().map(known -> new StructureNodes(dialect).structure(known.root(), extended));
  }

  /// A text, or a piece of it.
  public StoreResult<FetchData> text(TextRequest request) {
    if (request.fields() != null) {
      return fields(request, request.fields());
    }
    var section = request.section();
    if (!section.numbers().isEmpty()) {
      return structure().flatMap(known -> slice(request, known.slice(section)));
    }
    return switch (section.kind()) {
      case WHOLE -> slice(request, new Slice(0, message().octets()));
      case TEXT ->
          headerOctets().flatMap(octets -> slice(request, new Slice(octets, message().octets())));
      case HEADER -> header(request);
      case MIME -> StoreResult.done(new FetchData.Missing(request.name()));
    };
  }

  private StoreResult<FetchData> slice(TextRequest request, @Nullable Slice slice) {
    if (slice == null) {
      return StoreResult.done(new FetchData.Missing(request.name()));
    }
    long origin = Math.min(request.origin(), slice.octets());
    long octets = Math.min(request.length(), slice.octets() - origin);
    if (octets == 0) {
      return StoreResult.done(new FetchData.Text(request.name(), EMPTY));
    }
    long from = slice.from() + origin;
    var failure = text.seek(position, message().uid(), from);
    return failure != null
        ? StoreResult.failed(failure)
        : StoreResult.done(
            new FetchData.Slice(
                request.name(), text.piece(position, message().uid(), from, octets), octets));
  }

  private StoreResult<FetchData> header(TextRequest request) {
    if (headerOctets >= 0 || memo() != null) {
      return slice(request, new Slice(0, headerOctets));
    }
    return read(new Slice(0, message().octets()), null)
        .flatMap(header -> {
          headerOctets = header.headerLength();
          var octets = header.octets();
          return octets != null
              ? inMemory(request, octets)
              : slice(request, new Slice(0, headerOctets));
        });
  }

  private static StoreResult<FetchData> inMemory(TextRequest request, byte[] octets) {
    int from = (int) Math.min(request.origin(), octets.length);
    int to = (int) Math.min(from + Math.min(request.length(), octets.length), octets.length);
    return StoreResult.done(
        new FetchData.Text(
            request.name(),
            to - from == octets.length ? octets : Arrays.copyOfRange(octets, from, to)));
  }

  private StoreResult<FetchData> fields(TextRequest request, FieldNames names) {
    if (request.section().numbers().isEmpty()) {
      return fields(request, names, new Slice(0, message().octets()));
    }
    return structure().flatMap(known -> fields(request, names, known.slice(request.section())));
  }

  private StoreResult<FetchData> fields(
      TextRequest request, FieldNames names, @Nullable Slice slice) {
    return slice == null
        ? StoreResult.done(new FetchData.Missing(request.name()))
        : read(slice, names.filter())
            .flatMap(fields -> {
              var octets = fields.octets();
              return octets != null
                  ? inMemory(request, octets)
                  : StoreResult.done(filtered(request, names, fields, slice.from()));
            });
  }

  /// Of a header too large for memory the fields are picked a second time, while they are sent.
  private FetchData filtered(TextRequest request, FieldNames names, HeaderText fields, long from) {
    long origin = Math.min(request.origin(), fields.length());
    long octets = Math.min(request.length(), fields.length() - origin);
    var header = text.piece(position, message().uid(), from, fields.headerLength());
    return octets == 0
        ? new FetchData.Text(request.name(), EMPTY)
        : new FetchData.Slice(
            request.name(), new FilteredContent(header, names.filter(), origin, octets), octets);
  }

  /// Reads a header, or what a filter lets through of it.
  ///
  /// @param slice begins with the header
  private StoreResult<HeaderText> read(Slice slice, @Nullable HeaderFilter filter) {
    var failure = text.seek(position, message().uid(), slice.from());
    if (failure != null) {
      return StoreResult.failed(failure);
    }
    var header = new HeaderText(filter);
    failure = header.read(text, slice.octets());
    return failure == null ? StoreResult.done(header) : StoreResult.failed(failure);
  }

  // What is known of the message.

  private MessageMeta message() {
    return Objects.requireNonNull(message);
  }

  private @Nullable MessageMemo memo() {
    if (!asked) {
      asked = true;
      var octets = view.remembered(position);
      memo = octets == null ? null : MessageMemo.read(octets);
      if (memo != null) {
        headerOctets = memo.headerOctets();
      }
    }
    return memo;
  }

  private StoreResult<Long> headerOctets() {
    return headerOctets >= 0 || memo() != null
        ? StoreResult.done(headerOctets)
        : read(new Slice(0, message().octets()), null)
            .map(header -> {
              headerOctets = header.headerLength();
              return headerOctets;
            });
  }

  private StoreResult<MessageStructure> structure() {
    var kept = structure == null ? memo() : null;
    if (kept != null) {
      structure = kept.parts();
    }
    return structure != null
        ? StoreResult.done(structure)
        : scan(true).map(_ -> Objects.requireNonNull(structure));
  }

  /// Looks at the header, and at what is behind it if that is wanted or was read along with it.
  private StoreResult<MessageMemo> scan(boolean all) {
    var failure = text.seek(position, message().uid(), 0);
    if (failure != null) {
      return StoreResult.failed(failure);
    }
    var scanner = new MimeScanner();
    long left = message().octets();
    int wanted = all ? PIECE_OCTETS : HEADER_PIECE_OCTETS;
    while (left > 0 && (all || scanner.envelope() == null)) {
      var piece = text.scratch((int) Math.min(wanted, left));
      switch (text.read(piece)) {
        case Chunk.Lost(var lost) -> {
          return StoreResult.failed(lost);
        }
        case Chunk.Octets(int count) -> {
          left = count == 0 ? 0 : left - count;
          scanner.feed(piece.flip());
        }
      }
      wanted = PIECE_OCTETS;
    }
    var envelope = scanner.envelope();
    return StoreResult.done(
        left > 0 && envelope != null
            ? kept(MessageMemo.ofHeader(scanner.headerOctets(), written(REV1.envelope(envelope))))
            : learned(scanner.finish()));
  }

  private MessageMemo learned(MessageStructure found) {
    structure = found;
    return kept(
        MessageMemo.of(
            found,
            written(REV1.envelope(found.envelope())),
            written(REV1.structure(found.root(), true))));
  }

  private MessageMemo kept(MessageMemo found) {
    memo = found;
    headerOctets = found.headerOctets();
    var octets = found.write(MEMO_OCTETS_MAX);
    if (octets != null) {
      view.remember(position, octets);
    }
    return found;
  }

  private static Node.Written written(Node node) {
    var out = Unpooled.buffer();
    new ImapResponseWriter(out, ImapDialect.REV1).node(node);
    return new Node.Written(out.array(), out.arrayOffset(), out.readableBytes());
  }

  /// Gives buffers back; a command has come to its end. What is known of the message is kept.
  public void rest() {
    text.rest();
  }

  /// Forgets the message.
  @Override
  public void close() {
    text.close();
    message = null;
  }
}
