package org.popinjay.imap.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.UidSet;

/// Writes responses as octets, in the dialect of a connection: the one place that knows how the
/// server's half of the grammar looks (RFC 9051, section 9; RFC 3501, section 9). Decides nothing.
public final class ImapResponseWriter {

  /// Longer texts go as literals.
  private static final int QUOTED_OCTETS_MAX = 1024;

  /// Lines that only list numbers are broken behind so many octets.
  private static final int VANISHED_LINE_OCTETS = 7900;

  /// Clients are known that read no line of a million octets, and others that read one line only.
  private static final int SEARCH_LINE_OCTETS = 400 * 1024;

  private static final int CRLF = '\r' << 8 | '\n';

  /// The order that flags are written in.
  private static final List<Flag> FLAGS =
      List.of(Flag.ANSWERED, Flag.FLAGGED, Flag.DELETED, Flag.SEEN, Flag.DRAFT);

  private static final FlagSet ALL_SYSTEM = FlagSet.of(Flag.values());

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private final ByteBuf out;
  private final ImapDialect dialect;

  /// @param out where to append; grows as needed
  public ImapResponseWriter(ByteBuf out, ImapDialect dialect) {
    this.out = out;
    this.dialect = dialect;
  }

  /// Writes a whole response.
  ///
  /// @throws IllegalArgumentException for one that holds a [FetchData.Slice], whose octets have to
  ///   be sent between [#item] and what follows
  public void write(ImapResponse response) {
    switch (response) {
      case ImapResponse.Completion(var tag, var condition, var code, var text) -> {
        ascii(tag);
        out.writeByte(' ');
        status(condition, code, text);
      }
      case ImapResponse.Notice(var condition, var code, var text) -> {
        untagged();
        status(condition, code, text);
      }
      case ImapResponse.Continuation(var text) -> {
        out.writeByte('+').writeByte(' ');
        ascii(text);
        crlf();
      }
      case ImapResponse.Capabilities(var names) -> words("CAPABILITY", names);
      case ImapResponse.Enabled(var names) -> words("ENABLED", names);
      case ImapResponse.Id id -> id(id);
      case ImapResponse.Namespace() -> {
        untagged();
        ascii("NAMESPACE ((\"\" \"/\")) NIL NIL");
        crlf();
      }
      case ImapResponse.Listed listed -> listed(listed);
      case ImapResponse.Status status -> status(status);
      case ImapResponse.FlagsDefined(var keywords) -> {
        untagged();
        ascii("FLAGS ");
        flags(ALL_SYSTEM, keywords, "");
        crlf();
      }
      case ImapResponse.Exists(int count) -> counted(count, "EXISTS");
      case ImapResponse.Recent(int count) -> counted(count, "RECENT");
      case ImapResponse.Expunge(int number) -> counted(number, "EXPUNGE");
      case ImapResponse.Vanished vanished -> vanished(vanished);
      case ImapResponse.Search search -> search(search);
      case ImapResponse.Esearch result -> esearch(result);
      case ImapResponse.Fetched(int number, var items) -> {
        beginFetch(number);
        boolean first = true;
        for (var item : items) {
          if (item instanceof FetchData.Slice) {
            throw new IllegalArgumentException("a slice has to be streamed");
          }
          item(item, first);
          first = false;
        }
        endFetch();
      }
    }
  }

  // FETCH, piece by piece.

  /// Writes the start of a FETCH response.
  public void beginFetch(int sequenceNumber) {
    untagged();
    number(sequenceNumber);
    ascii(" FETCH (");
  }

