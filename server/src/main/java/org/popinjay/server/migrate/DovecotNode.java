package org.popinjay.server.migrate;

import java.util.List;

/// A piece of Dovecot's settings.
sealed interface DovecotNode {

  /// Where it stands, `10-mail.conf:24`.
  String place();

  /// `key = value`; a value that is a file, `<FILE`, is not read.
  record Assignment(String key, String value, String place) implements DovecotNode {}

  /// `kind name { ... }`; the name may be empty.
  record Section(String kind, String name, List<DovecotNode> nodes, String place)
      implements DovecotNode {
    /// Copies the list.
    public Section {
      nodes = List.copyOf(nodes);
    }

    /// Whether nothing is set in it, nor in what is in it.
    boolean isEmpty() {
      return nodes.stream().allMatch(node -> node instanceof Section below && below.isEmpty());
    }
  }

  /// A line that says none of these, or a file that is not there.
  record Unread(String line, String place) implements DovecotNode {}
}
