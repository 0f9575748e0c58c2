package org.popinjay.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.Popinjay;
import org.popinjay.server.StartException;

/// How long a client that leaves its mail on the server waits for the unique-ids of 100,000
/// messages. Questions: what does UIDL take, and what a session that does nothing else?
///
/// Over a socket of this machine; the client looks for the end and at nothing else. The messages
/// are short, since UIDL reads none of them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
    })
public class UidlBenchmark {
  private static final int MESSAGES = 100_000;

  private Path folder = Path.of("");
  private @Nullable Popinjay server;
  private @Nullable Client client;

  /// Writes the spool, and has it indexed by a first sign-in.
  @Setup
  public void open() throws IOException, StartException {
    folder = Files.createTempDirectory("popinjay");
    writeSpool(Files.createDirectory(folder.resolve("spool")).resolve("tea"));
    var users = Files.writeString(folder.resolve("users"), "tea:{PLAIN}kettle\npot:{PLAIN}lid\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
    writeSpool(folder.resolve("spool").resolve("pot"));
    server = Popinjay.start(settings(), () -> 0);
    try (var first = new Client("pot", "lid")) {
      first.quit();
    }
    client = new Client("tea", "kettle");
  }

  private PopinjayConfig settings() {
    var text =
        """
        version: 1
        host: dewey.example
        listeners: [{ protocol: pop3, bind: "127.0.0.1:0" }]
        users: [{ file: users }]
        mail: { spool: "spool/{user}", state: state, identity: process, asRoot: true }
        metrics: { bind: null }
        control: { socket: null }
        """;
    var loaded =
        new YamlConfigLoader(Map.of())
            .parse("benchmark", folder, text.getBytes(ISO_8859_1), List.of());
    if (!(loaded instanceof LoadResult.Loaded(PopinjayConfig config, _))) {
      throw new IllegalStateException("settings of the benchmark: " + loaded);
    }
    return config;
  }

  private static void writeSpool(Path spool) throws IOException {
    try (var out = Files.newBufferedWriter(spool, ISO_8859_1)) {
      for (int number = 0; number < MESSAGES; number++) {
        out.write("From a@example.org Thu Nov  9 22:33:52 2023\nSubject: " + number + "\n\na\n\n");
      }
    }
  }

  /// Goes away.
  @TearDown
  public void remove() throws IOException {
    Objects.requireNonNull(client).close();
    Objects.requireNonNull(server).stop();
    try (var all = Files.walk(folder)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /// UIDL in a session that goes on.
  @Benchmark
  public long uidl() throws IOException {
    return Objects.requireNonNull(client).uniqueIds();
  }

  /// Sign-in, UIDL and QUIT.
  @Benchmark
  public long session() throws IOException {
    try (var once = new Client("pot", "lid")) {
      long octets = once.uniqueIds();
      once.quit();
      return octets;
    }
  }

  /// Says a command and reads its answer.
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final byte[] piece = new byte[64 << 10];

    Client(String user, String password) throws IOException {
      var address = Objects.requireNonNull(server).addresses().getFirst();
      socket = new Socket(address.getAddress(), address.getPort());
      in = new BufferedInputStream(socket.getInputStream());
      line();
      say("USER " + user);
      line();
      say("PASS " + password);
      line();
    }

    private void say(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(ISO_8859_1));
    }

    private void line() throws IOException {
      if (in.read() != '+') {
        throw new IOException("refused");
      }
      for (int octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("closed");
        }
      }
    }

    /// Octets of the answer; it ends with a line of a dot.
    long uniqueIds() throws IOException {
      say("UIDL");
      line();
      long octets = 0;
      int dot = 0;
      while (dot < 3) {
        int count = in.read(piece);
        if (count < 0) {
          throw new IOException("closed");
        }
        octets += count;
        dot = atEnd(count, dot);
      }
      return octets;
    }

    /// Octets of the last line that the piece ends with: `.`, CR and LF are three.
    private int atEnd(int count, int before) {
      int dot = before;
      for (int i = Math.max(0, count - 3); i < count; i++) {
        dot =
            switch (piece[i]) {
              case '.' -> 1;
              case '\r' -> dot == 1 ? 2 : 0;
              case '\n' -> dot == 2 ? 3 : 0;
              default -> 0;
            };
      }
      return dot;
    }

    void quit() throws IOException {
      say("QUIT");
      line();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
