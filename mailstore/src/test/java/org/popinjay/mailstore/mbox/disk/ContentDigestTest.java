package org.popinjay.mailstore.mbox.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentDigestTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "abc, 44bc2cf5ad770999",
  })
  void agreesWithKnownDigests(String text, String digest) {
    assertThat(Long.toHexString(digestOf(text.getBytes(US_ASCII)))).isEqualTo(digest);
  }

  /// The octets and results of the self-test that comes with the reference implementation.
  @ParameterizedTest(name = "{0} octets")
  @CsvSource({
    "1, e934a84adb052768",
    "4, 9136a0dca57457ee",
    "14, 8282dcc4994e35c8",
    "222, b641ae8cb691c174",
  })
  void agreesWithTheReferenceImplementation(int octets, String digest) {
    assertThat(Long.toHexString(digestOf(referenceOctets(octets)))).isEqualTo(digest);
  }

  @Test
  void aResetDigestIsANewOne() {
    var digest = new ContentDigest();
    digest.update(123_456_789L);
    digest.reset();
    assertThat(digest.value()).isEqualTo(new ContentDigest().value());
  }

  @Test
  void aNumberIsEightOctetsTheLowestFirst() {
    var digest = new ContentDigest();
    digest.update(0x0102_0304_0506_0708L);
    assertThat(digest.value()).isEqualTo(digestOf(new byte[] {8, 7, 6, 5, 4, 3, 2, 1}));
  }

  @Property(tries = 500)
  void cutsDoNotMatter(
      @ForAll byte[] octets,
      @ForAll @IntRange(max = 300) int first,
      @ForAll @IntRange(max = 300) int second) {
    var in = MemorySegment.ofArray(octets);
    int a = Math.min(first, octets.length);
    int b = Math.clamp(second, a, octets.length);
    var digest = new ContentDigest();
    digest.update(in, 0, a);
    for (int i = a; i < b; i++) {
      digest.update(octets[i]);
    }
    assertThat(digest.value()).as("reading changes nothing").isEqualTo(digest.value());
    digest.update(in, b, octets.length);
    assertThat(digest.value()).isEqualTo(digestOf(octets));

    var outside = Arena.ofAuto().allocate(octets.length + 1L);
    MemorySegment.copy(octets, 0, outside, ValueLayout.JAVA_BYTE, 1, octets.length);
    digest.reset();
    digest.update(outside, 1, a + 1L);
    digest.update(octets, a, b);
    digest.update(outside, b + 1L, octets.length + 1L);
    assertThat(digest.value()).isEqualTo(digestOf(octets));
  }

  private static long digestOf(byte[] octets) {
    var digest = new ContentDigest();
    digest.update(MemorySegment.ofArray(octets), 0, octets.length);
    return digest.value();
  }

  private static byte[] referenceOctets(int count) {
    byte[] octets = new byte[count];
    long state = 2_654_435_761L;
    for (int i = 0; i < count; i++) {
      octets[i] = (byte) (state >>> 56);
      state *= 0x9E37_79B1_85EB_CA8DL;
    }
    return octets;
  }
}
