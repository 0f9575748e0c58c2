package org.popinjay.config.yaml;

import java.util.List;

/// A settings document as a tree whose every leaf knows where it was written.
sealed interface Node {

  /// Where it begins.
  Place place();

  /// What it is, for "found".
  String words();

  /// A text, not yet read as anything.
  ///
  /// @param text with environment variables filled in
  /// @param origin the place, and the variables that were filled in
  record Scalar(Place place, String text, String origin) implements Node {
    @Override
    public String words() {
      return text.isEmpty() ? "an empty text" : text;
    }
  }

  /// Nothing: `null`, `~`, or no value at all.
  record Nothing(Place place) implements Node {
    @Override
    public String words() {
      return "nothing";
    }
  }

  /// A list.
  record Sequence(Place place, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String words() {
      return "a list";
    }
  }

  /// Keys and values, each key once.
  record Mapping(Place place, List<Entry> entries) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public String words() {
      return "a mapping";
    }
  }

  /// A key and its value.
  ///
  /// @param place where the key stands
  record Entry(Place place, String key, Node value) {}
}
