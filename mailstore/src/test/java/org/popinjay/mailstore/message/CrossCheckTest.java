package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other readers of mail are asked about the same messages. Where they differ from us, a table says
/// why; a difference that is not in the table is an error, and so is one that is no more.
class CrossCheckTest {

  @Test
  void mime4jReadsTheSameButForWhatIsListed() throws Exception {
    var differences = new TreeMap<String, String>();
    for (var message : Corpus.messages().entrySet()) {
      var ours = Reading.decoded(Scans.scan(message.getValue()));
      compare(message.getKey(), ours, Mime4jReading.of(message.getValue()), differences);
    }
    holds(differences, "crosscheck-mime4j.txt");
  }

  @Test
  void pythonReadsTheSameButForWhatIsListed(@TempDir Path folder) throws Exception {
    var files = new ArrayList<Path>();
    var ours = new TreeMap<String, List<String>>();
    for (var message : Corpus.messages().entrySet()) {
      if (!message.getKey().startsWith("broken/")) {
        files.add(Files.write(folder.resolve("m" + files.size()), message.getValue()));
        ours.put(message.getKey(), Reading.raw(Scans.scan(message.getValue())));
      }
    }
    var theirs = python(folder, files);
    assertThat(theirs).hasSize(files.size() * Reading.LINES.size());
    var differences = new TreeMap<String, String>();
    int at = 0;
    for (var message : ours.entrySet()) {
      int end = at + Reading.LINES.size();
      compare(
          message.getKey(), forPython(message.getValue()), theirs.subList(at, end), differences);
      at = end;
    }
    holds(differences, "crosscheck-python.txt");
  }

  private static void compare(
      String message, List<String> ours, List<String> theirs, Map<String, String> differences) {
    for (int i = 0; i < Reading.LINES.size(); i++) {
      var us = comparable(ours.get(i), theirs.get(i));
      var them = comparable(theirs.get(i), ours.get(i));
      if (!us.equals(them)) {
        differences.put(
            message + " | " + Reading.LINES.get(i), "\n  us   " + us + "\n  them " + them);
      }
    }
  }

  /// Where one of them had to give up on 8-bit octets, these are not compared.
  private static String comparable(String line, String other) {
    boolean lost = line.contains("\uFFFD") || other.contains("\uFFFD");
    return lost ? line.replaceAll("[^\\x00-\\x7F]+", "\uFFFD") : line;
  }

  private static void holds(Map<String, String> differences, String table) throws Exception {
    var listed = new TreeSet<String>();
    var file =
        Path.of(Objects.requireNonNull(Corpus.class.getResource("/corpus/" + table)).toURI());
    for (var line : Files.readAllLines(file)) {
      if (!line.startsWith("#")) {
        listed.add(line.substring(0, line.lastIndexOf(" | ")));
      }
    }
    var unlisted = new TreeMap<>(differences);
    unlisted.keySet().removeAll(listed);
    assertThat(unlisted).as("differences that are not in " + table).isEmpty();
    listed.removeAll(differences.keySet());
    assertThat(listed).as("no differences any more, but in " + table).isEmpty();
  }

  private static List<String> forPython(List<String> lines) {
    var changed = new ArrayList<>(lines);
    changed.set(
        0, lines.getFirst().replaceAll("message/delivery-status \\d+", "message/delivery-status"));
    return changed;
  }

  private static List<String> python(Path folder, List<Path> files)
      throws IOException, InterruptedException {
    var names = folder.resolve("names");
    Files.write(names, files.stream().map(Path::toString).toList());
    var out = folder.resolve("out");
    var script = folder.resolve("read_mail.py");
    try (var in =
        Objects.requireNonNull(Corpus.class.getResourceAsStream("/corpus/read_mail.py"))) {
      Files.copy(in, script);
    }
    var command = new ProcessBuilder("python3", script.toString());
    command.redirectInput(names.toFile()).redirectOutput(out.toFile());
    command.redirectError(ProcessBuilder.Redirect.INHERIT);
    assumeTrue(isThere("python3"), "no python3");
    assertThat(command.start().waitFor()).isZero();
    return Files.readAllLines(out, StandardCharsets.ISO_8859_1);
  }

  private static boolean isThere(String program) {
    for (var folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
