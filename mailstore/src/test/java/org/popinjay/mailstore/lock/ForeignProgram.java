package org.popinjay.mailstore.lock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A real other process that locks a spool: the script `foreign.py`, told what to do line by line.
final class ForeignProgram implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;

  private ForeignProgram(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
  }

  static ForeignProgram on(Path spool) throws IOException {
    Path script = spool.resolveSibling("foreign.py");
    if (!Files.exists(script)) {
      try (var source = ForeignProgram.class.getResourceAsStream("/lock/foreign.py")) {
        Files.write(script, java.util.Objects.requireNonNull(source).readAllBytes());
      }
    }
    return new ForeignProgram(
        new ProcessBuilder("python3", script.toString(), spool.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  long pid() {
    return process.pid();
  }

  /// Sends a command and waits for its answer.
  String does(String command) throws IOException {
    begins(command);
    return String.valueOf(answers.readLine());
  }

  /// Whether the program could do what it tried.
  boolean can(String command) throws IOException {
    return does(command).equals("True");
  }

  /// Sends a command and does not wait.
  void begins(String command) throws IOException {
    var out = process.outputWriter(StandardCharsets.US_ASCII);
    out.write(command + "\n");
    out.flush();
  }

  /// Waits for the answer to [#begins].
  String ends() throws IOException {
    return String.valueOf(answers.readLine());
  }

  /// Kills it without a warning (SIGKILL) and waits until it is gone.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    try {
      process.outputWriter(StandardCharsets.US_ASCII).close();
      kill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
