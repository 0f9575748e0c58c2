package org.popinjay.wire.trace;

import io.netty.buffer.ByteBuf;
import org.popinjay.wire.trace.TraceLine.Speaker;

/// Overhears one connection and tells a listener what is said, without what is secret: the one
/// place that decides what is shown.
///
/// Passwords, the data of SASL and the text of messages become `<hidden>`. Of what a client says,
/// only lines whose verb is known to carry no secret are shown at all, so that a password in the
/// wrong place stays hidden, too. The text of messages in answers is marked by those who write it.
///
/// Octets outside printable ASCII are escaped, and long lines cut. Thread-safe.
public final class Tap {
  private static final String HIDDEN = "<hidden>";

  private final Language language;
  private final String session;
  private final TraceListener listener;

  private final LongLine heard = new LongLine();
  private final LongLine said = new LongLine();

  /// Octets of a literal of the client that were announced and did not come.
  private long literal;

  /// Whether it waits for leave.
  private boolean asking;

  /// Whether the next line goes on with a command, behind a literal.
  private boolean goesOn;

  /// Whether the rest of the command is hidden.
  private boolean secret;

  /// Whether a SASL exchange goes on, and the tag of its command.
  private boolean exchanging;

  private String tag = "";

  /// Octets of messages that were sent behind the last line.
  private long message;

  /// @param session name of the connection
  public Tap(Language language, String session, TraceListener listener) {
    this.language = language;
    this.session = session;
    this.listener = listener;
  }

  /// The client said something, from the start of a line on.
  ///
  /// @param octets all that are readable; left as they are
  public synchronized void heard(ByteBuf octets) {
    var in = octets.duplicate();
    while (in.isReadable()) {
      if (literal > 0) {
        skip(in);
        continue;
      }
      int lf = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
      heard.take(in, lf < 0 ? in.readableBytes() : lf + 1 - in.readerIndex());
      if (lf >= 0) {
        line();
        heard.clear();
      }
    }
  }

  private void skip(ByteBuf in) {
    int count = (int) Math.min(literal, in.readableBytes());
    in.skipBytes(count);
    literal -= count;
    asking = false;
  }

  private void line() {
    boolean first = !goesOn;
    var text = masked(first);
    if (first || !text.isEmpty()) {
      tell(Speaker.CLIENT, text);
    }
    long announced = language.tagged() && !exchanging ? heard.literal() : -1;
    goesOn = announced >= 0;
    if (goesOn) {
      literal = announced;
      asking = heard.asksForLeave();
      tell(Speaker.CLIENT, "<hidden " + announced + " octets>");
    }
  }

  private String masked(boolean first) {
    if (heard.lengthWithoutEnd() == 0) {
      return "";
    }
    if (exchanging || (!first && secret)) {
      return HIDDEN;
    }
    return first ? command() : heard.shown();
  }

  private String command() {
    var words = heard.words();
    int place = language.tagged() ? 1 : 0;
    var verb = words.word(place);
    if (place == 1 && verb.equals("UID")) {
      place = 2;
      verb = words.word(place);
    }
    if (place == 1 && verb.isEmpty() && words.word(0).equals("DONE")) {
      return heard.shown();
    }
    tag = words.word(0);
    exchanging = language.exchanges().contains(verb);
    Integer arguments = language.shown().get(verb);
    secret = arguments == null || arguments != Language.ALL;
    if (arguments == null) {
      return HIDDEN;
    }
    if (arguments == Language.ALL || !words.goesOnBehind(place + arguments)) {
      return heard.shown();
    }
    return heard.shown(words.endOf(place + arguments)) + ' ' + HIDDEN;
  }

  /// The server said something.
  ///
  /// @param octets all that are readable; left as they are
  /// @param hidden parts that are text of messages, counted from the reader index
  public synchronized void said(ByteBuf octets, HiddenParts hidden) {
    var out = octets.duplicate();
    int start = out.readerIndex();
    for (int part = 0; part < hidden.parts(); part++) {
      visible(out, start + hidden.from(part));
      message += hidden.to(part) - hidden.from(part);
      out.readerIndex(start + hidden.to(part));
    }
    visible(out, out.writerIndex());
  }

  private void visible(ByteBuf out, int upTo) {
    while (out.readerIndex() < upTo) {
      if (message > 0) {
        endAnswer();
        tell(Speaker.SERVER, "<hidden " + message + " octets>");
        message = 0;
      }
      int lf = out.indexOf(out.readerIndex(), upTo, (byte) '\n');
      said.take(out, (lf < 0 ? upTo : lf + 1) - out.readerIndex());
      if (lf >= 0) {
        endAnswer();
      }
    }
  }

  private void endAnswer() {
    if (said.isEmpty()) {
      return;
    }
    var words = said.words();
    boolean goAhead = words.word(0).equals("+");
    boolean challenge = exchanging && goAhead && words.goesOnBehind(0);
    tell(Speaker.SERVER, challenge ? "+ " + HIDDEN : said.shown());
    if (goAhead) {
      asking = false;
    } else if (completes(words)) {
      exchanging = false;
      if (asking) {
        // The literal is not wanted, and does not come.
        literal = 0;
        asking = false;
        goesOn = false;
      }
    }
    said.clear();
  }

  /// Whether it is the answer to the last command, or to a line whose tag could not be read.
  private boolean completes(Words answer) {
    return !language.tagged()
        || answer.word(0).equals(tag)
        || (answer.word(0).equals("*") && answer.word(1).equals("BAD"));
  }

  private void tell(Speaker speaker, String text) {
    listener.said(TraceLine.now(session, speaker, text));
  }
}
