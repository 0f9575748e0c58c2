package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What LIST and LSUB say of a file, a directory, both under one name, what is missing, INBOX and
/// the shared mailbox of bulletins, each subscribed to and not, with each selection and each return
/// option (RFC 5258, section 3).
///
/// Names tell what they are: `-s` is subscribed to.
class ListMatrixTest {
  private static final Path GOLDEN = Path.of("src/test/resources/list-matrix.txt");
  private static final List<String> SELECTIONS =
      List.of(
          "",
          "(SUBSCRIBED) ",
          "(SUBSCRIBED RECURSIVEMATCH) ",
          "(REMOTE) ",
          "(SPECIAL-USE) ",
          "(SUBSCRIBED SPECIAL-USE) ",
          "(SUBSCRIBED SPECIAL-USE RECURSIVEMATCH) ");
  private static final List<String> RETURNS =
      List.of(
          "",
          " RETURN ()",
          " RETURN (SUBSCRIBED)",
          " RETURN (CHILDREN)",
          " RETURN (SPECIAL-USE)",
          " RETURN (STATUS (MESSAGES))",
          " RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES UIDNEXT))");
  private static final List<String> PATTERNS = List.of("%", "*");

  @TempDir Path folder;

  @Test
  void isAnsweredAsWrittenDown() throws Exception {
    makeFolders();
    var table = new ArrayList<String>();
    try (var served = Served.start(folder, "bulletins: { dir: bulletins }");
        var client = new Conversation(served.imap())) {
      assertThat(client.hear()).startsWith("* OK");
      assertThat(client.ask("a LOGIN tea kettle")).startsWith("a OK");
      for (var name : List.of("file-s", "dir-s", "dir/child-s", "both-s", "gone-s", "far/away-s")) {
        assertThat(client.ask("a SUBSCRIBE " + name)).startsWith("a OK");
      }
      assertThat(client.ask("a UNSUBSCRIBE INBOX")).startsWith("a OK");
      table.add("# INBOX and Bulletins are not subscribed to");
      for (var pattern : PATTERNS) {
        ask(client, "LSUB \"\" " + pattern, table);
        for (var selection : SELECTIONS) {
          for (var wanted : RETURNS) {
            ask(client, "LIST " + selection + "\"\" " + pattern + wanted, table);
          }
        }
      }
      assertThat(client.ask("a SUBSCRIBE INBOX")).startsWith("a OK");
      assertThat(client.ask("a SUBSCRIBE Bulletins")).startsWith("a OK");
      table.add("\n# INBOX and Bulletins are subscribed to");
      ask(client, "LSUB \"\" *", table);
      for (var selection : SELECTIONS) {
        ask(client, "LIST " + selection + "\"\" * RETURN (SUBSCRIBED)", table);
      }
    }
    var actual = String.join("\n", table) + "\n";
    var written = Files.writeString(Path.of("target/list-matrix.txt"), actual, UTF_8);
    assertThat(actual)
        .as("if this is right, copy %s to %s", written, GOLDEN)
        .isEqualTo(Files.readString(GOLDEN, UTF_8));
  }

  private void makeFolders() throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    var _ = Spool.write(folder.resolve("spool/tea"), Spool.AWKWARD);
    var root = Files.createDirectories(folder.resolve("folders/tea"));
    for (var file : List.of("file", "file-s", "both", "both-s", "Sent")) {
      Files.createFile(root.resolve(file));
    }
    for (var directory : List.of("dir", "dir-s", "both.sbd", "both-s.sbd", "empty")) {
      Files.createDirectory(root.resolve(directory));
    }
    for (var child : List.of("dir/child", "dir/child-s", "dir-s/child", "both.sbd/child")) {
      Files.createFile(root.resolve(child));
    }
    Files.createFile(root.resolve("both-s.sbd/child"));
    BulletinsTest.post(folder, 1);
  }

  private static void ask(Conversation client, String command, List<String> table)
      throws IOException {
    table.add("");
    table.add("C: " + command);
    for (var line = client.ask("a " + command); ; line = client.hear()) {
      if (!line.startsWith("* ")) {
        table.add("S: " + line.substring(0, line.indexOf(' ', 2)).substring(2));
        return;
      }
      table.add("S: " + line);
      obeysTheRules(line);
    }
  }

  /// What holds whatever was asked.
  private static void obeysTheRules(String line) {
    if (!line.startsWith("* LIST (")) {
      return;
    }
    var attributes =
        line.substring(line.indexOf('(') + 1, line.indexOf(')')).toLowerCase(Locale.ROOT);
    var name = line.substring(line.indexOf("\"/\" ") + 4);
    assertThat(attributes.contains("\\haschildren") && attributes.contains("\\hasnochildren"))
        .as(line)
        .isFalse();
    boolean missing = name.startsWith("gone") || name.startsWith("far");
    assertThat(attributes.contains("\\nonexistent")).as(line).isEqualTo(missing);
  }
}
