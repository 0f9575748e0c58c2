package org.popinjay.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A server as the launcher runs it, in a process of its own.
///
/// @param process the JVM
/// @param log what it writes to standard error
/// @param addresses where it listens, in the order of the settings
record ServerProcess(Process process, Path log, List<InetSocketAddress> addresses)
    implements AutoCloseable {
  private static final String READY = "popinjay: ready in ";
  private static final Pattern PORT = Pattern.compile(":([0-9]+)[,)]");

  /// Starts it and waits until it listens.
  ///
  /// @param options further options of the JVM
  static ServerProcess start(Path settings, String... options)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xms16m",
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=512m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "org.popinjay.server.Main",
            "serve",
            "-c",
            settings.toString()));
    var log = Files.createTempFile(settings.getParent(), "server", ".log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (process.isAlive()) {
      for (var line : Files.readAllLines(log)) {
        if (line.startsWith(READY) && line.endsWith(")")) {
          return new ServerProcess(process, log, addresses(line));
        }
      }
      Thread.sleep(20);
    }
    throw new IOException("the server did not start: " + Files.readString(log));
  }

  private static List<InetSocketAddress> addresses(String ready) {
    return PORT.matcher(ready)
        .results()
        .map(found ->
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(found.group(1))))
        .toList();
  }

  /// What it has in memory.
  double residentKib() throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no VmRSS of " + process.pid());
  }

  /// Stops it as a service manager does.
  ///
  /// @return its exit code
  int stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IOException("the server does not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
