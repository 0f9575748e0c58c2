package org.popinjay.config.yaml;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.Pop3Config;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Setting;
import org.popinjay.config.SettingException;
import org.popinjay.config.SettingRange;
import org.popinjay.config.TlsConfig;
import org.popinjay.config.UserSettings;

/// Makes records out of a tree, by the components of the records and what their annotations say.
///
/// Where something is wrong, a fault is noted, `null` stands for the value and binding goes on with
/// the default, so that one run finds all faults.
final class SettingsBinder {
  private static final String OVERRIDES = "overrides";

  private final Path folder;
  private final List<Fault> faults;
  private final List<EffectiveSettings.Entry> effective = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();
  private UserSettings everybody = UserSettings.DEFAULTS;

  /// @param folder what a relative path counts from
  /// @param faults where faults are noted
  SettingsBinder(Path folder, List<Fault> faults) {
    this.folder = folder;
    this.faults = faults;
  }

  /// The whole file; what it returns is of use only if no fault was noted.
  PopinjayConfig bind(Node.Mapping document) {
    var config = record("", PopinjayConfig.class, document, PopinjayConfig.DEFAULTS);
    return config == null ? PopinjayConfig.DEFAULTS : (PopinjayConfig) config;
  }

  /// What was bound, with origins.
  EffectiveSettings effective() {
    return new EffectiveSettings(effective);
  }

  private @Nullable Record record(
      String block, Class<?> type, Node.Mapping node, @Nullable Record defaults) {
    refuseUnknown(block, type, node);
    var bound = new LinkedHashMap<String, Object>();
    int before = faults.size();
    for (var component : type.getRecordComponents()) {
      var name = component.getName();
      var preset = defaults == null ? null : preset(type, component, defaults, bound);
      var value = component(Site.of(block, component), component, node, preset);
      if (value == null && preset == null) {
        return null;
      }
      bound.put(name, value == null ? preset : value);
    }
    return make(block, type, node, List.copyOf(bound.values()), faults.size() == before);
  }

  private @Nullable Object component(
      Site site, RecordComponent component, Node.Mapping node, @Nullable Object preset) {
    for (var entry : node.entries()) {
      if (entry.key().equals(component.getName())) {
        places.put(site.key(), entry.value().place());
        if (site.setting().common() && site.key().startsWith(OVERRIDES + '.')) {
          return common(site, entry);
        }
        var value = value(site, entry.value(), preset);
        return value == null ? null : inRange(site, component, entry.value(), value);
      }
    }
    if (preset == null || site.setting().required()) {
      return wrong(site, new Node.Nothing(node.place()), ValueTypes.words(site.raw()));
    }
    if (!site.key().startsWith(OVERRIDES + '.')) {
      explain(site, preset, "default");
    }
    return preset;
  }

  /// A key that cannot differ from user to user.
  private @Nullable Object common(Site site, Node.Entry entry) {
    return wrong(
        site,
        entry.place(),
        entry.value().words(),
        "no value of its own: it is the same for all users");
  }

  /// The default of a component; that of two keys follows from other keys of the file.
  private Object preset(
      Class<?> type, RecordComponent component, Record defaults, Map<String, Object> bound) {
    if (type == PopinjayConfig.class && component.getName().equals("listeners")) {
      return ListenerConfig.standard(block(bound, TlsConfig.class).certificate().isPresent());
    }
    if (type == PopinjayConfig.class && component.getName().equals(OVERRIDES)) {
      everybody =
          new UserSettings(
              block(bound, Pop3Config.class),
              block(bound, ImapConfig.class),
              block(bound, LimitsConfig.class),
              new UserSettings.Mail(block(bound, MailConfig.class).quota()));
    }
    return Records.get(defaults, component);
  }

