package org.popinjay.mailstore.mbox.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.MboxRig;

/// How much a user, or another program, can have LSUB read.
class SubscriptionsTest {
  private static final int OCTETS_MAX = 1 << 20;

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new MboxRig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Account account() {
    return rig.store().account(rig.owner("tea"));
  }

  private Path write(String text) throws Exception {
    Files.createDirectories(rig.folders("tea"));
    return Files.writeString(rig.folders("tea").resolve(".subscriptions"), text);
  }

  private static String lines(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i + "\n").collect(Collectors.joining());
  }

  private static MailboxName name(String text) {
    return new MailboxName(text);
  }

  @Test
  void theLastNameThereIsRoomForIsTakenAndTheNextIsNot() throws Exception {
    write(lines(Subscriptions.NAMES_MAX - 1));
    assertThat(done(account().subscribe(name("last"), true))).isTrue();
    assertThat(done(account().subscriptions()))
        .hasSize(Subscriptions.NAMES_MAX)
        .contains(name("n0"), name("last"));
    assertThat(failure(account().subscribe(name("more"), true)))
        .isInstanceOf(StoreFailure.TooManySubscriptions.class);
    assertThat(done(account().subscribe(name("n0"), false))).isTrue();
    assertThat(done(account().subscribe(name("more"), true))).isTrue();
  }

  @Test
  void ofTooManyNamesTheFirstCountAndNoneIsLost() throws Exception {
    var text = lines(Subscriptions.NAMES_MAX + 1);
    var file = write(text);
    assertThat(done(account().subscriptions()))
        .hasSize(Subscriptions.NAMES_MAX)
        .contains(name("n9999"))
        .doesNotContain(name("n10000"));
    for (boolean on : new boolean[] {true, false}) {
      assertThat(failure(account().subscribe(name("n1"), on)))
          .isInstanceOf(StoreFailure.TooManySubscriptions.class);
    }
    assertThat(file).content().isEqualTo(text);
  }

  @Test
  void aFileThatIsTooLongEndsWithItsLastWholeLine() throws Exception {
    var line = "a/" + "b".repeat(197) + "\n";
    var names = OCTETS_MAX / line.length();
    var text =
        IntStream.rangeClosed(0, names)
            .mapToObj(i -> "%06d".formatted(i) + line.substring(6))
            .collect(Collectors.joining());
    var file = write(text);
    assertThat(done(account().subscriptions()))
        .hasSize(names)
        .allMatch(each -> each.text().length() == line.length() - 1);
    assertThat(failure(account().subscribe(name("more"), true)))
        .isInstanceOf(StoreFailure.TooManySubscriptions.class);
    assertThat(file).content().isEqualTo(text);
  }
}
