package org.popinjay.imap.strict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Follows one conversation from outside: reads every octet the server writes and refuses what a
/// strict client would. It knows the client's commands by their first words alone.
///
/// Not thread-safe.
public final class StrictClient {
  /// Octets of a tag that the server repeats.
  private static final int TAG_MAX = 64;

  private static final Set<String> WITHOUT_EXPUNGES = Set.of("FETCH", "PARTIAL", "STORE", "SEARCH");

  private static final Map<String, String> STATUS_ITEMS =
      Map.of(
          "MESSAGES", "number",
          "RECENT", "number",
          "UIDNEXT", "number",
          "UIDVALIDITY", "number",
          "UNSEEN", "number",
          "DELETED", "number",
          "SIZE", "number64",
          "HIGHESTMODSEQ", "number64",
          "APPENDLIMIT", "number64",
          "MAILBOXID", "id");

  private final StringBuilder sent = new StringBuilder();
  private final StringBuilder received = new StringBuilder();

  /// Commands that are not completed, in order: tag and verb.
  private final Map<String, ArrayDeque<String>> pending = new LinkedHashMap<>();

  private final List<String> order = new ArrayList<>();

  private long exists;
  private long literal;
  private boolean greeted;
  private boolean bye;
  private boolean qresync;
  private boolean noModSeq;
  private boolean exchanging;
  private boolean unicode;

  /// Octets from the client.
  public void heard(byte[] octets) {
    sent.append(new String(octets, ISO_8859_1));
    while (true) {
      if (literal > 0) {
        int some = (int) Math.min(literal, sent.length());
        sent.delete(0, some);
        literal -= some;
        if (literal > 0) {
          return;
        }
        continued = true;
      }
      int end = sent.indexOf("\n");
      if (end < 0) {
        return;
      }
      var line = sent.substring(0, end).stripTrailing();
      sent.delete(0, end + 1);
      line(line);
    }
  }

  private boolean continued;

