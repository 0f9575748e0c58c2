package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.PopinjayConfig;

class DiskRoomTest {
  @TempDir private Path folder;

  @Test
  void foldersThatDependOnTheUserAreLeftOut() {
    assertThat(places(new DiskRoom(PopinjayConfig.DEFAULTS.mail())))
        .containsExactly("state", "spool");
  }

  @Test
  void itLooksAgain() throws Exception {
    var mail =
        Served.settings(folder, "mail: { spool: 's/{hash2}/{user}', folders: 'f/{user}/x' }")
            .mail();
    Files.createDirectory(folder.resolve("f"));
    var disks = new DiskRoom(mail);
    assertThat(places(disks)).containsExactly("state", "spool", "folders");
    var spool = disks.places().get(1);
    assertThat(spool.room().octets()).as("where it will be made").isPositive();
    assertThat(spool.room().freeOctets()).isBetween(0L, spool.room().octets());
    assertThat(disks.places().get(2).room().octets()).isPositive();

    Files.createFile(folder.resolve("s"));
    disks.look();
    assertThat(spool.room().octets()).as("no folder").isZero();

    Files.delete(folder.resolve("s"));
    disks.look();
    assertThat(spool.room().octets()).isPositive();
  }

  private static List<String> places(DiskRoom disks) {
    return disks.places().stream().map(DiskRoom.Place::name).toList();
  }
}