  /// Writes one item of a FETCH response; of a [FetchData.Slice] all but the octets, which have to
  /// follow at once.
  public void item(FetchData item, boolean first) {
    if (!first) {
      out.writeByte(' ');
    }
    switch (item) {
      case FetchData.Uid(var uid) -> {
        ascii("UID ");
        number(uid.value());
      }
      case FetchData.Flags(var flags, boolean recent) -> {
        ascii("FLAGS ");
        flags(flags.system(), flags.keywords(), recent && !dialect.rev2() ? "\\Recent" : "");
      }
      case FetchData.ModSeq(var modSeq) -> {
        ascii("MODSEQ (");
        number(modSeq.value());
        out.writeByte(')');
      }
      case FetchData.InternalDate(var date) -> {
        ascii("INTERNALDATE ");
        date(date);
      }
      case FetchData.Size(long octets) -> {
        ascii("RFC822.SIZE ");
        number(dialect.rev2() ? octets : Math.min(octets, 0xFFFF_FFFFL));
      }
      case FetchData.Structure(var name, var value) -> {
        ascii(name);
        out.writeByte(' ');
        node(value);
      }
      case FetchData.Missing(var section) -> {
        section(section);
        ascii(" NIL");
      }
      case FetchData.Text text -> {
        section(text.section());
        out.writeByte(' ');
        string(text.octets());
      }
      case FetchData.Slice(var section, _, long octets) -> {
        section(section);
        out.writeByte(' ');
        if (octets == 0) {
          ascii("\"\"");
        } else {
          literalMark(octets);
        }
      }
    }
  }

  /// Writes the end of a FETCH response.
  public void endFetch() {
    out.writeByte(')');
    crlf();
  }

  private void section(SectionName section) {
    ascii(section.head());
    if (!section.fields().isEmpty()) {
      ascii(" (");
      joined(section.fields(), this::astring);
      out.writeByte(')');
    }
    ascii(section.tail());
  }

  /// Writes structured data.
  public void node(Node node) {
    switch (node) {
      case Node.Nil _ -> ascii("NIL");
      case Node.Text text -> string(text.octets());
      case Node.Count(long value) -> number(value);
      case Node.Group(var members) -> {
        out.writeByte('(');
        joined(members, this::node);
        out.writeByte(')');
      }
      case Node.Run(var members) -> members.forEach(this::node);
      case Node.Written written ->
          out.writeBytes(written.octets(), written.from(), written.length());
    }
  }

  // Other untagged responses.

  private void id(ImapResponse.Id id) {
    untagged();
    ascii("ID ");
    if (id.fields().isEmpty()) {
      ascii("NIL");
    } else {
      out.writeByte('(');
      joined(
          id.fields().entrySet(),
          field -> {
            string(field.getKey());
            out.writeByte(' ');
            string(field.getValue());
          });
      out.writeByte(')');
    }
    crlf();
  }

