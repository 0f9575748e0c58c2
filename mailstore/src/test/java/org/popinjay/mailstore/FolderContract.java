package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every engine promises of the tree of mailboxes.
public interface FolderContract {
  /// The engine under test.
  StoreRig rig();

  private Account account() {
    return rig().store().account(rig().owner("tea"));
  }

  private static MailboxName name(String text) {
    return new MailboxName(text);
  }

  private MailboxId make(String name) {
    return done(account().create(name(name), false, null));
  }

  private List<Folder> folders() {
    return done(account().folders());
  }

  private List<String> names() {
    return folders().stream().map(folder -> folder.name().text()).toList();
  }

  private Folder folder(String name) {
    return folders().stream()
        .filter(folder -> folder.name().equals(name(name)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no folder " + name));
  }

  private MailboxStatus status(String name) {
    try (var mailbox = done(account().open(name(name)))) {
      return done(mailbox.status());
    }
  }

  @Test
  default void inboxIsAlwaysThere() {
    assertThat(folders()).hasSize(1);
    var inbox = folder("InBoX");
    assertThat(inbox.name()).isEqualTo(MailboxName.INBOX);
    assertThat(inbox.selectable()).isTrue();
    assertThat(inbox.children()).isFalse();
    assertThat(failure(account().delete(MailboxName.INBOX)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account().create(MailboxName.INBOX, false, null)))
        .isInstanceOfAny(StoreFailure.AlreadyExists.class, StoreFailure.NameRefused.class);
  }

  @Test
  default void namesAreAsLongAndDeepAsAnyEngineCanKeep() {
    make("a".repeat(240));
    make("b/".repeat(15) + "b");
    make(("c".repeat(199) + "/").repeat(4) + "c".repeat(200));
    for (var tooLong :
        List.of(
            "a".repeat(241),
            "b/".repeat(16) + "b",
            ("c".repeat(199) + "/").repeat(4) + "c".repeat(201))) {
      assertThat(failure(account().create(name(tooLong), false, null)))
          .isInstanceOf(StoreFailure.NameTooLong.class);
    }
    assertThat(failure(account().rename(name("b"), name("d".repeat(241)))))
        .isInstanceOf(StoreFailure.NameTooLong.class);
  }

  @Test
  default void foldersComeBehindInboxInTheOrderOfTheirOctets() {
    for (var name : List.of("b", "a/b", "\uffee", "a", "\ud83c\udf75", "A", "a!", "INBOX/x")) {
      make(name);
    }
    assertThat(names())
        .containsExactly("INBOX", "A", "INBOX/x", "a", "a!", "a/b", "b", "\uffee", "\ud83c\udf75");
    assertThat(folder("a").children()).isTrue();
    assertThat(folder("a/b").children()).isFalse();
    assertThat(folder("INBOX").children()).isTrue();
    assertThat(folder("inbox/x").selectable()).isTrue();
  }

  @Test
  default void levelsAboveAreMade() {
    make("a/b/c");
    assertThat(names()).containsExactly("INBOX", "a", "a/b", "a/b/c");
    assertThat(folder("a").selectable()).isFalse();
    assertThat(folder("a").children()).isTrue();
    assertThat(failure(account().open(name("a/b")))).isInstanceOf(StoreFailure.NotAMailbox.class);
  }

  @Test
  default void aLevelCanBecomeAMailbox() {
    done(account().create(name("a"), true, null));
    assertThat(folder("a").selectable()).isFalse();
    assertThat(failure(account().create(name("a"), true, null)))
        .isInstanceOf(StoreFailure.AlreadyExists.class);
    make("a/b");
    make("a");
    assertThat(folder("a").selectable()).isTrue();
    assertThat(folder("a").children()).isTrue();
    assertThat(status("a/b").messages()).isZero();
    assertThat(failure(account().create(name("a"), false, null)))
        .isInstanceOf(StoreFailure.AlreadyExists.class);
  }

  @Test
  default void aNewMailboxIsEmptyAndHasTheIdThatWasTold() {
    var id = make("a");
    var status = status("a");
    assertThat(status.id()).isEqualTo(id);
    assertThat(status.messages()).isZero();
    assertThat(status.uidNext()).isEqualTo(1);
    assertThat(id).isNotEqualTo(make("b"));
  }

  @Test
  default void whatIsNotThereCannotBeOpenedRemovedOrRenamed() {
    assertThat(failure(account().open(name("a")))).isInstanceOf(StoreFailure.NotFound.class);
    assertThat(failure(account().delete(name("a")))).isInstanceOf(StoreFailure.NotFound.class);
    assertThat(failure(account().rename(name("a"), name("b"))))
        .isInstanceOf(StoreFailure.NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/a", "a//b", "a/", "a\nb", "a\u007f", "\0"})
  default void someNamesAreRefused(String name) {
    assertThat(failure(account().create(name(name), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account().open(name(name)))).isInstanceOf(StoreFailure.NotFound.class);
    make("x");
    assertThat(failure(account().rename(name("x"), name(name))))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(names()).containsExactly("INBOX", "x");
  }

  @Test
  default void aMailboxThatIsMadeAgainIsAnotherOne() {
    var id = make("a");
    var first = status("a").uidValidity();
    done(account().delete(name("a")));
    assertThat(names()).containsExactly("INBOX");
    assertThat(make("a")).isNotEqualTo(id);
    assertThat(status("a").uidValidity().value()).isGreaterThan(first.value());
  }

  @Test
  default void aMailboxWithOthersBelowLeavesItsLevel() {
    make("a");
    make("a/b");
    done(account().delete(name("a")));
    assertThat(folder("a").selectable()).isFalse();
    assertThat(folder("a/b").selectable()).isTrue();
    assertThat(failure(account().delete(name("a")))).isInstanceOf(StoreFailure.HasChildren.class);
    done(account().delete(name("a/b")));
    done(account().delete(name("a")));
    assertThat(names()).containsExactly("INBOX");
  }

  @Test
  default void aRenamedMailboxIsTheSameWithAllBelow() {
    var id = make("a");
    var below = make("a/b/c");
    make("ab");
    var validity = status("a").uidValidity();
    try (var open = done(account().open(name("a/b/c")));
        var view = done(open.view(Access.WRITE))) {
      done(account().rename(name("a"), name("x/y")));
      assertThat(names()).containsExactly("INBOX", "ab", "x", "x/y", "x/y/b", "x/y/b/c");
      assertThat(status("x/y").id()).isEqualTo(id);
      assertThat(status("x/y").uidValidity()).isEqualTo(validity);
      assertThat(status("x/y/b/c").id()).isEqualTo(below);
      assertThat(view.id()).isEqualTo(below);
      assertThat(done(view.sync(true))).isEmpty();
      assertThat(done(open.status()).id()).isEqualTo(below);
    }
    assertThat(make("a")).isNotEqualTo(id);
    assertThat(status("a").uidValidity().value()).isGreaterThan(validity.value());
  }

  @Test
  default void aLevelIsRenamedToo() {
    make("a/b");
    done(account().rename(name("a"), name("c")));
    assertThat(names()).containsExactly("INBOX", "c", "c/b");
    assertThat(folder("c").selectable()).isFalse();
  }

  @Test
  default void aRenamingReplacesNothingAndGoesNotBelowItself() {
    make("a");
    make("b");
    make("c/d");
    for (var taken : List.of("a", "b", "c", "INBOX")) {
      assertThat(failure(account().rename(name("a"), name(taken))))
          .as(taken)
          .isInstanceOf(StoreFailure.AlreadyExists.class);
    }
    assertThat(failure(account().rename(name("a"), name("a/x"))))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(names()).containsExactly("INBOX", "a", "b", "c", "c/d");
  }

  @Test
  default void aMailboxRenamedOntoAFormerNameIsToldFromTheFormerOne() {
    make("a");
    make("b");
    var former = status("b").uidValidity();
    done(account().delete(name("b")));
    done(account().rename(name("a"), name("b")));
    assertThat(status("b").uidValidity()).isNotEqualTo(former);
  }

  @Test
  default void theMailOfInboxMovesAndInboxStays() throws Exception {
    rig().deliver("tea", 1, 2, 3);
    make("INBOX/below");
    var before = status("INBOX");
    done(account().rename(MailboxName.INBOX, name("old/mail")));
    assertThat(names()).containsExactly("INBOX", "INBOX/below", "old", "old/mail");
    var inbox = status("INBOX");
    assertThat(inbox.messages()).isZero();
    assertThat(inbox.id()).isEqualTo(before.id());
    assertThat(inbox.uidValidity()).isEqualTo(before.uidValidity());
    assertThat(inbox.uidNext()).isEqualTo(before.uidNext());
    var moved = status("old/mail");
    assertThat(moved.messages()).isEqualTo(3);
    assertThat(moved.id()).isNotEqualTo(before.id());
    assertThat(failure(account().rename(MailboxName.INBOX, name("old/mail"))))
        .isInstanceOf(StoreFailure.AlreadyExists.class);
  }

  @Test
  default void subscriptionsAreNamesAndNothingElse() {
    done(account().subscribe(name("gone/Käse & \u8336"), true));
    assertThat(done(account().subscriptions())).contains(name("gone/Käse & \u8336"));
    assertThat(done(account().subscribe(name("gone/Käse & \u8336"), true))).isFalse();
    done(account().subscribe(name("inbox"), true));
    assertThat(done(account().subscriptions())).contains(MailboxName.INBOX);
    done(account().subscribe(MailboxName.INBOX, false));
    done(account().subscribe(name("gone/Käse & \u8336"), false));
    assertThat(done(account().subscriptions())).isEmpty();
    done(account().subscribe(name("gone/Käse & \u8336"), false));
  }

  @Test
  default void aUseStaysWithItsMailbox() {
    done(account().create(name("Out"), false, SpecialUse.SENT));
    assertThat(folder("Out").use()).isEqualTo(SpecialUse.SENT);
    done(account().rename(name("Out"), name("Old/Out")));
    assertThat(folder("Old/Out").use()).isEqualTo(SpecialUse.SENT);
    assertThat(folder("Old").use()).isNull();
    done(account().delete(name("Old/Out")));
    done(account().create(name("Out2"), false, SpecialUse.SENT));
    assertThat(folder("Out2").use()).isEqualTo(SpecialUse.SENT);
  }

  @Test
  default void theTreeIsThereAfterARestart() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(rig().keepsMail());
    var id = make("a/b");
    done(account().create(name("Out"), false, SpecialUse.SENT));
    done(account().subscribe(name("a/b"), true));
    var validity = status("a/b").uidValidity();
    rig().reopen();
    assertThat(names()).containsExactly("INBOX", "Out", "a", "a/b");
    assertThat(status("a/b").id()).isEqualTo(id);
    assertThat(status("a/b").uidValidity()).isEqualTo(validity);
    assertThat(folder("Out").use()).isEqualTo(SpecialUse.SENT);
    assertThat(done(account().subscriptions())).contains(name("a/b"));
  }
}
