package org.popinjay.server.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Requests and answers as lines of JSON: an object with the version, what it is, and the fields of
/// its record. Pure.
///
/// ```
/// {"version":1,"request":"kick","user":"tea"}
/// {"version":1,"answer":"kicked","sessions":2}
/// ```
///
/// Fields that a side does not know are left out of account, so that either may be newer by a
/// field; what cannot be understood without them raises the version.
final class ControlCodec {
  /// Of the protocol.
  static final int VERSION = 1;

  private static final String VERSION_FIELD = "version";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();
  private static final Map<String, Class<?>> REQUESTS = byName(ControlRequest.class);
  private static final Map<String, Class<?>> ANSWERS = byName(ControlAnswer.class);

  private ControlCodec() {}

  /// A line that says nothing that is known. The message is for whoever sent it.
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /// A request as a line without its end.
  static String write(ControlRequest request) {
    return write("request", request);
  }

  /// An answer as a line without its end.
  static String write(ControlAnswer answer) {
    return write("answer", answer);
  }

  private static String write(String kind, Object record) {
    ObjectNode line = JSON.createObjectNode();
    line.put(VERSION_FIELD, VERSION).put(kind, name(record.getClass()));
    line.setAll((ObjectNode) JSON.valueToTree(record));
    return line.toString();
  }

  /// The fields of an answer alone, for those who go on with them.
  static String fields(ControlAnswer answer) {
    return JSON.valueToTree(answer).toString();
  }

  /// Reads a request.
  static ControlRequest request(String line) throws Unreadable {
    return (ControlRequest) read("request", REQUESTS, line);
  }

  /// Reads an answer.
  static ControlAnswer answer(String line) throws Unreadable {
    return (ControlAnswer) read("answer", ANSWERS, line);
  }

  private static Object read(String kind, Map<String, Class<?>> known, String line)
      throws Unreadable {
    try {
      var node = JSON.readTree(line);
      if (!(node instanceof ObjectNode)) {
        throw new Unreadable("no JSON object");
      }
      int version = node.path(VERSION_FIELD).asInt();
      if (version != VERSION) {
        throw new Unreadable("version " + version + " of the protocol (expected " + VERSION + ")");
      }
      return record(kind, known, node);
    } catch (JsonProcessingException e) {
      throw new Unreadable("no JSON that can be read: " + e.getOriginalMessage());
    }
  }

  private static Object record(String kind, Map<String, Class<?>> known, JsonNode node)
      throws Unreadable, JsonProcessingException {
    var name = node.path(kind).asText();
    var type = known.get(name);
    if (type == null) {
      throw new Unreadable("unknown " + kind + " \"" + name + "\"");
    }
    return JSON.treeToValue(node, type);
  }

  private static Map<String, Class<?>> byName(Class<?> sealed) {
    return records(sealed)
        .collect(Collectors.toUnmodifiableMap(ControlCodec::name, Function.identity()));
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ControlCodec::records)
        : Stream.of(type);
  }

  private static String name(Class<?> type) {
    return type.getSimpleName().toLowerCase(Locale.ROOT);
  }
}
