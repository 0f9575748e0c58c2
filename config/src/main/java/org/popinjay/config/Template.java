package org.popinjay.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// A path with variables: `/var/mail/{user}`, `{home}/mail`, `/var/mail/{hash2}/{user}`.
///
/// [#expand] gives a path or says why there is none for this user; it never touches a disk. Whether
/// what stands at the path may be opened is for the store to check.
///
/// @param parts texts and variables in their order
public record Template(List<Part> parts) {
  /// The longest name of one file, in octets; Unix allows 255, the names of lock files need some.
  private static final int LONGEST_NAME = 240;

  /// A piece of a template.
  public sealed interface Part {
    /// Stands for itself.
    record Text(String text) implements Part {}

    /// Stands for something of the user.
    enum Variable implements Part {
      /// The whole user name.
      USER,
      /// The home directory.
      HOME,
      /// The numeric user id.
      UID,
      /// The user name up to its last `@`.
      LOCAL,
      /// The user name behind its last `@`.
      DOMAIN,
      /// One letter: the sum of the name's first five octets modulo 26, `a` being 0. A hashed spool
      /// of qpopper, method 1.
      HASH1,
      /// First and second letter as two folders, `t/e`; of a one-letter name the first twice. A
      /// hashed spool of qpopper, method 2. A dot as the second is left out, as the system does in
      /// qpopper's path: `a/.` is `a`.
      HASH2;

      @Override
      public String toString() {
        return '{' + name().toLowerCase(Locale.ROOT) + '}';
      }
    }
  }

  /// What is known of a user.
  ///
  /// @param name as checked at sign-in; holds no `/`
  /// @param home absolute; none for many virtual users
  /// @param uid none for virtual users
  public record User(String name, Optional<String> home, OptionalLong uid) {}

  /// What became of a template.
  public sealed interface Expansion {
    /// An absolute path.
    record Expanded(String path) implements Expansion {}

    /// No path for this user; the reason is for the log.
    record Refused(String reason) implements Expansion {}
  }

  /// Copies the parts.
  public Template {
    parts = List.copyOf(parts);
  }

  /// Reads a template.
  ///
  /// @throws SettingException for an unknown variable, a lone brace, a `.` or `..` between slashes,
  ///   or no text at all
  public static Template parse(String text) {
    var parts = new ArrayList<Part>();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('{', at);
      int end = open < 0 ? text.length() : open;
      if (text.substring(at, end).indexOf('}') >= 0) {
        throw unreadable(text);
      }
      if (end > at) {
        parts.add(new Part.Text(text.substring(at, end)));
      }
      at = end;
      if (open >= 0) {
        int close = text.indexOf('}', open);
        if (close < 0) {
          throw unreadable(text);
        }
        parts.add(variable(text, text.substring(open, close + 1)));
        at = close + 1;
      }
    }
    if (parts.isEmpty() || namesAreStrange(text) || text.indexOf('\0') >= 0) {
      throw unreadable(text);
    }
    return new Template(parts);
  }

  /// The path for a user.
  ///
  /// Refused are: a variable that this user has no value for; a user whose name would stand in the
  /// path as `.`, `..`, a hidden file, or like the name of a lock or a temporary maildrop; a name
  /// of one file above 240 octets; and what is not absolute.
  public Expansion expand(User user) {
    if (nameIsUnfit(user.name())) {
      return new Expansion.Refused("user name unfit for a path");
    }
    var path = new StringBuilder();
    for (var part : parts) {
      var value =
          switch (part) {
            case Part.Text(String text) -> Optional.of(text);
            case Part.Variable variable -> value(variable, user);
          };
      if (value.isEmpty()) {
        return new Expansion.Refused("user has no " + part);
      }
      path.append(value.get());
    }
    return checked(path.toString());
  }

  /// The same, counted from a folder if it is neither absolute nor starts with `{home}`.
  public Template from(Path folder) {
    boolean anchored =
        parts.getFirst() == Part.Variable.HOME
            || (parts.getFirst() instanceof Part.Text(String text) && text.startsWith("/"));
    return anchored ? this : parse(folder.toAbsolutePath() + "/" + this);
  }

  /// Whether the path depends on a variable.
  public boolean uses(Part.Variable variable) {
    return parts.contains(variable);
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var part : parts) {
      text.append(part instanceof Part.Text(String literal) ? literal : part.toString());
    }
    return text.toString();
  }

  private static Part variable(String text, String name) {
    for (var variable : Part.Variable.values()) {
      if (variable.toString().equals(name)) {
        return variable;
      }
    }
    throw unreadable(text);
  }

  private static Optional<String> value(Part.Variable variable, User user) {
    var name = user.name();
    int at = name.lastIndexOf('@');
    return switch (variable) {
      case USER -> Optional.of(name);
      case HOME -> user.home();
      case UID ->
          user.uid().isPresent()
              ? Optional.of(Long.toString(user.uid().getAsLong()))
              : Optional.empty();
      case LOCAL -> at == 0 ? Optional.empty() : Optional.of(at < 0 ? name : name.substring(0, at));
      case DOMAIN ->
          at < 0 || at == name.length() - 1
              ? Optional.empty()
              : Optional.of(name.substring(at + 1));
      case HASH1 -> Optional.of(String.valueOf((char) ('a' + sumOfFirstFive(name) % 26)));
      case HASH2 -> Optional.of(firstTwo(name));
    };
  }

  private static String firstTwo(String name) {
    char second = name.charAt(name.length() > 1 ? 1 : 0);
    return second == '.' ? name.substring(0, 1) : name.charAt(0) + "/" + second;
  }

  private static int sumOfFirstFive(String name) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    int sum = 0;
    for (int i = 0; i < Math.min(5, octets.length); i++) {
      sum += octets[i] & 0xFF;
    }
    return sum;
  }

  private static boolean nameIsUnfit(String name) {
    return name.isEmpty()
        || name.startsWith(".")
        || name.endsWith(".lock")
        || name.endsWith(".pop")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0
        || name.endsWith("@.")
        || name.endsWith("@..");
  }

  private static Expansion checked(String path) {
    if (!path.startsWith("/")) {
      return new Expansion.Refused("path is not absolute");
    }
    if (namesAreStrange(path)) {
      return new Expansion.Refused("path holds . or ..");
    }
    for (var name : path.split("/", -1)) {
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        return new Expansion.Refused("file name above " + LONGEST_NAME + " octets");
      }
    }
    return new Expansion.Expanded(path);
  }

  private static boolean namesAreStrange(String path) {
    for (var name : path.split("/", -1)) {
      if (name.equals(".") || name.equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static SettingException unreadable(String text) {
    return new SettingException(
        "template",
        text,
        "a path with variables of {user} {home} {uid} {local} {domain} {hash1} {hash2}");
  }
}
