package org.popinjay.config.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// One YAML document as a [Node]; what YAML allows and settings have no use for is a fault: tags, a
/// second document, doubled keys, deep nesting, more than a few aliases.
///
/// Reads token by token with a stack of its own, so no document can exhaust the thread's.
final class YamlTree {
  private static final int MOST_ALIASES = 50;
  private static final int DEEPEST = 16;
  private static final String YAML_TAG = "tag:yaml.org,2002:";

  private final String source;
  private final Environment environment;
  private final List<Fault> faults;
  private final Map<String, Node> anchors = new HashMap<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private @Nullable Node root;
  private int aliases;

  private YamlTree(String source, Environment environment, List<Fault> faults) {
    this.source = source;
    this.environment = environment;
    this.faults = faults;
  }

  /// The mapping that the document is; an empty one after a fault that leaves nothing to look at.
  static Node.Mapping read(
      String source, String document, Environment environment, List<Fault> faults) {
    return new YamlTree(source, environment, faults).read(document);
  }

  private Node.Mapping read(String document) {
    try (var parser = AnchorParser.of(document)) {
      while (parser.nextToken() != null) {
        if (!token(parser)) {
          return nothing();
        }
      }
    } catch (JsonProcessingException e) {
      fault(syntaxPlace(e), "", problem(e), "YAML");
      return nothing();
    } catch (IOException e) {
      throw new IllegalStateException("reading from a text", e);
    }
    return switch (root) {
      case null -> nothing();
      case Node.Nothing _ -> nothing();
      case Node.Mapping mapping -> mapping;
      case Node other -> {
        fault(other.place(), "", other.words(), "keys and values");
        yield nothing();
      }
    };
  }

  private Node.Mapping nothing() {
    return new Node.Mapping(Place.whole(source), List.of());
  }

  /// Takes one token; false ends the reading.
  private boolean token(AnchorParser parser) throws IOException {
    var token = parser.currentToken();
    var place = place(parser.currentTokenLocation());
    if (root != null) {
      fault(place, "", "a second document", "one document");
      return false;
    }
    if (!token.isStructEnd() && parser.getTypeId() != null) {
      fault(place, path(), "the tag " + tag(parser.getTypeId()), "no tags");
    }
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        if (open.size() >= DEEPEST) {
          fault(place, path(), "more than " + DEEPEST + " levels", "fewer");
          return false;
        }
        open.push(new Open(place, token == JsonToken.START_OBJECT, parser.anchor()));
      }
      case FIELD_NAME -> top().key(place, parser.currentName());
      case END_OBJECT, END_ARRAY -> {
        var closed = open.pop();
        add(closed.node(), closed.anchor);
      }
      case VALUE_NULL -> add(new Node.Nothing(place), parser.anchor());
      default -> {
        if (!parser.isCurrentAlias()) {
          add(scalar(place, parser.getText()), parser.anchor());
        } else if (++aliases > MOST_ALIASES) {
          fault(place, path(), "more than " + MOST_ALIASES + " aliases", "fewer");
          return false;
        } else {
          alias(place, parser.getText());
        }
      }
    }
    return true;
  }

  private Node scalar(Place place, String text) {
    return switch (environment.fill(text)) {
      case Environment.Outcome.Filled(String filled, Set<String> names) -> {
        if (names.isEmpty()) {
          yield new Node.Scalar(place, filled, place.toString());
        }
        yield filled.isEmpty()
            ? new Node.Nothing(place)
            : new Node.Scalar(place, filled, place + " ${" + String.join("}, ${", names) + '}');
      }
      case Environment.Outcome.Failed(String found, String expected) -> {
        fault(place, path(), found, expected);
        yield new Node.Nothing(place);
      }
    };
  }

  private void alias(Place place, String name) {
    var target = anchors.get(name);
    if (target == null) {
      fault(place, path(), "*" + name, "the name of an anchor further up");
      target = new Node.Nothing(place);
    }
    add(target, null);
  }

  private void add(Node node, @Nullable String anchor) {
    if (anchor != null) {
      anchors.put(anchor, node);
    }
    if (open.isEmpty()) {
      root = node;
    } else if (!top().add(node)) {
      fault(top().keyPlace, path(), "the key a second time", "every key once");
    }
  }

  private Open top() {
    return open.getFirst();
  }

  private String path() {
    var path = new StringBuilder();
    for (var level : open.reversed()) {
      if (!level.mapping) {
        path.append('[').append(level.items.size()).append(']');
      } else if (!level.key.isEmpty()) {
        path.append(path.isEmpty() ? "" : ".").append(level.key);
      }
    }
    return path.toString();
  }

  private void fault(Place place, String key, String found, String expected) {
    faults.add(new Fault(place, key, found, expected, Optional.empty()));
  }

  private static String tag(Object tag) {
    var text = tag.toString();
    return text.startsWith(YAML_TAG) ? "!!" + text.substring(YAML_TAG.length()) : "!" + text;
  }

  private Place place(@Nullable JsonLocation location) {
    return location == null
        ? Place.whole(source)
        : new Place(source, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private Place syntaxPlace(JsonProcessingException e) {
    return e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null
        ? new Place(
            source, marked.getProblemMark().getLine() + 1, marked.getProblemMark().getColumn() + 1)
        : place(e.getLocation());
  }

  private static String problem(JsonProcessingException e) {
    var text =
        e.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null
            ? marked.getProblem()
            : e.getOriginalMessage();
    return text == null ? "something else" : text.lines().findFirst().orElse("something else");
  }

  /// A mapping or list that has begun and not ended.
  private static final class Open {
    private final Place place;
    private final boolean mapping;
    private final @Nullable String anchor;
    private final List<Node> items = new ArrayList<>();
    private final List<Node.Entry> entries = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private String key = "";
    private Place keyPlace;

    Open(Place place, boolean mapping, @Nullable String anchor) {
      this.place = place;
      this.mapping = mapping;
      this.anchor = anchor;
      this.keyPlace = place;
    }

    void key(Place where, String name) {
      key = name;
      keyPlace = where;
    }

    /// Adds a value; false where its key was there before.
    boolean add(Node node) {
      if (!mapping) {
        return items.add(node);
      }
      if (!keys.add(key)) {
        return false;
      }
      return entries.add(new Node.Entry(keyPlace, key, node));
    }

    Node node() {
      return mapping ? new Node.Mapping(place, entries) : new Node.Sequence(place, items);
    }
  }
}
