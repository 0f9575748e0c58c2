package org.popinjay.config.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The reference of all settings, read from the records. Words in backquotes are what is typed.
public final class ConfigReference {
  /// What holds for all settings.
  private static final String OPENING =
      """
      One YAML file in UTF-8, by default `/etc/popinjay/popinjay.yaml`. Every key has a default;
      an empty file is a valid server for the users of the system on the standard ports.
      """;

  private static final List<String> RULES =
      List.of(
          """
          A key that is not known, a value of the wrong type or out of range stops the start with
          file, line and column; all of them are told in one run. `popinjay check -c FILE` does only that
          and tries the paths; with `--explain` it prints each setting and where it came from.
          """,
          """
          Durations are a whole number and one unit of `ms s m h d`, sizes one of `B KiB MiB GiB TiB`.
          """,
          """
          Addresses are `*:110` (all of the machine), `127.0.0.1:110` or `[::1]:110`; networks are
          `192.0.2.0/24`, `2001:db8::/32` or a single address.
          """,
          """
          `${NAME}` and `${NAME:-default}` in a value are filled in from the environment.
          """,
          """
          A running server takes changes on a reload (docs/operations.md), but for those that need a
          restart: the meaning of a key or of its block says so.
          """,
          """
          A relative path counts from the folder of the file.
          """,
          """
          Paths of users may hold `{user}`, `{home}`, `{uid}`, of `name@domain` the parts `{local}` and
          `{domain}`, and for hashed spools `{hash1}` (one letter: the sum of the first five octets of the
          name modulo 26) or `{hash2}` (`t/e` for `tea`).
          """,
          """
          `[]` stands for an item of a list.
          """,
          """
          Anchors and aliases work (at most 50); tags do not. At most 1 MiB.
          """);

  private ConfigReference() {}

  /// A block of the file.
  ///
  /// @param name of the block; empty at the top level
  /// @param meaning paragraphs
  /// @param keys with their paths, in the order of the records
  public record Block(String name, List<String> meaning, List<Key> keys) {
    /// Copies what it is given.
    public Block {
      meaning = List.copyOf(meaning);
      keys = List.copyOf(keys);
    }
  }

  /// One setting.
  ///
  /// @param name with its path
  /// @param type what has to be written
  /// @param preset the default as it would be written; empty where the file has to say
  /// @param range in words, or empty
  /// @param meaning one sentence or a few
  public record Key(
      String name, String type, Optional<String> preset, String range, String meaning) {}

  /// What the file is.
  public static String opening() {
    return OPENING;
  }

  /// What holds for all settings, a rule each.
  public static List<String> rules() {
    return RULES;
  }

  /// All blocks that there are. The same for the same records, on every machine.
  public static List<Block> blocks() {
    var sections = new LinkedHashMap<String, Section>();
    for (var item : Schema.items()) {
      int dot = item.key().indexOf('.');
      var top = dot < 0 ? item.key() : item.key().substring(0, dot).replace("[]", "");
      switch (item) {
        case Schema.Item.Block block ->
            section(sections, top)
                .meaning
                .add(
                    (dot < 0 ? "" : '`' + block.key() + "`: ")
                        + block.meaning()
                        + (block.restart() ? " A change of anything here needs a restart." : ""));
        case Schema.Item.Key key -> section(sections, dot < 0 ? "" : top).keys.add(key(key));
      }
    }
    var blocks = new ArrayList<Block>();
    sections.forEach((name, section) -> blocks.add(new Block(name, section.meaning, section.keys)));
    return blocks;
  }

  private static Key key(Schema.Item.Key key) {
    var meaning = key.meaning() + (key.restart() ? " A change needs a restart." : "");
    return new Key(key.key(), key.type(), key.preset(), key.range(), meaning);
  }

  /// `docs/configuration.md`.
  public static String markdown() {
    var page =
        new StringBuilder(
            """
            # Settings

            <!-- Printed from the records of org.popinjay.config; see ConfigReferenceTest for how. -->

            """);
    page.append(OPENING).append('\n');
    RULES.forEach(
        rule -> page.append("- ").append(rule.strip().replace("\n", "\n  ")).append('\n'));
    for (var block : blocks()) {
      page.append("\n## ")
          .append(block.name().isEmpty() ? "Top level" : '`' + block.name() + '`')
          .append('\n');
      block.meaning().forEach(text -> page.append('\n').append(text).append('\n'));
      table(page, block.keys());
    }
    return page.toString();
  }

  private static void table(StringBuilder page, List<Key> keys) {
    if (keys.isEmpty()) {
      return;
    }
    page.append("\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n");
    for (var key : keys) {
      page.append("| `")
          .append(key.name())
          .append("` | ")
          .append(key.type())
          .append(" | ")
          .append(key.preset().map(preset -> '`' + preset + '`').orElse("none, must be set"))
          .append(" | ")
          .append(key.range())
          .append(" | ")
          .append(key.meaning())
          .append(" |\n");
    }
  }

  private static Section section(Map<String, Section> sections, String name) {
    return sections.computeIfAbsent(name, _ -> new Section());
  }

  private static final class Section {
    private final List<String> meaning = new ArrayList<>();
    private final List<Key> keys = new ArrayList<>();
  }
}
