package org.popinjay.mailstore.mbox.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.MboxConfig;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.posix.Posix;

/// What protocols keep with messages survives, stays small, and never comes back wrong.
class MessageMemoryTest {
  private static final String TEA = "tea";
  @TempDir private Path folder;

  private static byte[] note(int serial, int octets) {
    byte[] note = new byte[octets];
    Arrays.fill(note, (byte) serial);
    return note;
  }

  private static void fill(MboxRig rig, int messages, int octets) {
    try (var view = rig.view(TEA)) {
      for (int position = 1; position <= messages; position++) {
        view.remember(position, note(position, octets));
      }
    }
  }

  private static void check(MboxRig rig, int messages, int octets) {
    try (var view = rig.view(TEA)) {
      for (int position = 1; position <= messages; position++) {
        assertThat(view.remembered(position)).isEqualTo(note(position, octets));
      }
    }
  }

  private List<Path> files(String suffix) throws Exception {
    try (var list = Files.list(folder.resolve("state").resolve(TEA))) {
      return list.filter(path -> path.toString().endsWith(suffix)).toList();
    }
  }

  @Test
  void itOutlivesARestart() throws Exception {
    try (var rig = new MboxRig(folder)) {
      rig.deliver(TEA, IntStream.rangeClosed(1, 50).toArray());
      fill(rig, 50, 700);
      rig.reopen();
      check(rig, 50, 700);
    }
  }

  @Test
  void goingThroughTenThousandMessagesCostsAFewReadings() throws Exception {
    var files = new FaultyFileCalls(Posix.files(), new Fault.None());
    try (var rig = new MboxRig(folder, files, StoreEvents.NONE, MboxConfig.DEFAULTS)) {
      rig.deliver(TEA, IntStream.rangeClosed(1, 10_000).toArray());
      fill(rig, 10_000, 500);
      try (var view = rig.view(TEA)) {
        int before = files.calls();
        for (int position = 1; position <= 10_000; position++) {
          assertThat(view.remembered(position)).hasSize(500);
        }
        assertThat(files.kinds().subList(before, files.calls()))
            .filteredOn(kind -> kind == CallKind.READ)
            .hasSizeLessThan(60);
      }
    }
  }

  @Test
  void whatIsOfNoUseAnyMoreIsGivenUp() throws Exception {
    try (var rig = new MboxRig(folder)) {
      rig.deliver(TEA, 1, 2, 3);
      for (int round = 0; round < 100; round++) {
        fill(rig, 3, 50_000);
      }
      check(rig, 3, 50_000);
      assertThat(Files.size(files(".memory").getFirst())).isLessThan(3_000_000);
    }
  }

  @Test
  void damagedOctetsAreNotGivenOut() throws Exception {
    try (var rig = new MboxRig(folder)) {
      rig.deliver(TEA, 1, 2, 3);
      fill(rig, 3, 5_000);
    }
    for (var suffix : List.of(".memory", ".places")) {
      try (var file = new RandomAccessFile(files(suffix).getFirst().toFile(), "rw")) {
        file.seek(file.length() - 3);
        file.write(99);
      }
      try (var rig = new MboxRig(folder);
          var view = rig.view(TEA)) {
        assertThat(view.remembered(1)).isEqualTo(note(1, 5_000));
        assertThat(view.remembered(3)).isNull();
        view.remember(3, note(3, 5_000));
        assertThat(view.remembered(3)).isEqualTo(note(3, 5_000));
      }
    }
  }

  @Test
  void itMayBeRemovedAtAnyTime() throws Exception {
    try (var rig = new MboxRig(folder)) {
      rig.deliver(TEA, 1, 2);
      fill(rig, 2, 100);
    }
    Files.delete(files(".places").getFirst());
    try (var rig = new MboxRig(folder)) {
      try (var view = rig.view(TEA)) {
        assertThat(view.remembered(1)).isNull();
      }
      fill(rig, 2, 200);
      check(rig, 2, 200);
    }
  }

  @Test
  void aFullDiskIsNobodysTrouble() throws Exception {
    for (int call = 1; call < 400; call += 7) {
      var place = Files.createDirectory(folder.resolve("full" + call));
      var prepared = new MboxRig(place);
      prepared.deliver(TEA, 1, 2, 3);
      prepared.view(TEA).close();
      prepared.close();
      var files = new FaultyFileCalls(Posix.files(), new Fault.DiskFull(60 + call / 4));
      try (var rig = new MboxRig(place, files, StoreEvents.NONE, MboxConfig.DEFAULTS)) {
        fill(rig, 3, 100);
        try (var view = rig.view(TEA)) {
          for (int position = 1; position <= 3; position++) {
            assertThat(view.remembered(position)).isIn(null, note(position, 100));
          }
        }
      }
    }
  }
}
