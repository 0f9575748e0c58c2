package org.popinjay.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The text of a users file, read.
///
/// One user a line in the passwd-file layout of Dovecot:
/// `name:password:uid:gid:gecos:home:shell:extra`, everything behind the password may be missing.
/// Empty lines and lines that begin with `#` say nothing. A line that cannot be read costs its own
/// user alone. What stands in `extra` is told in [ExtraFields]. A user with a weak password, where
/// the settings do not allow that, is known and may not sign in.
///
/// @param users by name
/// @param faults lines that were skipped, or read without a part of them
record UsersFile(Map<String, Entry> users, List<Fault> faults) {
  private static final int FIELDS_MAX = 8;

  /// A user.
  ///
  /// @param passwords his own, and then those of his programs
  /// @param closed why he may not sign in, if so
  /// @param owner whose files his mail is; without one it is the server's own
  record Entry(
      String name,
      List<StoredPassword> passwords,
      Optional<String> closed,
      Optional<Owner> owner,
      Optional<String> home) {
    /// Copies the list.
    Entry {
      passwords = List.copyOf(passwords);
    }

    PasswordHash own() {
      return passwords.getFirst().hash();
    }
  }

  /// A user and group of the system.
  record Owner(int uid, int gid) {}

  /// What is wrong with a line.
  ///
  /// @param line counted from 1
  /// @param reason never quotes the line, which may hold a password
  record Fault(int line, String reason) {
    @Override
    public String toString() {
      return "line " + line + ": " + reason;
    }
  }

  /// Reads a whole file. Never throws for what it holds.
  ///
  /// @param weakAllowed weak schemes that are believed all the same
  static UsersFile parse(byte[] octets, Set<Scheme> weakAllowed) {
    var users = new HashMap<String, Entry>();
    var faults = new ArrayList<Fault>();
    int number = 0;
    for (int from = 0; from < octets.length; ) {
      int to = from;
      while (to < octets.length && octets[to] != '\n') {
        to++;
      }
      number++;
      try {
        parseLine(octets, from, to, number, weakAllowed, users, faults);
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(number, String.valueOf(e.getMessage())));
      }
      from = to + 1;
    }
    return new UsersFile(Map.copyOf(users), List.copyOf(faults));
  }

  private static void parseLine(
      byte[] octets,
      int from,
      int to,
      int number,
      Set<Scheme> weakAllowed,
      Map<String, Entry> users,
      List<Fault> faults) {
    int end = to > from && octets[to - 1] == '\r' ? to - 1 : to;
    if (end == from || octets[from] == '#') {
      return;
    }
    var field = fields(text(octets, from, end));
    var extra = ExtraFields.parse(field.size() == FIELDS_MAX ? field.getLast() : "");
    var entry = entry(field, extra, weakAllowed);
    if (users.containsKey(entry.name())) {
      throw new IllegalArgumentException("the name stands on an earlier line, which holds");
    }
    users.put(entry.name(), entry);
    entry.closed().ifPresent(reason -> faults.add(new Fault(number, reason)));
    if (extra.leftOut()) {
      faults.add(new Fault(number, "extra fields are not understood and were left out"));
    }
  }

  private static String text(byte[] octets, int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8", e);
    }
  }

  /// Cut at colons; the last field keeps its own.
  private static List<String> fields(String line) {
    var fields = new ArrayList<String>();
    int from = 0;
    for (int to; fields.size() < FIELDS_MAX - 1 && (to = line.indexOf(':', from)) >= 0; ) {
      fields.add(line.substring(from, to));
      from = to + 1;
    }
    fields.add(line.substring(from));
    return fields;
  }

  private static Entry entry(List<String> field, ExtraFields extra, Set<Scheme> weakAllowed) {
    var name =
        UserNames.normalize(field.getFirst())
            .orElseThrow(() -> new IllegalArgumentException("nobody can have such a name"));
    if (field.size() < 2) {
      throw new IllegalArgumentException("no password (expected name:{SCHEME}hash)");
    }
    var passwords = new ArrayList<StoredPassword>();
    passwords.add(StoredPassword.own(PasswordHash.parse(field.get(1))));
    passwords.addAll(extra.passwords());
    return new Entry(
        name,
        passwords,
        extra.closed().or(() -> weak(passwords, weakAllowed)),
        owner(present(field, 2), present(field, 3)),
        home(present(field, 5)));
  }

  private static Optional<String> weak(List<StoredPassword> passwords, Set<Scheme> allowed) {
    return passwords.stream()
        .flatMap(password -> WeakSchemes.refusal(password.hash(), allowed).stream())
        .findFirst();
  }

  private static @Nullable String present(List<String> fields, int index) {
    return index < fields.size() && !fields.get(index).isEmpty() ? fields.get(index) : null;
  }

  private static Optional<Owner> owner(@Nullable String uid, @Nullable String gid) {
    if (uid == null && gid == null) {
      return Optional.empty();
    }
    if (uid == null || gid == null) {
      throw new IllegalArgumentException("uid and gid must both be there, or neither");
    }
    var owner = new Owner(id("uid", uid), id("gid", gid));
    if (owner.uid() == 0) {
      throw new IllegalArgumentException("uid 0 (mail of root's cannot be read here)");
    }
    if (owner.uid() == ServedUids.NOBODY) {
      throw new IllegalArgumentException("uid 65534 is nobody's, and so has no mail");
    }
    return Optional.of(owner);
  }

  /// The greatest number means "nobody at all" to the kernel.
  private static int id(String what, String text) {
    try {
      if (text.length() <= 10) {
        int id = Integer.parseUnsignedInt(text, 0, text.length(), 10);
        if (id != -1 && text.charAt(0) != '+') {
          return id;
        }
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new IllegalArgumentException(what + " is not a number (expected 0 to 4294967294)");
  }

  private static Optional<String> home(@Nullable String home) {
    if (home == null) {
      return Optional.empty();
    }
    if (!home.startsWith("/") || home.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException("home is not an absolute path");
    }
    return Optional.of(home);
  }

  /// A hash in the scheme of most users; empty when there are none.
  Optional<PasswordHash> typicalHash() {
    var counts = new EnumMap<Scheme, Integer>(Scheme.class);
    for (var entry : users.values()) {
      counts.merge(entry.own().scheme(), 1, Integer::sum);
    }
    return users.values().stream()
        .map(Entry::own)
        .max(Comparator.comparingInt(hash -> counts.getOrDefault(hash.scheme(), 0)));
  }

  /// Whether the own password of everybody is stored in a form.
  boolean serves(StoredForm form) {
    return users.values().stream().allMatch(entry -> entry.own().serves(form));
  }

  /// Whether that of somebody is.
  boolean servesSome(StoredForm form) {
    return users.values().stream().anyMatch(entry -> entry.own().serves(form));
  }

  /// Keys of SCRAM like those of the others; empty where some have to be computed.
  Optional<ScramHash> typicalKeys(ScramDigest digest) {
    ScramHash found = null;
    for (var entry : users.values()) {
      if (!(entry.own() instanceof ScramHash keys) || keys.digest() != digest) {
        return Optional.empty();
      }
      found = keys;
    }
    return Optional.ofNullable(found);
  }
}
