package org.popinjay.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Locks between descriptors, and between us and another program.
class FileLocksTest {
  private static final FileCalls CALLS = Posix.files();

  @TempDir Path dir;
  private String file = "";
  private int first;
  private int second;

  @BeforeEach
  void twoDescriptorsOfOneFile() throws IOException {
    file = Files.writeString(dir.resolve("spool"), "mail").toString();
    first = CALLS.open(file, OpenFlags.READ_WRITE, 0);
    second = CALLS.open(file, OpenFlags.READ_WRITE, 0);
  }

  @AfterEach
  void close() throws IOException {
    CALLS.close(first);
    CALLS.close(second);
  }

  @Test
  void exclusiveKeepsOthersOut() throws IOException {
    assertThat(CALLS.tryLock(first, true)).isTrue();
    assertThat(CALLS.tryLock(second, true)).isFalse();
    assertThat(CALLS.tryLock(second, false)).isFalse();
    CALLS.unlock(first);
    assertThat(CALLS.tryLock(second, true)).isTrue();
  }

  @Test
  void sharedLetsSharedIn() throws IOException {
    assertThat(CALLS.tryLock(first, false)).isTrue();
    assertThat(CALLS.tryLock(second, false)).isTrue();
    assertThat(CALLS.tryLock(first, true)).isFalse();
    CALLS.unlock(second);
    assertThat(CALLS.tryLock(first, true)).isTrue();
  }

  @Test
  void flockIsAnotherLock() throws IOException {
    assertThat(CALLS.tryFlock(first, true)).isTrue();
    assertThat(CALLS.tryFlock(second, false)).isFalse();
    assertThat(CALLS.tryLock(second, true)).isTrue();
    CALLS.unlockFlock(first);
    assertThat(CALLS.tryFlock(second, false)).isTrue();
  }

  /// Closing any descriptor of a file drops a classic lock of the process, silently.
  @Test
  void lockSurvivesOtherOpensAndCloses() throws IOException {
    assertThat(CALLS.tryLock(first, true)).isTrue();
    assertThat(Files.readAllBytes(Path.of(file))).hasSize(4);
    FileChannel.open(Path.of(file), StandardOpenOption.WRITE).close();
    CALLS.close(CALLS.open(file, OpenFlags.READ_WRITE, 0));
    assertThat(CALLS.tryLock(second, true)).isFalse();
  }

  @Test
  void anotherOpenFileDescriptionHasNoNameableHolder() throws IOException {
    assertThat(CALLS.lockHolder(first, true)).isEmpty();
    assertThat(CALLS.tryLock(second, true)).isTrue();
    assertThat(CALLS.lockHolder(first, true)).isEmpty();
  }

  @Test
  void anotherProgramSeesOurLock() throws Exception {
    assertThat(CALLS.tryLock(first, true)).isTrue();
    try (var other = new Python(file)) {
      assertThat(other.answer()).isEqualTo("busy");
    }
    CALLS.unlock(first);
    try (var other = new Python(file)) {
      assertThat(other.answer()).isEqualTo("held");
    }
  }

  @Test
  void weSeeTheLockOfAnotherProgram() throws Exception {
    try (var other = new Python(file)) {
      assertThat(other.answer()).isEqualTo("held");
      assertThat(CALLS.tryLock(first, false)).isFalse();
      assertThat(CALLS.lockHolder(first, false)).hasValue((int) other.process.pid());
      other.end();
      assertThat(CALLS.tryLock(first, false)).isTrue();
    }
  }

  /// A process that tries a classic fcntl lock, says how that went, and holds it until its input
  /// ends.
  private static final class Python implements AutoCloseable {
    private static final String PROGRAM =
        """
        import fcntl, sys
        f = open(sys.argv[1], 'r+')
        try:
            fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            print('held', flush=True)
        except OSError:
            print('busy', flush=True)
        sys.stdin.read()
        """;

    private final Process process;
    private final BufferedReader output;

    Python(String file) throws IOException {
      Process started;
      try {
        started = new ProcessBuilder("python3", "-c", PROGRAM, file).start();
      } catch (IOException e) {
        started = Assumptions.abort("python3 is missing: " + e.getMessage());
      }
      process = started;
      output = process.inputReader(UTF_8);
    }

    String answer() throws IOException {
      return String.valueOf(output.readLine());
    }

    void end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      int _ = process.waitFor();
    }

    @Override
    public void close() throws IOException {
      output.close();
      process.destroyForcibly().onExit().join();
    }
  }
}
