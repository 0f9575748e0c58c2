package org.popinjay.config.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the settings file.
///
/// All faults of a file come in one run. `${NAME}` and `${NAME:-default}` in values are filled in
/// from the environment; a relative path counts from the folder of the file. Never throws for what
/// a file holds. Safe for use by several threads.
public final class YamlConfigLoader {
  private static final int MOST_OCTETS = 1 << 20;

  private final Map<String, String> environment;

  /// @param environment the variables that values may name
  public YamlConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// Reads a file and lays settings of the command line over it.
  ///
  /// A file that is not there or cannot be read is a fault like any other. Blocks on the disk.
  public LoadResult load(Path file, List<OptionSetting> options) {
    if (Files.isDirectory(file)) {
      return faulty(file.toString(), "a folder", "a readable file");
    }
    byte[] octets;
    try (var in = Files.newInputStream(file)) {
      octets = in.readNBytes(MOST_OCTETS + 1);
    } catch (IOException e) {
      return faulty(file.toString(), reason(e), "a readable file");
    }
    var folder = file.toAbsolutePath().getParent();
    return parse(file.toString(), folder == null ? Path.of("/") : folder, octets, options);
  }

  /// Reads a document that is at hand.
  ///
  /// @param name what faults call it
  /// @param folder what a relative path counts from
  /// @param document UTF-8, at most 1 MiB; an empty one is a server with every default
  public LoadResult parse(String name, Path folder, byte[] document, List<OptionSetting> options) {
    if (document.length > MOST_OCTETS) {
      return faulty(name, "more than 1 MiB", "a smaller file");
    }
    var faults = new ArrayList<Fault>();
    var text = decode(name, document, faults);
    if (text.isEmpty()) {
      return new LoadResult.Faulty(faults);
    }
    var tree = YamlTree.read(name, text.get(), new Environment(environment), faults);
    if (!faults.isEmpty() && tree.entries().isEmpty()) {
      return new LoadResult.Faulty(faults);
    }
    for (var option : options) {
      tree = overlay(tree, option);
    }
    var binder = new SettingsBinder(folder, faults);
    var config = binder.bind(tree);
    if (faults.isEmpty()) {
      return new LoadResult.Loaded(config, binder.effective());
    }
    faults.sort(
        Comparator.comparingInt((Fault fault) -> fault.place().line())
            .thenComparingInt(fault -> fault.place().column()));
    return new LoadResult.Faulty(faults);
  }

  private static LoadResult faulty(String name, String found, String expected) {
    return new LoadResult.Faulty(
        List.of(new Fault(Place.whole(name), "", found, expected, Optional.empty())));
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "no permission to read";
      default -> e.getMessage() == null ? "an unreadable file" : e.getMessage();
    };
  }

  private static Optional<String> decode(String name, byte[] document, List<Fault> faults) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var chars = CharBuffer.allocate(document.length);
    CoderResult end = decoder.decode(ByteBuffer.wrap(document), chars, true);
    var text = chars.flip().toString();
    if (!end.isError()) {
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }
    int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
    int column = text.length() - text.lastIndexOf('\n');
    faults.add(
        new Fault(
            new Place(name, line, column),
            "",
            "octets that are not UTF-8",
            "UTF-8",
            Optional.empty()));
    return Optional.empty();
  }

  /// The tree with one key set, its blocks made where they are missing.
  private static Node.Mapping overlay(Node.Mapping tree, OptionSetting option) {
    var place = Place.whole(option.option());
    return overlay(
        tree, option.key(), new Node.Scalar(place, option.value(), "option " + option.option()));
  }

  private static Node.Mapping overlay(Node.Mapping tree, String path, Node.Scalar value) {
    int dot = path.indexOf('.');
    var key = dot < 0 ? path : path.substring(0, dot);
    var entries = new ArrayList<Node.Entry>();
    Node.Mapping below = new Node.Mapping(value.place(), List.of());
    for (var entry : tree.entries()) {
      if (!entry.key().equals(key)) {
        entries.add(entry);
      } else if (entry.value() instanceof Node.Mapping mapping) {
        below = mapping;
      } else if (dot >= 0 && !(entry.value() instanceof Node.Nothing)) {
        // Not a block at all: leave it for the fault it is.
        return tree;
      }
    }
    var node = dot < 0 ? value : overlay(below, path.substring(dot + 1), value);
    entries.add(new Node.Entry(value.place(), key, node));
    return new Node.Mapping(tree.place(), entries);
  }
}
