package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Vectors, longs and a plain loop must find the same, wherever the octets are cut.
class ByteScanTest {
  private static final List<ByteScan> SCANS = List.of(new LongScan(), new VectorScan());

  @Test
  void vectorsAreChosenWhereTheyAreWide() {
    assertThat(ByteScan.fastest() instanceof VectorScan).isEqualTo(VectorScan.isWorthIt());
    assertThat(ByteScan.portable()).isInstanceOf(LongScan.class);
  }

  @Property(tries = 3000)
  void findsTheFirstLineFeed(
      @ForAll("octets") byte[] octets, @ForAll @IntRange(max = 70) int from) {
    var in = nativeCopy(octets);
    int start = Math.min(from, octets.length);
    int expected = start;
    while (expected < octets.length && octets[expected] != '\n') {
      expected++;
    }
    for (var scan : SCANS) {
      assertThat(scan.lineFeed(in, start, octets.length)).isEqualTo(expected);
    }
  }

  @Property(tries = 3000)
  void findsTheLineFeedBeforeAnOctet(
      @ForAll("octets") byte[] octets, @ForAll @IntRange(max = 70) int from) {
    var in = nativeCopy(octets);
    int start = Math.min(from, octets.length);
    for (var scan : SCANS) {
      for (int end = start; end <= octets.length; end += 1 + end / 8) {
        assertThat(scan.lineFeedBefore((byte) 'F', in, start, end))
            .isEqualTo(naiveLineFeedBefore(octets, start, end));
      }
    }
  }

  private static int naiveLineFeedBefore(byte[] octets, int from, int to) {
    for (int i = from; i + 1 < to; i++) {
      if (octets[i] == '\n' && octets[i + 1] == 'F') {
        return i;
      }
    }
    return to;
  }

  @Property(tries = 1000)
  void countsBareLineFeedsAcrossAnyCut(@ForAll("octets") byte[] octets) {
    var in = nativeCopy(octets);
    int expected = 0;
    for (int i = 0; i < octets.length; i++) {
      expected += octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r') ? 1 : 0;
    }
    for (var scan : SCANS) {
      for (int cut = 0; cut <= octets.length; cut++) {
        boolean afterCr = cut > 0 && octets[cut - 1] == '\r';
        long count =
            scan.bareLineFeeds(in, 0, cut, false)
                + scan.bareLineFeeds(in, cut, octets.length, afterCr);
        assertThat(count).as("cut at %d", cut).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 1000)
  void seesANulAnywhere(@ForAll("octets") byte[] octets, @ForAll @IntRange(max = 300) int at) {
    var in = nativeCopy(octets);
    boolean expected = new String(octets, ISO_8859_1).indexOf(0) >= 0;
    for (var scan : SCANS) {
      assertThat(scan.hasNul(in, 0, octets.length)).isEqualTo(expected);
      if (at < octets.length) {
        in.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
        assertThat(scan.hasNul(in, 0, octets.length)).isTrue();
        in.set(ValueLayout.JAVA_BYTE, at, octets[at]);
      }
    }
  }

  @Property(tries = 1000)
  void copiesForTheWireAcrossAnyCutOfInputAndOutput(
      @ForAll("octets") byte[] octets, @ForAll @IntRange(min = 2, max = 200) int room) {
    var in = nativeCopy(octets);
    byte[] expected = naiveForWire(octets);
    for (var scan : SCANS) {
      for (int cut = 0; cut <= octets.length; cut += 1 + octets.length / 40) {
        assertThat(copied(scan, in, octets, cut, room)).as("cut at %d", cut).isEqualTo(expected);
      }
    }
  }

  private static byte[] copied(ByteScan scan, MemorySegment in, byte[] octets, int cut, int room) {
    var all = new ByteArrayOutputStream();
    byte[] guard = new byte[] {42};
    var out = Arena.ofAuto().allocate(room + 1);
    int at = 0;
    while (at < octets.length) {
      int end = at < cut ? cut : octets.length;
      boolean afterCr = at > 0 && octets[at - 1] == '\r';
      out.set(ValueLayout.JAVA_BYTE, room, guard[0]);
      long counts = scan.copyForWire(in, at, end, afterCr, out, 0, room);
      int put = ByteScan.Copied.put(counts);
      assertThat(ByteScan.Copied.taken(counts)).isPositive();
      assertThat(out.get(ValueLayout.JAVA_BYTE, room)).isEqualTo(guard[0]);
      all.writeBytes(out.asSlice(0, put).toArray(ValueLayout.JAVA_BYTE));
      at += ByteScan.Copied.taken(counts);
    }
    return all.toByteArray();
  }

  private static byte[] naiveForWire(byte[] octets) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) {
        out.write('\r');
      }
      out.write(octets[i] == 0 ? 0x80 : octets[i]);
    }
    return out.toByteArray();
  }

  private static MemorySegment nativeCopy(byte[] octets) {
    var copy = Arena.ofAuto().allocate(Math.max(1, octets.length));
    MemorySegment.copy(octets, 0, copy, ValueLayout.JAVA_BYTE, 0, octets.length);
    return copy;
  }

  /// Octets among which those that matter are frequent.
  @Provide
  static Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(
            Arbitraries.of((byte) '\n', (byte) '\r', (byte) 'F', (byte) 0, (byte) 0x8A),
            Arbitraries.bytes(),
            Arbitraries.of((byte) 'x'))
        .array(byte[].class)
        .ofMaxSize(300);
  }
}
