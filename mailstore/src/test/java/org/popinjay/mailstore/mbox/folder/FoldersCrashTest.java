package org.popinjay.mailstore.mbox.folder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Stops and breaks changes of the tree at each of their system calls and looks at what is left.
class FoldersCrashTest {
  private static final String TEA = "tea";

  @TempDir private Path folder;

  private static MailboxName box(String text) {
    return new MailboxName(text);
  }

  /// What is changed, and what the tree is like afterwards.
  enum Change {
    CREATE(List.of("Work", "Work/Tea", "new", "new/Out")) {
      @Override
      StoreResult<?> in(Account account) {
        return account.create(box("new/Out"), false, SpecialUse.SENT);
      }
    },
    CREATE_BELOW(List.of("Work", "Work/Tea", "Work/Tea/Pot")) {
      @Override
      StoreResult<?> in(Account account) {
        return account.create(box("Work/Tea/Pot"), false, null);
      }
    },
    DELETE(List.of("Work", "Work/Tea")) {
      @Override
      StoreResult<?> in(Account account) {
        return account.delete(box("Work"));
      }
    },
    RENAME(List.of("Old", "Old/Work", "Old/Work/Tea")) {
      @Override
      StoreResult<?> in(Account account) {
        return account.rename(box("Work"), box("Old/Work"));
      }
    },
    SUBSCRIBE(List.of("Work", "Work/Tea")) {
      @Override
      StoreResult<?> in(Account account) {
        return account.subscribe(box("Work/Tea"), true);
      }
    };

    // Copied by the constructor.
    @SuppressWarnings("ImmutableEnumChecker")
    final List<String> after;

    Change(List<String> after) {
      this.after = List.copyOf(after);
    }

    abstract StoreResult<?> in(Account account);
  }

  private static final class World {
    final Path place;
    final Map<String, MailboxStatus> before = new LinkedHashMap<>();
    @Nullable StoreResult<?> result;

    World(Path place) {
      this.place = place;
    }
  }

  private static MailboxStatus status(Account account, String name) {
    try (var mailbox = done(account.open(box(name)))) {
      return done(mailbox.status());
    }
  }

  private record Script(Change change) implements FaultScript<World> {

    @Override
    public World prepare(Path directory) throws Exception {
      var world = new World(directory);
      try (var rig = MboxRig.lean(directory, Posix.files())) {
        var account = rig.store().account(rig.owner(TEA));
        Files.createDirectories(rig.folders(TEA).resolve("Work.sbd"));
        Files.writeString(rig.folders(TEA).resolve("Work"), letters(1, 2, 3), ISO_8859_1);
        Files.writeString(rig.folders(TEA).resolve("Work.sbd/Tea"), letters(4), ISO_8859_1);
        done(account.subscribe(box("Work"), true));
        for (var name : List.of("Work", "Work/Tea")) {
          world.before.put(name, status(account, name));
        }
      }
      return world;
    }

    private static String letters(int... serials) {
      var text = new StringBuilder();
      for (int serial : serials) {
        text.append("From mda@example.org Thu Nov  9 22:33:52 2023\n");
        text.append(new String(Letters.letter(serial), ISO_8859_1)).append('\n');
      }
      return text.toString();
    }

    @Override
    public void run(World world, FileCalls files) throws Exception {
      try (var rig = MboxRig.lean(world.place, files)) {
        world.result = change.in(rig.store().account(rig.owner(TEA)));
      }
    }

    @Override
    public void check(World world, FileCalls files, Outcome outcome) throws Exception {
      forgetLocksOfTheDead(world.place);
      try (var rig = MboxRig.lean(world.place, files)) {
        var account = rig.store().account(rig.owner(TEA));
        var names = new ArrayList<String>();
        var selectable = new ArrayList<String>();
        for (var each : done(account.folders())) {
          names.add(each.name().text());
          if (each.selectable()) {
            selectable.add(each.name().text());
          }
        }
        names.remove("INBOX");
        boolean promised = world.result instanceof StoreResult.Done<?>;
        switch (change) {
          case CREATE, CREATE_BELOW -> {
            boolean made = selectable.contains(change.after.getLast());
            assertThat(made || !promised).as("a promise is kept").isTrue();
            if (made) {
              assertThat(names).containsExactlyElementsOf(change.after);
              if (world.result instanceof StoreResult.Done<?>(MailboxId id)) {
                assertThat(status(account, change.after.getLast()).id()).isEqualTo(id);
              }
            } else if (world.result != null) {
              assertThat(names).containsExactly("Work", "Work/Tea");
            }
            same(world, account, "Work", "Work");
            same(world, account, "Work/Tea", "Work/Tea");
          }
          case DELETE -> {
            assertThat(names).containsExactly("Work", "Work/Tea");
            boolean there = selectable.contains("Work");
            assertThat(there && promised).as("a promise is broken").isFalse();
            same(world, account, "Work/Tea", "Work/Tea");
            if (there) {
              same(world, account, "Work", "Work");
            } else {
              done(account.create(box("Work"), false, null));
              var again = status(account, "Work");
              var former = Objects.requireNonNull(world.before.get("Work"));
              assertThat(again.id()).isNotEqualTo(former.id());
              assertThat(again.uidValidity().value()).isGreaterThan(former.uidValidity().value());
            }
          }
          case RENAME -> {
            boolean moved = selectable.contains("Old/Work");
            assertThat(moved || !promised).as("a promise is kept").isTrue();
            if (moved) {
              assertThat(names).containsExactlyElementsOf(change.after);
              same(world, account, "Work", "Old/Work");
              same(world, account, "Work/Tea", "Old/Work/Tea");
            } else {
              assertThat(selectable).containsExactly("INBOX", "Work", "Work/Tea");
              same(world, account, "Work", "Work");
              same(world, account, "Work/Tea", "Work/Tea");
            }
          }
          case SUBSCRIBE -> {
            var subscribed = done(account.subscriptions());
            assertThat(subscribed).contains(box("Work"));
            assertThat(subscribed.contains(box("Work/Tea")) || !promised).isTrue();
          }
        }
        assertThat(done(account.create(box("later"), false, null))).isNotNull();
        assertThat(done(account.subscribe(box("later"), true))).isTrue();
      }
    }

    /// The mailbox has its mail, its id and its UIDs.
    private static void same(World world, Account account, String before, String now) {
      assertThat(status(account, now)).isEqualTo(world.before.get(before));
    }

    private static void forgetLocksOfTheDead(Path place) throws IOException {
      try (var tree = Files.walk(place.resolve("home"))) {
        for (var path : tree.filter(each -> each.toString().endsWith(".lock")).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private FaultScenario<World> scenario(Change change) {
    return new FaultScenario<>(folder, Posix.files(), new Script(change)).atMost(25);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aKilledProcessLeavesTheOldTreeOrTheNewOne(Change change) throws Exception {
    scenario(change).killAfterEveryCall();
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aLossOfPowerLeavesTheOldTreeOrTheNewOne(Change change) throws Exception {
    scenario(change).losePowerAfterEveryCall(1);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aFailingOrFullDiskLosesNothing(Change change) throws Exception {
    scenario(change).failEveryCall(Errno.EIO, Errno.ENOSPC);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aDiskThatIsFullFromSomewhereOnLosesNothing(Change change) throws Exception {
    scenario(change).fillDiskAtEveryCall();
  }
}
