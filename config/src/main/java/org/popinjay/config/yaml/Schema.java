package org.popinjay.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.SettingRange;

/// All keys there are, read from the records.
final class Schema {
  /// A block of keys, or a key that takes a value.
  sealed interface Item {
    /// The key with its path; `[]` stands for an item of a list.
    String key();

    /// Whether a change of it, or of anything in it, needs a restart.
    boolean restart();

    /// A record of its own, a list of records, or a choice of records.
    record Block(String key, boolean restart, String meaning) implements Item {}

    /// A key with a value.
    ///
    /// @param type what has to be written
    /// @param preset the default as it would be written; empty where the file has to say
    /// @param range in words, or empty
    record Key(
        String key,
        String type,
        Optional<String> preset,
        String range,
        boolean restart,
        String meaning)
        implements Item {}
  }

  /// Read when settings are compared for the first time.
  private static final class Restarts {
    static final List<String> KEYS = items().stream().filter(Item::restart).map(Item::key).toList();
  }

  private final List<Item> items = new ArrayList<>();

  private Schema() {}

  /// Blocks and keys in the order of the records, each block ahead of its keys.
  static List<Item> items() {
    var schema = new Schema();
    schema.record("", PopinjayConfig.class, PopinjayConfig.DEFAULTS);
    return List.copyOf(schema.items);
  }

  /// Whether a change of a setting needs a restart.
  ///
  /// @param key with its path, as [EffectiveSettings] has it
  static boolean needsRestart(String key) {
    return Restarts.KEYS.stream()
        .anyMatch(needs -> key.equals(needs) || key.startsWith(needs + '.'));
  }

  private void record(String block, Class<?> type, @Nullable Record defaults) {
    for (var component : type.getRecordComponents()) {
      var site = Site.of(block, component);
      var raw = site.raw();
      var inner = ValueTypes.raw(ValueTypes.inner(site.type()));
      var preset = defaults == null ? null : Records.get(defaults, component);
      var range = SettingRange.of(component);
      if (raw == Map.class && ValueTypes.isSingle(inner)) {
        var words = "names, each with: " + ValueTypes.name(inner);
        items.add(
            new Item.Key(
                site.key(),
                words,
                Optional.ofNullable(preset).map(value -> ValueTypes.print(value, site.setting())),
                "",
                site.setting().restart(),
                site.setting().value()));
      } else if (raw == Map.class) {
        items.add(new Item.Block(site.key(), site.setting().restart(), site.setting().value()));
      } else if (ValueTypes.isSingle(inner)) {
        key(site, raw, inner, preset, range);
      } else {
        items.add(new Item.Block(site.key(), site.setting().restart(), site.setting().value()));
        var key = raw == List.class ? site.key() + "[]" : site.key();
        block(key, inner, preset instanceof Record record ? record : null);
      }
    }
  }

  private void block(String key, Class<?> type, @Nullable Record preset) {
    if (!type.isSealed()) {
      record(key, type, preset == null ? Records.defaults(type).orElse(null) : preset);
      return;
    }
    for (var variant : type.getPermittedSubclasses()) {
      var name = Site.below(key, Site.variantWord(variant));
      if (Site.isInline(variant)) {
        var only = variant.getRecordComponents()[0];
        var site = new Site(name, only.getGenericType(), Site.of(key, only).setting(), "");
        key(site, site.raw(), site.raw(), null, SettingRange.of(only));
      } else {
        record(name, variant, Records.defaults(variant).orElse(null));
      }
    }
  }

  private void key(
      Site site,
      Class<?> raw,
      Class<?> inner,
      @Nullable Object preset,
      Optional<SettingRange> range) {
    var setting = site.setting();
    var type = ValueTypes.name(inner);
    var list = raw == List.class ? "list of: " + type : type;
    boolean emptyWord = raw != inner && (raw != List.class || !setting.empty().equals("null"));
    items.add(
        new Item.Key(
            site.key(),
            emptyWord ? list + ", or `" + setting.empty() + "`" : list,
            preset == null || setting.required()
                ? Optional.empty()
                : Optional.of(ValueTypes.print(preset, setting)),
            range.map(r -> r.words(preset == null ? "" : preset)).orElse(""),
            setting.restart(),
            setting.value() + (setting.common() ? " The same for all users." : "")));
  }
}
