package org.popinjay.config.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The reference of all settings, printed from the records: `docs/configuration.md`.
public final class ConfigReference {
  private ConfigReference() {}

  /// The page in Markdown. The same for the same records, on every machine.
  public static String markdown() {
    var page =
        new StringBuilder(
            """
            # Settings

            <!-- Printed from the records of org.popinjay.config; see ConfigReferenceTest for how. -->

            One YAML file in UTF-8, by default `/etc/popinjay/popinjay.yaml`. Every key has a default;
            an empty file is a valid server for the users of the system on the standard ports.

            - A key that is not known, a value of the wrong type or out of range stops the start with
              file, line and column; all of them are told in one run. `popinjay check -c FILE` does only that
              and tries the paths; with `--explain` it prints each setting and where it came from.
            - Durations are a whole number and one unit of `ms s m h d`, sizes one of `B KiB MiB GiB TiB`.
            - Addresses are `*:110` (all of the machine), `127.0.0.1:110` or `[::1]:110`; networks are
              `192.0.2.0/24`, `2001:db8::/32` or a single address.
            - `${NAME}` and `${NAME:-default}` in a value are filled in from the environment.
            - A relative path counts from the folder of the file.
            - Paths of users may hold `{user}`, `{home}`, `{uid}`, of `name@domain` the parts `{local}` and
              `{domain}`, and for hashed spools `{hash1}` (one letter: the sum of the first five octets of the
              name modulo 26) or `{hash2}` (`t/e` for `tea`).
            - `[]` stands for an item of a list.
            - Anchors and aliases work (at most 50); tags do not. At most 1 MiB.
            """);
    var blocks = blocks();
    for (var block : blocks.entrySet()) {
      page.append("\n## ")
          .append(block.getKey().isEmpty() ? "Top level" : '`' + block.getKey() + '`')
          .append('\n');
      block.getValue().meaning.forEach(text -> page.append('\n').append(text).append('\n'));
      table(page, block.getValue().keys);
    }
    return page.toString();
  }

  private static void table(StringBuilder page, List<Schema.Item.Key> keys) {
    if (keys.isEmpty()) {
      return;
    }
    page.append("\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n");
    for (var key : keys) {
      page.append("| `")
          .append(key.key())
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

  private static Map<String, Section> blocks() {
    var blocks = new LinkedHashMap<String, Section>();
    for (var item : Schema.items()) {
      int dot = item.key().indexOf('.');
      var top = dot < 0 ? item.key() : item.key().substring(0, dot).replace("[]", "");
      switch (item) {
        case Schema.Item.Block block ->
            section(blocks, top)
                .meaning
                .add((dot < 0 ? "" : '`' + block.key() + "`: ") + block.meaning());
        case Schema.Item.Key key -> section(blocks, dot < 0 ? "" : top).keys.add(key);
      }
    }
    return blocks;
  }

  private static Section section(Map<String, Section> blocks, String name) {
    return blocks.computeIfAbsent(name, _ -> new Section());
  }

  private static final class Section {
    private final List<String> meaning = new ArrayList<>();
    private final List<Schema.Item.Key> keys = new ArrayList<>();
  }
}
