package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.DirectoryWatch.Change;
import org.popinjay.posix.DirectoryWatch.Kind;

class DirectoryWatchTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private DirectoryWatch watch;

  @BeforeEach
  void open() throws PosixException {
    watch = Posix.directoryWatch();
  }

  @AfterEach
  void close() {
    watch.close();
  }

  private List<Change> until(Change last) throws PosixException {
    var seen = new ArrayList<Change>();
    while (!seen.contains(last)) {
      var changes = watch.await(LONG);
      assertThat(changes).as("within %s", LONG).isNotEmpty();
      seen.addAll(changes);
    }
    return seen;
  }

  @Test
  void aFileThatIsMadeAndWrittenIsTold() throws IOException {
    int number = watch.add(folder.toString());
    assertThat(watch.add(folder.toString())).isEqualTo(number);
    Files.writeString(folder.resolve("Postausgang-ä"), "mail");
    assertThat(until(new Change(number, "Postausgang-ä", Kind.CLOSED)))
        .contains(new Change(number, "Postausgang-ä", Kind.CHANGED));
  }

  @Test
  void aFileThatIsMovedInIsTold() throws IOException {
    Files.createDirectory(folder.resolve("in"));
    Files.writeString(folder.resolve("a"), "mail");
    int number = watch.add(folder.resolve("in").toString());
    Files.move(folder.resolve("a"), folder.resolve("in/b"));
    assertThat(until(new Change(number, "b", Kind.CHANGED))).isNotEmpty();
  }

  @Test
  void aDirectoryThatGoesEndsItsWatch() throws IOException {
    Files.createDirectory(folder.resolve("in"));
    int number = watch.add(folder.resolve("in").toString());
    Files.delete(folder.resolve("in"));
    assertThat(until(new Change(number, "", Kind.ENDED))).isNotEmpty();
  }

  @Test
  void aWatchThatWasRemovedTellsNothingMore() throws IOException {
    int gone = watch.add(folder.toString());
    watch.remove(gone);
    until(new Change(gone, "", Kind.ENDED));
    Files.writeString(folder.resolve("a"), "mail");
    Files.createDirectory(folder.resolve("in"));
    int number = watch.add(folder.resolve("in").toString());
    Files.writeString(folder.resolve("in/b"), "mail");
    assertThat(until(new Change(number, "b", Kind.CLOSED)))
        .extracting(Change::watch)
        .doesNotContain(gone);
  }

  @Test
  void whoeverWaitsCanBeWoken() throws Exception {
    watch.wake();
    assertThat(watch.await(LONG)).isEmpty();
    var waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return watch.await(LONG);
          } catch (PosixException e) {
            throw new AssertionError(e);
          }
        });
    watch.wake();
    assertThat(waiting.get()).isEmpty();
    assertThat(watch.await(Duration.ZERO)).isEmpty();
  }

  @Test
  void whatIsNoDirectoryCannotBeWatched() throws IOException {
    var file = Files.writeString(folder.resolve("a"), "mail");
    assertThatThrownBy(() -> watch.add(file.toString())).hasMessageContaining("ENOTDIR");
    assertThatThrownBy(() -> watch.add(folder + "/none")).hasMessageContaining("ENOENT");
  }
}
