package org.popinjay.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;

/// A whole server in this process, over a folder of a test, on ports that were free.
///
/// Users are tea and pot; their password is `kettle`.
record Served(Path folder, PopinjayConfig settings, Popinjay server) implements AutoCloseable {
  private static final String SETTINGS =
      """
      version: 1
      host: dewey.example
      listeners:
        - { protocol: pop3, bind: "127.0.0.1:0" }
        - { protocol: imap, bind: "127.0.0.1:0" }
      users:
        - file: users
      auth: { failureDelay: 0s }
      mail: { spool: "spool/{user}", folders: "folders/{user}", state: state, identity: process }
      metrics: { bind: "127.0.0.1:0" }
      """;

  /// Starts it.
  ///
  /// @param changes lines of YAML that replace blocks of the settings
  static Served start(Path folder, String... changes) throws IOException, StartException {
    var settings = settings(folder, changes);
    return new Served(folder, settings, Popinjay.start(settings, () -> 0));
  }

  /// The settings of [#start], with the folders and files that they name.
  static PopinjayConfig settings(Path folder, String... changes) throws IOException {
    return load(write(folder, changes));
  }

  /// The file of [#settings], with the folders and files that it names.
  static Path write(Path folder, String... changes) throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    var users = folder.resolve("users");
    Files.writeString(users, "tea:{PLAIN}kettle\npot:{PLAIN}kettle\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r-----"));
    return Files.writeString(folder.resolve("popinjay.yaml"), merged(List.of(changes)));
  }

  /// Reads a file of settings that has to be right.
  static PopinjayConfig load(Path file) {
    return switch (new YamlConfigLoader(Map.of()).load(file, List.of())) {
      case LoadResult.Loaded loaded -> loaded.config();
      case LoadResult.Faulty faulty -> throw new AssertionError(faulty.print());
    };
  }

  private static String merged(List<String> changes) {
    var lines = new StringBuilder();
    boolean replaced = false;
    for (var line : SETTINGS.lines().toList()) {
      if (!line.startsWith(" ")) {
        var key = line.substring(0, line.indexOf(':') + 1);
        replaced = changes.stream().anyMatch(change -> change.startsWith(key));
      }
      if (!replaced) {
        lines.append(line).append('\n');
      }
    }
    changes.forEach(change -> lines.append(change).append('\n'));
    return lines.toString();
  }

  /// The spool of a user.
  Path spool(String user) {
    return folder.resolve("spool").resolve(user);
  }

  /// Where POP3 is spoken.
  InetSocketAddress pop3() {
    return server.addresses().getFirst();
  }

  /// Where IMAP is spoken.
  InetSocketAddress imap() {
    return server.addresses().get(1);
  }

  /// A new conversation.
  Conversation connect() throws IOException {
    return new Conversation(pop3());
  }

  /// Signs in by POP3 as soon as the maildrop is free: the server has yet to see that its last
  /// client is gone.
  Conversation signInOnceFree(String user) throws Exception {
    while (true) {
      var client = connect();
      try {
        if (client.hear().startsWith("+OK")
            && client.ask("USER " + user).startsWith("+OK")
            && client.ask("PASS kettle").startsWith("+OK")) {
          return client;
        }
      } catch (IOException _) {
        // One connection too many, since the server has not seen the end of the others either.
      }
      client.close();
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
