package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.server.cli.PopinjayCommand;

/// A server in a folder of the test, and an operator with its command line and its control socket.
abstract class ControlRig {
  @TempDir Path folder;
  @Nullable Served served;

  /// What a command said, and how it ended.
  record Said(int code, String out, String err) {}

  @AfterEach
  void stop() {
    if (served != null) {
      served.close();
    }
  }

  final Served start(String... changes) throws Exception {
    var started = Served.start(folder, changes);
    served = started;
    return started;
  }

  final Said run(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = run(new PrintWriter(out), new PrintWriter(err), words);
    return new Said(code, out.toString(), err.toString());
  }

  final int run(PrintWriter out, PrintWriter err, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("-c");
    all.add(folder.resolve("popinjay.yaml").toString());
    return PopinjayCommand.commandLine(_ -> 0, Map.of())
        .setOut(out)
        .setErr(err)
        .execute(all.toArray(String[]::new));
  }

  final Path socket() {
    return folder.resolve("state/control.sock");
  }

  final SocketChannel ask(String line) throws IOException {
    var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    var octets = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
    while (octets.hasRemaining()) {
      channel.write(octets);
    }
    return channel;
  }

  /// Octet by octet, so that nothing is taken that was not asked for.
  static String line(SocketChannel channel) throws IOException {
    var line = new StringBuilder();
    var octet = ByteBuffer.allocate(1);
    while (channel.read(octet.clear()) >= 0) {
      if (octet.get(0) == '\n') {
        return line.toString();
      }
      line.append((char) octet.get(0));
    }
    return Conversation.CLOSED;
  }

  static void untilTagged(Conversation client, String command) throws IOException {
    var tag = command.substring(0, command.indexOf(' ') + 1);
    for (var line = client.ask(command); !line.startsWith(tag); line = client.hear()) {
      assertThat(line).isNotEqualTo(Conversation.CLOSED);
    }
  }
}
