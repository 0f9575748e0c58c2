package org.popinjay.mailstore.mailbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.mailstore.Letters;

class SpoolsTest {
  @TempDir private Path temp;

  @ParameterizedTest
  @EnumSource
  void whatIsStoredIsReadBackButForTheQuoting(Spools.Kind kind) {
    var message = Spools.message(kind, 17, new SplittableRandom(1));
    var quoted =
        new String(message, ISO_8859_1).replace("\nFrom ", "\n>From ").getBytes(ISO_8859_1);
    var spool = Spools.spool(List.of(Letters.letter(1), message, Letters.letter(2)));
    assertThat(Spools.read(spool)).containsExactly(Letters.letter(1), quoted, Letters.letter(2));
    assertThat(Spools.serials(spool)).containsExactly(1, 17, 2);
  }

  @Test
  void theSameSeedGivesTheSameSpool() {
    assertThat(Spools.mixed(30, 7)).isEqualTo(Spools.mixed(30, 7));
    assertThat(Spools.mixed(30, 7)).isNotEqualTo(Spools.mixed(30, 8));
    assertThat(Spools.serials(Spools.mixed(30, 7)))
        .isEqualTo(IntStream.range(0, 30).boxed().toList());
  }

  @Test
  void aSpoolWithCrlfAndOneThatWasCutAreStillRead() {
    var spool = Spools.spool(List.of(Letters.letter(1), Letters.letter(2)));
    assertThat(Spools.serials(Spools.withCrlf(spool))).containsExactly(1, 2);
    assertThat(Spools.read(Spools.cut(spool, 1)).getLast()).isEqualTo(Letters.letter(2));
    var withoutLastLineEnd = new String(Letters.letter(2), ISO_8859_1).stripTrailing();
    assertThat(Spools.read(Spools.cut(spool, 2)).getLast())
        .asString(ISO_8859_1)
        .isEqualTo(withoutLastLineEnd);
  }

  @Test
  void agentsInsideAndOutsideDoNotLoseEachOthersMail() throws Exception {
    var mda = new Mda(temp.resolve("tea"));
    try (var one = mda.start();
        var two = mda.start()) {
      for (int i = 0; i < 30; i += 3) {
        one.begin(Letters.letter(i));
        two.begin(Letters.letter(i + 1));
        mda.deliver(Letters.letter(i + 2));
        one.await();
        two.await();
      }
    }
    assertThat(Spools.serials(mda.spool()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 30).boxed().toList());
  }

  @Test
  void aMessageIsRemovedFromAmongOthers() throws Exception {
    var mda = new Mda(temp.resolve("tea"));
    for (int serial = 1; serial <= 3; serial++) {
      mda.deliver(Letters.letter(serial));
    }
    mda.remove(2);
    assertThat(mda.spool()).isEqualTo(Spools.spool(List.of(Letters.letter(1), Letters.letter(3))));
  }
}