  private void listed(ImapResponse.Listed listed) {
    untagged();
    ascii(listed.lsub() ? "LSUB (" : "LIST (");
    joined(listed.attributes(), this::ascii);
    ascii(") \"/\" ");
    var name = listed.name();
    if (name == null) {
      ascii("\"\"");
    } else {
      astring(MailboxNames.written(name, dialect));
    }
    if (listed.childSubscribed()) {
      ascii(" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
    }
    crlf();
  }

  private void status(ImapResponse.Status status) {
    untagged();
    ascii("STATUS ");
    astring(MailboxNames.written(status.name(), dialect));
    ascii(" (");
    joined(
        status.values(),
        value -> {
          switch (value) {
            case StatusValue.Count(var name, long count) -> {
              ascii(name);
              out.writeByte(' ');
              number(count);
            }
            case StatusValue.Identity(var id) -> {
              ascii("MAILBOXID (");
              ascii(id.text());
              out.writeByte(')');
            }
          }
        });
    out.writeByte(')');
    crlf();
  }

  private void vanished(ImapResponse.Vanished vanished) {
    var uids = vanished.uids();
    int range = 0;
    while (range < uids.ranges()) {
      int start = out.writerIndex();
      untagged();
      ascii(vanished.earlier() ? "VANISHED (EARLIER) " : "VANISHED ");
      range(uids, range++);
      while (range < uids.ranges() && out.writerIndex() - start < VANISHED_LINE_OCTETS) {
        out.writeByte(',');
        range(uids, range++);
      }
      crlf();
    }
  }

  private void search(ImapResponse.Search search) {
    untagged();
    ascii("SEARCH");
    int start = out.writerIndex();
    var numbers = search.numbers();
    for (int range = 0; range < numbers.ranges(); range++) {
      for (long number = numbers.first(range); number <= numbers.last(range); number++) {
        if (out.writerIndex() - start > SEARCH_LINE_OCTETS) {
          crlf();
          untagged();
          ascii("SEARCH");
          start = out.writerIndex();
        }
        out.writeByte(' ');
        number(number);
      }
    }
    var modSeq = search.modSeq();
    if (modSeq != null) {
      ascii(" (MODSEQ ");
      number(modSeq.value());
      out.writeByte(')');
    }
    crlf();
  }

  private void esearch(ImapResponse.Esearch result) {
    untagged();
    ascii("ESEARCH (TAG ");
    string(result.tag());
    out.writeByte(')');
    if (result.uid()) {
      ascii(" UID");
    }
    optional(" MIN ", result.min());
    optional(" MAX ", result.max());
    var all = result.all();
    if (all != null) {
      ascii(" ALL ");
      set(all);
    }
    optional(" COUNT ", result.count());
    optional(" MODSEQ ", result.modSeq() == null ? null : result.modSeq().value());
    crlf();
  }

  private void optional(String label, @Nullable Long value) {
    if (value != null) {
      ascii(label);
      number(value);
    }
  }

  private void words(String verb, List<String> words) {
    untagged();
    ascii(verb);
    for (var word : words) {
      out.writeByte(' ');
      ascii(word);
    }
    crlf();
  }

  private void counted(int count, String verb) {
    untagged();
    number(count);
    out.writeByte(' ');
    ascii(verb);
    crlf();
  }

  // Status responses.

  private void status(Condition condition, @Nullable ResponseCode code, String text) {
    ascii(condition.name());
    out.writeByte(' ');
    if (code != null) {
      out.writeByte('[');
      code(code);
      out.writeByte(']').writeByte(' ');
    }
    ascii(text);
    crlf();
  }

  private void code(ResponseCode code) {
    switch (code) {
      case ResponseCode.Plain plain -> ascii(plain.word());
      case ResponseCode.Capability(var names) -> {
        ascii("CAPABILITY ");
        joined(names, this::ascii);
      }
      case ResponseCode.BadCharset(var charsets) -> {
        ascii("BADCHARSET (");
        joined(charsets, this::ascii);
        out.writeByte(')');
      }
      case ResponseCode.PermanentFlags(boolean any, var keywords, boolean more) -> {
        ascii("PERMANENTFLAGS ");
        flags(any ? ALL_SYSTEM : FlagSet.NONE, keywords, more ? "\\*" : "");
      }
      case ResponseCode.Unseen(int number) -> labelled("UNSEEN ", number);
      case ResponseCode.UidNext(long value) -> labelled("UIDNEXT ", value);
      case ResponseCode.UidValidity(var value) -> labelled("UIDVALIDITY ", value.value());
      case ResponseCode.HighestModSeq(var value) -> labelled("HIGHESTMODSEQ ", value.value());
      case ResponseCode.MailboxIdentity(var id) -> {
        ascii("MAILBOXID (");
        ascii(id.text());
        out.writeByte(')');
      }
      case ResponseCode.AppendUid(var validity, var uids) -> {
        labelled("APPENDUID ", validity.value());
        out.writeByte(' ');
        set(uids);
      }
      case ResponseCode.CopyUid(var validity, var source, var target) -> {
        labelled("COPYUID ", validity.value());
        out.writeByte(' ');
        set(source);
        out.writeByte(' ');
        set(target);
      }
      case ResponseCode.Modified(var numbers) -> {
        ascii("MODIFIED ");
        set(numbers);
      }
    }
  }

  private void labelled(String label, long value) {
    ascii(label);
    number(value);
  }

  // Parts.

  /// @param last one more, or nothing
  private void flags(FlagSet system, Keywords keywords, String last) {
    out.writeByte('(');
    int start = out.writerIndex();
    for (var flag : FLAGS) {
      if (system.has(flag)) {
        flag(name(flag), start);
      }
    }
    for (Keyword keyword : keywords.list()) {
      flag(keyword.name(), start);
    }
    if (!last.isEmpty()) {
      flag(last, start);
    }
    out.writeByte(')');
  }

  private void flag(String name, int start) {
    if (out.writerIndex() > start) {
      out.writeByte(' ');
    }
    ascii(name);
  }

  private static String name(Flag flag) {
    return switch (flag) {
      case SEEN -> "\\Seen";
      case ANSWERED -> "\\Answered";
      case FLAGGED -> "\\Flagged";
      case DRAFT -> "\\Draft";
      case DELETED -> "\\Deleted";
    };
  }

  /// `" 9-Nov-2023 22:33:52 +0100"` (RFC 9051, section 9, `date-time`).
  private void date(InternalDate date) {
    OffsetDateTime local = date.local();
    out.writeByte('"');
    int day = local.getDayOfMonth();
    out.writeByte(day < 10 ? ' ' : '0' + day / 10).writeByte('0' + day % 10);
    out.writeByte('-');
    ascii(MONTHS.get(local.getMonthValue() - 1));
    out.writeByte('-');
    int year = Math.clamp(local.getYear(), 0, 9999);
    twoDigits(year / 100);
    twoDigits(year % 100);
    out.writeByte(' ');
    twoDigits(local.getHour());
    out.writeByte(':');
    twoDigits(local.getMinute());
    out.writeByte(':');
    twoDigits(local.getSecond());
    int zone = date.zoneMinutes();
    out.writeByte(' ').writeByte(zone < 0 ? '-' : '+');
    twoDigits(Math.abs(zone) / 60);
    twoDigits(Math.abs(zone) % 60);
    out.writeByte('"');
  }

  private void twoDigits(int value) {
    out.writeByte('0' + value / 10).writeByte('0' + value % 10);
  }

  private void set(UidSet numbers) {
    for (int range = 0; range < numbers.ranges(); range++) {
      if (range > 0) {
        out.writeByte(',');
      }
      range(numbers, range);
    }
  }

  private void range(UidSet numbers, int range) {
    number(numbers.first(range));
    if (numbers.last(range) > numbers.first(range)) {
      out.writeByte(':');
      number(numbers.last(range));
    }
  }

  private <T> void joined(Iterable<T> parts, Consumer<T> write) {
    for (Iterator<T> each = parts.iterator(); each.hasNext(); ) {
      write.accept(each.next());
      if (each.hasNext()) {
        out.writeByte(' ');
      }
    }
  }

  private void astring(String text) {
    if (isAtom(text)) {
      ascii(text);
    } else {
      string(text);
    }
  }

  /// What may stand without quotes; `NIL` could be misunderstood.
  private static boolean isAtom(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 0x7F && "(){%*\"\\]".indexOf(c) < 0)
        && !text.equalsIgnoreCase("NIL");
  }

