package org.popinjay.imap.response;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModifiedUtf7;

/// Writes responses as octets, in the dialect of a connection: the one place that knows how the
/// server's half of the grammar looks (RFC 9051, section 9; RFC 3501, section 9). Decides nothing.
public final class ImapResponseWriter extends LexemeWriter {

  /// Lines that only list numbers are broken behind so many octets.
  private static final int VANISHED_LINE_OCTETS = 7900;

  /// Clients are known that read no line of a million octets, and others that read one line only.
  private static final int SEARCH_LINE_OCTETS = 400 * 1024;

  private static final FlagSet ALL_SYSTEM = FlagSet.of(Flag.values());

  /// @param out where to append; grows as needed
  public ImapResponseWriter(ByteBuf out, ImapDialect dialect) {
    super(out, dialect);
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
      case ImapResponse.Namespace(var shared) -> {
        untagged();
        ascii("NAMESPACE ((\"\" \"/\")) NIL ");
        ascii(shared.isEmpty() ? "NIL" : "(");
        shared.forEach(prefix -> ascii("(\"" + prefix + "\" \"/\")"));
        ascii(shared.isEmpty() ? "" : ")");
        crlf();
      }
      case ImapResponse.Listed listed -> listed(listed);
      case ImapResponse.Found(var name) -> {
        untagged();
        ascii("MAILBOX ");
        astring(written(name));
        crlf();
      }
      case ImapResponse.FoundBoard(String name) -> {
        untagged();
        ascii("BBOARD ");
        astring(name);
        crlf();
      }
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
      astring(written(name));
    }
    if (listed.childSubscribed()) {
      ascii(" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
    }
    crlf();
  }

  /// The name as the dialect spells it: UTF-8, or modified UTF-7 (RFC 3501, section 5.1.3).
  private String written(MailboxName name) {
    return dialect.unicode() ? name.text() : ModifiedUtf7.encode(name.text());
  }

  private void status(ImapResponse.Status status) {
    untagged();
    ascii("STATUS ");
    astring(written(status.name()));
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
      case ResponseCode.PermanentFlags(var system, var keywords, boolean more) -> {
        ascii("PERMANENTFLAGS ");
        flags(system, keywords, more ? "\\*" : "");
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

  private void untagged() {
    out.writeByte('*').writeByte(' ');
  }
}
