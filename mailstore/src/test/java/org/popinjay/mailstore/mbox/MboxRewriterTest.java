package org.popinjay.mailstore.mbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.posix.Posix;

/// What a rewrite makes of a spool when nothing goes wrong.
class MboxRewriterTest {
  @TempDir Path directory;

  @Test
  void removesAMessageInFront() throws Exception {
    byte[] first = RewriteWorld.message(1, 9_000);
    byte[] second = RewriteWorld.message(2, 50_000);
    byte[] both = RewriteWorld.join(java.util.List.of(first, second));
    var plan = RewritePlan.from(0, both.length).copy(first.length, second.length).build();
    var world = RewriteWorld.in(directory, both, plan, second, 65536);
    assertThat(world.rewrite(Posix.files(), 8192, 65536))
        .isEqualTo(StoreResult.done((long) second.length));
    world.holdsNew();
    assertThat(world.journals()).isEmpty();
  }
}