  private void string(String text) {
    string(text.getBytes(UTF_8));
  }

  /// Quoted if that is allowed and not long, else a literal (RFC 9051, section 4.3).
  private void string(byte[] octets) {
    if (octets.length <= QUOTED_OCTETS_MAX && quotable(octets)) {
      out.writeByte('"');
      for (byte octet : octets) {
        if (octet == '"' || octet == '\\') {
          out.writeByte('\\');
        }
        out.writeByte(octet);
      }
      out.writeByte('"');
    } else {
      literalMark(octets.length);
      out.writeBytes(octets);
    }
  }

  private boolean quotable(byte[] octets) {
    boolean ascii = true;
    for (byte octet : octets) {
      if ((octet >= 0 && octet < ' ') || octet == 0x7F) {
        return false;
      }
      ascii &= octet >= 0;
    }
    return ascii
        || (dialect.unicode() && ByteBufUtil.isText(Unpooled.wrappedBuffer(octets), UTF_8));
  }

  private void literalMark(long octets) {
    out.writeByte('{');
    number(octets);
    out.writeByte('}');
    crlf();
  }

  private void untagged() {
    out.writeByte('*').writeByte(' ');
  }

  private void ascii(String text) {
    ByteBufUtil.writeAscii(out, text);
  }

  private void crlf() {
    out.writeShort(CRLF);
  }

  private void number(long value) {
    long power = 1;
    while (value / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      out.writeByte((int) ('0' + value / power % 10));
    }
  }
}
