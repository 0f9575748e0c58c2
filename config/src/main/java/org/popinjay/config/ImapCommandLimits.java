package org.popinjay.config;

/// How much one command of IMAP may be and hold. Honest clients come near none of these but the
/// length of a line. What a standard bounds (ID: RFC 2971, section 3.3) or a file name does
/// (mailboxes) is no setting.
public record ImapCommandLimits(
    @Setting(
            value = "Longest line before sign-in; AUTHENTICATE has `limits.saslLineOctets`.",
            range = "1KiB..64KiB",
            common = true)
        ByteSize lineOctetsBeforeLogin,
    @Setting(
            value = "Longest literal before sign-in: a name, a password.",
            range = "128B..64KiB",
            common = true)
        ByteSize literalOctetsBeforeLogin,
    @Setting(
            value = "All literals of one command before sign-in.",
            range = "128B..256KiB",
            common = true)
        ByteSize literalsOctetsBeforeLogin,
    @Setting(
            value = "Longest literal after sign-in that is no message: a name, a text to look for.",
            range = "1KiB..1MiB")
        ByteSize literalOctets,
    @Setting(value = "All literals of one command that are no messages.", range = "1KiB..4MiB")
        ByteSize literalsOctets,
    @Setting(value = "Longest tag.", range = "8..256") int tagOctets,
    @Setting(
            value =
                "Parentheses within each other, and keys of a search within each other. Before"
                    + " sign-in it is one.",
            range = "8..100")
        int nesting,
    @Setting(
            value =
                "Words of one command, and ranges of one set of messages when those that touch are"
                    + " one.",
            range = "1000..1000000")
        int words,
    @Setting(value = "Keys of one search.", range = "50..100000") int searchKeys,
    @Setting(value = "Items of one FETCH.", range = "16..1000") int fetchItems,
    @Setting(value = "Fields of one `HEADER.FIELDS`.", range = "32..10000") int headerFields,
    @Setting(value = "Patterns of one LIST.", range = "4..1000") int listPatterns,
    @Setting(
            value = "Keywords that one command names; each goes into every message it is set on.",
            range = "8..256")
        int keywords) {

  /// Room for what clients in use send, many times over.
  public static final ImapCommandLimits DEFAULTS =
      new ImapCommandLimits(
          ByteSize.ofKiB(8),
          ByteSize.ofKiB(1),
          ByteSize.ofKiB(4),
          ByteSize.ofKiB(64),
          ByteSize.ofKiB(256),
          64,
          32,
          20_000,
          1_000,
          128,
          256,
          32,
          64);

  /// Checks the ranges.
  public ImapCommandLimits {
    SettingRange.check(
        "limits.imapCommand",
        ImapCommandLimits.class,
        lineOctetsBeforeLogin,
        literalOctetsBeforeLogin,
        literalsOctetsBeforeLogin,
        literalOctets,
        literalsOctets,
        tagOctets,
        nesting,
        words,
        searchKeys,
        fetchItems,
        headerFields,
        listPatterns,
        keywords);
  }
}