  private static <T extends Record> T block(Map<String, Object> bound, Class<T> type) {
    return bound.values().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  private @Nullable Record make(
      String block, Class<?> type, Node.Mapping node, List<Object> values, boolean sound) {
    try {
      return Records.make(type, values);
    } catch (SettingException e) {
      // A record names its key as it stands in the file, but cannot know below which user or item.
      var name = e.key().substring(e.key().lastIndexOf('.') + 1);
      var key = block.isEmpty() ? e.key() : Site.below(block, name);
      if (sound) {
        var place = places.getOrDefault(key, node.place());
        faults.add(new Fault(place, key, e.found(), e.expected(), Optional.empty()));
      }
      return null;
    }
  }

  private @Nullable Object value(Site site, Node node, @Nullable Object preset) {
    var type = site.raw();
    if (type == Optional.class || type == OptionalInt.class || type == OptionalLong.class) {
      return optional(site, node);
    }
    if (node instanceof Node.Nothing && preset != null) {
      explain(site, preset, "default");
      return preset;
    }
    if (type == List.class) {
      return list(site, node);
    }
    if (type == Map.class) {
      return map(site, node);
    }
    if (ValueTypes.isSingle(type)) {
      return single(site, node);
    }
    if (type.isSealed()) {
      return variant(site, node);
    }
    return node instanceof Node.Mapping mapping
        ? record(site.key(), type, mapping, (Record) preset)
        : wrong(site, node, "keys and values");
  }

  private @Nullable Object optional(Site site, Node node) {
    var type = site.raw();
    if (isEmpty(site.setting(), node)) {
      var none =
          type == OptionalInt.class
              ? OptionalInt.empty()
              : type == OptionalLong.class ? OptionalLong.empty() : Optional.empty();
      explain(site, none, origin(node));
      return none;
    }
    var inner = value(site.inner(), node, null);
    return switch (inner) {
      case null -> null;
      case Integer number when type == OptionalInt.class -> OptionalInt.of(number);
      case Long number when type == OptionalLong.class -> OptionalLong.of(number);
      default -> Optional.of(inner);
    };
  }

  private static boolean isEmpty(Setting setting, Node node) {
    return node instanceof Node.Nothing
        || (node instanceof Node.Scalar scalar && scalar.text().equals(setting.empty()));
  }

  private @Nullable Object list(Site site, Node node) {
    if (isEmpty(site.setting(), node)) {
      explain(site, List.of(), origin(node));
      return List.of();
    }
    if (!(node instanceof Node.Sequence sequence)) {
      return wrong(site, node, "a list");
    }
    var items = new ArrayList<Object>();
    for (var child : sequence.items()) {
      var item = site.item(items.size());
      places.put(item.key(), child.place());
      var preset = Records.defaults(item.raw()).orElse(null);
      var value = value(item, child, child instanceof Node.Nothing ? null : preset);
      items.add(value == null ? child : value);
    }
    if (items.isEmpty()) {
      explain(site, items, origin(node));
    }
    return items.stream().anyMatch(Node.class::isInstance) ? null : items;
  }

  private @Nullable Object map(Site site, Node node) {
    boolean ofUsers = site.entry("").raw() == UserSettings.class;
    if (!(node instanceof Node.Mapping mapping)) {
      return wrong(site, node, ofUsers ? "user names, each with what differs" : "names and values");
    }
    var values = new LinkedHashMap<String, Object>();
    boolean sound = true;
    for (var entry : mapping.entries()) {
      var item = site.entry(entry.key());
      places.put(item.key(), entry.place());
      var value = value(item, entry.value(), ofUsers ? everybody : null);
      sound &= value != null || ofUsers;
      values.put(entry.key(), value == null ? everybody : value);
    }
    return sound ? values : null;
  }

  private @Nullable Object single(Site site, Node node) {
    var type = site.raw();
    if (!(node instanceof Node.Scalar scalar)) {
      return wrong(site, node, site.expected(ValueTypes.words(type)));
    }
    try {
      var value = ValueTypes.read(type, scalar.text(), folder);
      explain(site, value, scalar.origin());
      return value;
    } catch (SettingException e) {
      var nearest =
          type.isEnum()
              ? NearestWord.of(scalar.text(), ValueTypes.enumWords(type))
              : Optional.<String>empty();
      faults.add(
          new Fault(
              node.place(),
              site.key(),
              site.shown(node.words()),
              site.expected(e.expected()),
              nearest));
      return null;
    }
  }

  /// A mapping of one key, which chooses the record.
  private @Nullable Object variant(Site site, Node node) {
    var variants = List.of(site.raw().getPermittedSubclasses());
    var words = variants.stream().map(Site::variantWord).toList();
    var expected = "one key of " + ValueTypes.alternatives(words);
    if (!(node instanceof Node.Mapping mapping) || mapping.entries().size() != 1) {
      return wrong(site, node, expected);
    }
    var entry = mapping.entries().getFirst();
    int chosen = words.indexOf(entry.key());
    if (chosen < 0) {
      var nearest = NearestWord.of(entry.key(), words);
      faults.add(new Fault(entry.place(), site.key(), entry.key(), expected, nearest));
      return null;
    }
    var type = variants.get(chosen);
    var below = site.variant(type);
    var preset = Records.defaults(type).orElse(null);
    if (!Site.isInline(type)) {
      return value(below, entry.value(), preset);
    }
    var component = Site.of("", type.getRecordComponents()[0]);
    var only =
        single(new Site(below.key(), component.type(), component.setting(), ""), entry.value());
    return only == null ? null : Records.make(type, List.of(only));
  }

  private @Nullable Object inRange(Site site, RecordComponent component, Node node, Object value) {
    var range = SettingRange.of(component);
    if (range.isEmpty() || range.get().contains(value)) {
      return value;
    }
    var found =
        value instanceof Collection<?> items
            ? items.size() + (items.size() == 1 ? " entry" : " entries")
            : node.words();
    return wrong(site, node.place(), found, range.get().words(value));
  }

  private void refuseUnknown(String block, Class<?> type, Node.Mapping node) {
    var known = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    for (var entry : node.entries()) {
      if (!known.contains(entry.key())) {
        faults.add(
            new Fault(
                entry.place(),
                Site.below(block, entry.key()),
                "an unknown key",
                (known.size() > 1 ? "one of " : "") + ValueTypes.alternatives(known),
                NearestWord.of(entry.key(), known).or(() -> elsewhere(entry.key()))));
      }
    }
  }

  /// A key of this name in another block.
  private static Optional<String> elsewhere(String name) {
    return Schema.items().stream()
        .map(Schema.Item::key)
        .filter(key -> key.endsWith('.' + name) && key.indexOf('[') < 0)
        .findFirst();
  }

  private @Nullable Object wrong(Site site, Node node, String expected) {
    return wrong(site, node.place(), node.words(), expected);
  }

  private @Nullable Object wrong(Site site, Place place, String found, String expected) {
    faults.add(new Fault(place, site.key(), site.shown(found), expected, Optional.empty()));
    return null;
  }

  private static String origin(Node node) {
    return node instanceof Node.Scalar scalar ? scalar.origin() : node.place().toString();
  }

  /// Notes a value and where it came from; a record or a list of records key by key.
  private void explain(Site site, Object value, String origin) {
    if (value instanceof Record record && !ValueTypes.isSingle(record.getClass())) {
      for (var component : record.getClass().getRecordComponents()) {
        explain(Site.of(site.key(), component), Records.get(record, component), origin);
      }
    } else if (value instanceof List<?> items && !items.isEmpty() && isBlock(site.item(0))) {
      for (int i = 0; i < items.size(); i++) {
        var item = site.item(i);
        var type = items.get(i).getClass();
        explain(item.raw().isSealed() ? item.variant(type) : item, items.get(i), origin);
      }
    } else {
      var text = site.shown(ValueTypes.print(value, site.setting()));
      effective.add(new EffectiveSettings.Entry(site.key(), text, origin));
    }
  }

  private static boolean isBlock(Site site) {
    return !ValueTypes.isSingle(site.raw());
  }
}
