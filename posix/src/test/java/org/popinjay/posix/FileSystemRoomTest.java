package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemRoomTest {
  @TempDir private Path folder;

  @Test
  void itIsTheRoomThatTheJdkSees() throws IOException {
    var store = Files.getFileStore(folder);
    var room = FileSystemRoom.of(folder.toString());
    assertThat(room.octets()).isEqualTo(store.getTotalSpace());
    assertThat(room.freeOctets()).isBetween(0L, room.octets());
    assertThat((double) room.freeOctets())
        .as("others may write meanwhile")
        .isBetween(store.getUsableSpace() * 0.5, store.getUsableSpace() * 1.5 + 1);
    assertThat(room.freeInodes()).isBetween(0L, room.inodes());
  }

  @Test
  void aFolderThatIsGoneHasNone() {
    assertThatThrownBy(() -> FileSystemRoom.of(folder.resolve("gone").toString()))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("ENOENT");
  }
}
