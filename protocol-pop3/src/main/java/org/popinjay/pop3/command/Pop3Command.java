package org.popinjay.pop3.command;

import org.jspecify.annotations.Nullable;

/// A command a client may send, fully parsed.
///
/// The branch a record hangs on says in which session state it is legal (RFC 1939, sections 4 to
/// 6), so no table of names has to repeat it. Records own their data: none holds a network buffer.
public sealed interface Pop3Command {

  /// The word that the command goes by in metrics.
  Pop3Verb verb();

  /// Whether there is something in it that nobody may find in memory later.
  default boolean secret() {
    return false;
  }

  /// Octets of the line that it holds; 0 where these are few.
  default int octets() {
    return 0;
  }

  /// Legal in every state.
  sealed interface InAnyState extends Pop3Command {}

  /// Legal until somebody is signed in (RFC 1939, section 4).
  sealed interface InAuthorization extends Pop3Command {}

  /// Legal with an open maildrop (RFC 1939, section 5).
  sealed interface InTransaction extends Pop3Command {}

  /// Ends the session; with an open maildrop, carries the deletions out (RFC 1939, sections 4 and
  /// 6).
  record Quit() implements InAnyState {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.QUIT;
    }
  }

  /// Asks what the server can do (RFC 2449, section 5).
  record Capa() implements InAnyState {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.CAPA;
    }
  }

  /// Asks for the languages of answers, or chooses one (RFC 6856, section 3).
  ///
  /// @param range the language range in small letters, `*` for any; empty asks for the list
  record Lang(String range) implements InAnyState {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.LANG;
    }
  }

  /// Asks which commands there are: of Heimdal's popper and of people at telnet. In no RFC: see the
  /// list of RFC 1939, section 9.
  record Help() implements InAnyState {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.HELP;
    }
  }

  /// Says that the client can read UTF-8 everywhere (RFC 6856, section 2).
  record Utf8() implements InAuthorization {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.UTF8;
    }
  }

  /// Asks for TLS (RFC 2595, section 4).
  record Stls() implements InAuthorization {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.STLS;
    }
  }

  /// Names the user (RFC 1939, section 7).
  ///
  /// @param name as sent, without trailing spaces; 1 to 128 octets
  record User(String name) implements InAuthorization {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.USER;
    }
  }

  /// Gives the password: everything behind one space, spaces included (RFC 1939, section 7).
  record Pass(Secret password) implements InAuthorization {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.PASS;
    }

    @Override
    public int octets() {
      return password.octets().length;
    }

    @Override
    public boolean secret() {
      return true;
    }
  }

  /// Gives the name and what the password and the greeting's timestamp hash to (RFC 1939, section
  /// 7).
  ///
  /// @param digest 32 hexadecimal digits in any case
  record Apop(String name, String digest) implements InAuthorization {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.APOP;
    }
  }

  /// Starts a SASL exchange (RFC 5034, section 4; RFC 1734).
  ///
  /// @param mechanism in capitals; null asks for the list, as old clients do and no RFC says
  /// @param initial initial response in base64, `=` for an empty one; null where there is none
  record Auth(@Nullable String mechanism, @Nullable Secret initial) implements InAuthorization {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.AUTH;
    }

    @Override
    public int octets() {
      return initial == null ? 0 : initial.octets().length;
    }

    @Override
    public boolean secret() {
      return initial != null;
    }
  }

  /// Counts messages and octets (RFC 1939, section 5).
  record Stat() implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.STAT;
    }
  }

  /// Lists the size of one message or of each (RFC 1939, section 5).
  ///
  /// @param number message number; 0 means each
  record List(int number) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.LIST;
    }
  }

  /// Lists the unique-id of one message or of each (RFC 1939, section 7).
  ///
  /// @param number message number; 0 means each
  record Uidl(int number) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.UIDL;
    }
  }

  /// Fetches a message (RFC 1939, section 5).
  record Retr(int number) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.RETR;
    }
  }

  /// Fetches the header of a message and the first lines of its body (RFC 1939, section 7).
  ///
  /// @param lines how many lines of the body, 0 or more; greater numbers than an `int` holds are
  ///   cut, since no message has so many lines
  record Top(int number, int lines) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.TOP;
    }
  }

  /// Marks a message for removal (RFC 1939, section 5).
  record Dele(int number) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.DELE;
    }
  }

  /// Does nothing (RFC 1939, section 5).
  record Noop() implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.NOOP;
    }
  }

  /// Takes all marks for removal back (RFC 1939, section 5).
  record Rset() implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.RSET;
    }
  }

  /// Asks for the highest message number accessed: a command of RFC 1081 that old clients send and
  /// RFC 1939, section 5, has no more.
  record Last() implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.LAST;
    }
  }

  /// Asks for a line about each message: of Heimdal's popper, and beyond RFC 1939, section 5.
  record Xover() implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.XOVER;
    }
  }

  /// Marks a range of messages for removal: of Heimdal's popper, and beyond RFC 1939, section 5.
  record Xdele(int first, int last) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.XDELE;
    }
  }

  /// Asks for one of the extensions of RFC 1082 and of popper, which RFC 1939, section 5, leaves
  /// out and old clients send.
  record Xtnd(Extension extension) implements InTransaction {
    @Override
    public Pop3Verb verb() {
      return Pop3Verb.XTND;
    }
  }

  /// What XTND can ask for.
  sealed interface Extension {

    /// `XTND XLST field [number]`, or `XLIST`: one field of a message or of each.
    ///
    /// @param field as sent: printable, and perhaps with a colon
    /// @param number message number; 0 means each
    record Headers(String field, int number) implements Extension {}

    /// `XTND XMIT`: takes a message and sends it.
    record Submission() implements Extension {}

    /// `XTND BBOARDS`: lists bulletin boards (RFC 1082).
    record ListBoards() implements Extension {}

    /// `XTND BBOARDS name` or `XTND ARCHIVE name`: leaves what is open for a bulletin board, or for
    /// what was taken off it (RFC 1082).
    ///
    /// @param name one word as sent
    record OpenBoard(String name, boolean archive) implements Extension {}

    /// `XTND X-BBOARDS name`: asks what there is to know of a bulletin board (RFC 1082).
    ///
    /// @param name one word as sent
    record DescribeBoard(String name) implements Extension {}
  }
}