  private void line(String line) {
    boolean command = !continued && !exchanging;
    continued = false;
    if (command) {
      var words = line.split(" ", -1);
      if (words.length > 1) {
        var verb = words[1].toUpperCase(Locale.ROOT);
        if (verb.equals("UID") && words.length > 2) {
          verb = "UID " + words[2].toUpperCase(Locale.ROOT);
        }
        pending.computeIfAbsent(words[0], _ -> new ArrayDeque<>()).add(verb);
        order.add(words[0]);
        exchanging = verb.equals("AUTHENTICATE");
      }
    }
    if (line.endsWith("}")) {
      int open = line.lastIndexOf('{');
      var digits = line.substring(open + 1, line.length() - 1).replace("+", "");
      if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        literal = digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits);
        continued = literal == 0;
      }
    }
  }

  /// Octets from the server.
  public void said(byte[] octets) {
    received.append(new String(octets, ISO_8859_1));
    for (int end = complete(); end > 0; end = complete()) {
      var response = received.substring(0, end);
      received.delete(0, end);
      response(response);
    }
  }

  /// Where the first response ends, or 0 if not all of it is here.
  private int complete() {
    int from = 0;
    while (true) {
      int end = received.indexOf("\n", from);
      if (end < 0) {
        return 0;
      }
      if (end == 0 || received.charAt(end - 1) != '\r') {
        throw new ResponseViolation("LF without CR", received.substring(0, end));
      }
      int open = received.lastIndexOf("{", end);
      boolean mark = open >= from && end > 2 && received.charAt(end - 2) == '}';
      if (!mark) {
        return end + 1;
      }
      var digits = received.substring(open + 1, end - 2);
      if (!digits.chars().allMatch(c -> c >= '0' && c <= '9') || digits.isEmpty()) {
        return end + 1;
      }
      from = end + 1 + Integer.parseInt(digits);
      if (from > received.length()) {
        return 0;
      }
    }
  }

  /// Fails if the server stopped in the middle of a response.
  public void closed() {
    if (!received.isEmpty()) {
      throw new ResponseViolation("closed in the middle", received.toString());
    }
  }

  private void response(String response) {
    var in = new ResponseReader(response, unicode);
    if (bye && !response.contains(" OK ")) {
      throw in.violation("more behind BYE");
    }
    if (in.next("+ ")) {
      if (!exchanging) {
        in.text();
      }
    } else if (in.next("* ")) {
      untagged(in);
    } else {
      tagged(in);
    }
    greeted = true;
  }

  private void tagged(ResponseReader in) {
    var tag = in.tag();
    in.expect(" ");
    var verbs = pending.get(tag);
    if (verbs == null || verbs.isEmpty()) {
      throw in.violation("completion of a command that was not sent");
    }
    if (!order.getFirst().equals(tag)) {
      throw in.violation("completion out of order");
    }
    order.removeFirst();
    var verb = verbs.remove();
    exchanging = false;
    if (literal > 0 && order.isEmpty()) {
      // The command was refused before its literal was sent, and it never will be.
      literal = 0;
    }
    boolean ok = in.next("OK ");
    if (!ok && !in.next("NO ") && !in.next("BAD ")) {
      throw in.violation("no condition");
    }
    boolean notDone = verb.equals("IDLE") && in.rest().startsWith("expected DONE");
    codeAndText(in);
    if (notDone && !order.isEmpty()) {
      // What came instead of DONE is not carried out.
      var unheard = pending.get(order.removeFirst());
      if (unheard != null) {
        unheard.remove();
      }
    }
    boolean selects = verb.equals("SELECT") || verb.equals("EXAMINE");
    if ((selects && !ok) || (ok && (verb.equals("CLOSE") || verb.equals("UNSELECT")))) {
      exists = 0;
    }
  }

  private void untagged(ResponseReader in) {
    if (!greeted) {
      if (!in.next("OK ") && !in.next("BYE ") && !in.next("PREAUTH ")) {
        throw in.violation("no greeting");
      }
      codeAndText(in);
      return;
    }
    if (Character.digit(in.peek(), 10) >= 0) {
      numbered(in);
      return;
    }
    var word = in.atom().toUpperCase(Locale.ROOT);
    switch (word) {
      case "OK", "NO", "BAD", "BYE" -> {
        in.expect(" ");
        bye |= word.equals("BYE");
        if (word.equals("BAD") && !order.isEmpty() && order.getFirst().length() > TAG_MAX) {
          // Which command it answers cannot be said (RFC 9051, section 7.1.3).
          pending.remove(order.removeFirst());
        }
        codeAndText(in);
      }
      case "CAPABILITY", "ENABLED" -> {
        while (in.next(" ")) {
          var name = in.atom();
          qresync |= word.equals("ENABLED") && name.equals("QRESYNC");
        }
        in.end();
      }
      case "ID" -> {
        in.expect(" ");
        if (!in.nil()) {
          in.fullList(() -> {
            in.string();
            in.expect(" ");
            in.nstring();
          });
        }
        in.end();
      }
      case "NAMESPACE" -> {
        in.expect(" ((\"\" \"/\")) NIL NIL");
        in.end();
      }
      case "FLAGS" -> {
        in.expect(" ");
        in.list(() -> in.flag(false));
        in.end();
      }
      case "LIST", "LSUB" -> listed(in, word);
      case "MAILBOX", "BBOARD" -> {
        if (!running().equals("FIND")) {
          throw in.violation(word + " that nobody asked for");
        }
        in.expect(" ");
        in.astring();
        in.end();
      }
      case "STATUS" -> status(in);
      case "SEARCH" -> {
        while (in.next(" ")) {
          if (in.next("(MODSEQ ")) {
            in.number();
            in.expect(")");
          } else {
            in.nonZero();
          }
        }
        in.end();
      }
      case "ESEARCH" -> esearch(in);
      case "VANISHED" -> vanished(in);
      default -> throw in.violation("unknown response");
    }
  }

  private void numbered(ResponseReader in) {
    long number = in.number32();
    in.expect(" ");
    var word = in.atom().toUpperCase(Locale.ROOT);
    switch (word) {
      case "EXISTS" -> {
        boolean opening = running().equals("SELECT") || running().equals("EXAMINE");
        if (!opening && number < exists) {
          throw in.violation("EXISTS sinks from " + exists);
        }
        exists = number;
        noModSeq &= !opening;
        in.end();
      }
      case "RECENT" -> {
        if (number > exists) {
          throw in.violation("more recent than existing messages");
        }
        in.end();
      }
      case "EXPUNGE" -> {
        if (qresync && !noModSeq) {
          throw in.violation("EXPUNGE instead of VANISHED");
        }
        expunges(in);
        if (number < 1 || number > exists) {
          throw in.violation("number outside 1.." + exists);
        }
        exists--;
        in.end();
      }
      case "FETCH" -> {
        if (number < 1 || number > exists) {
          throw in.violation("number outside 1.." + exists);
        }
        in.expect(" ");
        in.fullList(() -> fetchItem(in));
        in.end();
      }
      default -> throw in.violation("unknown response");
    }
  }

  private String running() {
    if (order.isEmpty()) {
      return "";
    }
    var verbs = pending.get(order.getFirst());
    return verbs == null || verbs.isEmpty() ? "" : verbs.peek();
  }

  private void expunges(ResponseReader in) {
    if (running().isEmpty() || WITHOUT_EXPUNGES.contains(running())) {
      throw in.violation("expunge told during <" + running() + ">");
    }
  }

  private void vanished(ResponseReader in) {
    boolean earlier = in.next(" (EARLIER)");
    in.expect(" ");
    if (!qresync) {
      throw in.violation("VANISHED without QRESYNC");
    }
    if (noModSeq) {
      throw in.violation("VANISHED without mod-sequences");
    }
    var set = in.rest();
    in.set();
    in.end();
    if (!earlier) {
      expunges(in);
      exists -= size(set.strip());
      if (exists < 0) {
        throw in.violation("more vanished than there were");
      }
    }
  }

  private static long size(String set) {
    long size = 0;
    for (var range : set.split(",", -1)) {
      var ends = range.split(":", -1);
      size += ends.length == 1 ? 1 : Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
    }
    return size;
  }

  private void fetchItem(ResponseReader in) {
    if (in.next("UID ")) {
      in.nonZero();
    } else if (in.next("FLAGS ")) {
      in.list(() -> in.flag(false));
    } else if (in.next("MODSEQ (")) {
      if (noModSeq || in.number() == 0) {
        throw in.violation("a mod-sequence that is none");
      }
      in.expect(")");
    } else if (in.next("INTERNALDATE ")) {
      date(in);
    } else if (in.next("RFC822.SIZE ")) {
      in.number();
    } else if (in.next("ENVELOPE ")) {
      envelope(in);
    } else if (in.next("BODYSTRUCTURE ")) {
      body(in, true);
    } else if (in.next("BODY ")) {
      body(in, false);
    } else if (in.next("BODY[")) {
      section(in);
      in.expect(" ");
      in.nstring();
    } else if (in.next("RFC822.HEADER ") || in.next("RFC822.TEXT ") || in.next("RFC822 ")) {
      in.nstring();
    } else {
      throw in.violation("unknown item");
    }
  }

  private static void date(ResponseReader in) {
    var date = in.string();
    boolean fine =
        date.length() == 26
            && "0123 ".indexOf(date.charAt(0)) >= 0
            && date.charAt(2) == '-'
            && date.charAt(6) == '-'
            && date.charAt(11) == ' '
            && date.charAt(14) == ':'
            && date.charAt(17) == ':'
            && "+-".indexOf(date.charAt(21)) >= 0;
    if (!fine) {
      throw in.violation("no date-time");
    }
  }

  private static void section(ResponseReader in) {
    while (in.peek() != ']') {
      if (in.next(" (")) {
        do {
          in.astring();
        } while (in.next(" "));
        in.expect(")");
      } else {
        in.atom();
      }
    }
    in.expect("]");
    if (in.next("<")) {
      in.number();
      in.expect(">");
    }
  }

  private static void envelope(ResponseReader in) {
    in.expect("(");
    in.nstring();
    in.expect(" ");
    in.nstring();
    for (int i = 0; i < 6; i++) {
      in.expect(" ");
      addresses(in);
    }
    in.expect(" ");
    in.nstring();
    in.expect(" ");
    in.nstring();
    in.expect(")");
  }

  private static void addresses(ResponseReader in) {
    if (in.nil()) {
      return;
    }
    in.expect("(");
    do {
      in.expect("(");
      in.nstring();
      for (int i = 0; i < 3; i++) {
        in.expect(" ");
        in.nstring();
      }
      in.expect(")");
    } while (in.peek() == '(');
    in.expect(")");
  }

  /// BODY or BODYSTRUCTURE of a message or a part.
  private static void body(ResponseReader in, boolean extended) {
    in.expect("(");
    if (in.peek() == '(') {
      do {
        body(in, extended);
      } while (in.peek() == '(');
      in.expect(" ");
      in.string();
      if (extended && in.next(" ")) {
        parameters(in);
        extensions(in, 3);
      }
    } else {
      var type = in.string();
      in.expect(" ");
      var subtype = in.string();
      in.expect(" ");
      parameters(in);
      in.expect(" ");
      in.nstring();
      in.expect(" ");
      in.nstring();
      in.expect(" ");
      in.string();
      in.expect(" ");
      in.number();
      if (type.equalsIgnoreCase("TEXT")) {
        in.expect(" ");
        in.number();
      } else if (type.equalsIgnoreCase("MESSAGE") && subtype.equalsIgnoreCase("RFC822")) {
        in.expect(" ");
        envelope(in);
        in.expect(" ");
        body(in, extended);
        in.expect(" ");
        in.number();
      }
      if (extended && in.next(" ")) {
        in.nstring();
        extensions(in, 3);
      }
    }
    in.expect(")");
  }

  /// Disposition, language, location; what is missing is missing from the end.
  private static void extensions(ResponseReader in, int most) {
    for (int i = 0; i < most && in.next(" "); i++) {
      if (in.peek() == '(') {
        if (i == 0) {
          in.expect("(");
          in.string();
          in.expect(" ");
          parameters(in);
          in.expect(")");
        } else {
          in.fullList(in::string);
        }
      } else {
        in.nstring();
      }
    }
  }

  private static void parameters(ResponseReader in) {
    if (!in.nil()) {
      in.fullList(() -> {
        in.string();
        in.expect(" ");
        in.string();
      });
    }
  }

  private static void listed(ResponseReader in, String word) {
    in.expect(" ");
    var attributes = new ArrayList<String>();
    in.list(() -> {
      in.expect("\\");
      attributes.add(in.atom().toUpperCase(Locale.ROOT));
    });
    if (attributes.contains("HASCHILDREN") && attributes.contains("HASNOCHILDREN")) {
      throw in.violation("children and no children");
    }
    in.expect(" \"/\" ");
    var name = in.astring();
    if (!name.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw in.violation("name that is not 7-bit");
    }
    if (word.equals("LIST") && in.next(" (\"CHILDINFO\" ")) {
      in.fullList(in::string);
      in.expect(")");
    }
    in.end();
  }

  private static void status(ResponseReader in) {
    in.expect(" ");
    in.astring();
    in.expect(" ");
    in.fullList(() -> {
      var kind = STATUS_ITEMS.get(in.atom());
      in.expect(" ");
      switch (kind) {
        case "number" -> in.number32();
        case "number64" -> in.number();
        case "id" -> in.fullList(in::atom);
        case null, default -> throw in.violation("unknown item");
      }
    });
    in.end();
  }

  private static void esearch(ResponseReader in) {
    if (in.next(" (TAG ")) {
      in.string();
      in.expect(")");
    }
    var _ = in.next(" UID");
    while (in.next(" ")) {
      var item = in.atom().toUpperCase(Locale.ROOT);
      in.expect(" ");
      switch (item) {
        case "MIN", "MAX" -> in.nonZero();
        case "COUNT" -> in.number32();
        case "MODSEQ" -> in.number();
        case "ALL" -> in.set();
        default -> throw in.violation("unknown item");
      }
    }
    in.end();
  }

  private void codeAndText(ResponseReader in) {
    if (in.next("[")) {
      code(in);
      in.expect("] ");
    }
    in.text();
  }

  private void code(ResponseReader in) {
    var word = in.atom().toUpperCase(Locale.ROOT);
    switch (word) {
      case "ALREADYEXISTS",
          "AUTHENTICATIONFAILED",
          "CANNOT",
          "CLIENTBUG",
          "COMPRESSIONACTIVE",
          "CORRUPTION",
          "EXPUNGEISSUED",
          "HASCHILDREN",
          "INUSE",
          "LIMIT",
          "NONEXISTENT",
          "NOPERM",
          "OVERQUOTA",
          "PRIVACYREQUIRED",
          "READ-ONLY",
          "READ-WRITE",
          "SERVERBUG",
          "TOOBIG",
          "TRYCREATE",
          "UNAVAILABLE",
          "UNKNOWN-CTE",
          "USEATTR" -> {}
      case "CLOSED" -> exists = 0;
      case "NOMODSEQ" -> noModSeq = true;
      case "CAPABILITY" -> {
        do {
          in.expect(" ");
          in.atom();
        } while (in.peek() == ' ');
      }
      case "BADCHARSET" -> {
        in.expect(" ");
        in.fullList(in::astring);
      }
      case "PERMANENTFLAGS" -> {
        in.expect(" ");
        in.list(() -> in.flag(true));
      }
      case "UNSEEN" -> {
        in.expect(" ");
        if (in.nonZero() > exists) {
          throw in.violation("unseen behind the end");
        }
      }
      case "UIDNEXT", "UIDVALIDITY" -> {
        in.expect(" ");
        in.nonZero();
      }
      case "HIGHESTMODSEQ" -> {
        in.expect(" ");
        if (in.number() == 0) {
          throw in.violation("zero");
        }
      }
      case "MAILBOXID" -> {
        in.expect(" ");
        in.fullList(in::atom);
      }
      case "MODIFIED" -> {
        in.expect(" ");
        in.set();
      }
      case "APPENDUID" -> {
        in.expect(" ");
        in.nonZero();
        in.expect(" ");
        in.set();
      }
      case "COPYUID" -> {
        in.expect(" ");
        in.nonZero();
        in.expect(" ");
        in.set();
        in.expect(" ");
        in.set();
      }
      default -> throw in.violation("unknown code");
    }
  }
}
