package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flagged;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.faults.RamDirectory;

/// Clients that keep copies of a mailbox, go away at any moment and come back knowing a
/// mod-sequence only (RFC 7162): each copy is what the mailbox is, whatever sessions, POP3,
/// delivery agents, mail programs and lost caches did meanwhile.
class ReplicaTest {
  private static final String TEA = "tea";
  private static final MailboxName AWAY = new MailboxName("Away");
  private static final List<String> KEYWORDS = List.of("$Junk", "work", "later");

  @TempDir(factory = RamDirectory.class)
  private Path folder;

  /// What a client remembers of a message.
  private record Cached(Flags flags, ModSeq modSeq) {
    static Cached of(MessageMeta meta) {
      return new Cached(meta.flags(), meta.modSeq());
    }
  }

  /// A client's copy, and its session while it has one.
  private static final class Replica {
    final Map<Long, Cached> messages = new TreeMap<>();
    @Nullable UidValidity uidValidity;
    ModSeq modSeq = ModSeq.ZERO;
    @Nullable MailboxView view;

    /// SELECT with QRESYNC, or with CONDSTORE and a list of all UIDs.
    void connect(MailboxView opened, boolean qresync) {
      view = opened;
      if (!opened.uidValidity().equals(uidValidity)) {
        messages.clear();
        modSeq = ModSeq.ZERO;
        uidValidity = opened.uidValidity();
      }
      assertThat(opened.highestModSeq()).as("highest").isGreaterThanOrEqualTo(modSeq);
      var living = new HashMap<Long, MessageMeta>();
      for (int position = 1; position <= opened.count(); position++) {
        living.put(opened.message(position).uid().value(), opened.message(position));
      }
      if (qresync) {
        var known = new UidSet.Builder().add(1, 0xFFFF_FFFFL).build();
        var vanished = opened.removed(modSeq, known);
        living.keySet().forEach(uid -> assertThat(vanished.contains(uid)).isFalse());
        messages.keySet().removeIf(vanished::contains);
      } else {
        messages.keySet().retainAll(living.keySet());
      }
      living.forEach((uid, meta) -> {
        if (meta.modSeq().compareTo(modSeq) > 0) {
          messages.put(uid, Cached.of(meta));
        }
      });
      modSeq = opened.highestModSeq();
    }

    /// Applies news; false if the mailbox is another one now.
    boolean hear(List<MailboxChange> news, int before) {
      var opened = view;
      if (opened == null) {
        throw new IllegalStateException("not connected");
      }
      int count = before;
      for (var change : news) {
        switch (change) {
          case MailboxChange.Expunged(int position, var uid) -> {
            assertThat(position).isBetween(1, count);
            count--;
            assertThat(messages.remove(uid.value())).isNotNull();
          }
          case MailboxChange.Arrived(int total) -> {
            assertThat(total).isGreaterThan(count);
            for (int position = count + 1; position <= total; position++) {
              learn(opened, position);
            }
            count = total;
          }
          case MailboxChange.Flagged(int position) -> learn(opened, position);
          case MailboxChange.Stale _ -> {
            return false;
          }
        }
      }
      assertThat(count).isEqualTo(opened.count());
      modSeq = opened.highestModSeq();
      return true;
    }

    void learn(MailboxView opened, int position) {
      var meta = opened.message(position);
      messages.put(meta.uid().value(), Cached.of(meta));
    }

    /// STORE with .SILENT: the client reckons itself what the flags are.
    void assume(MailboxView opened, int position, FlagChange change) {
      var meta = opened.message(position);
      messages.computeIfPresent(
          meta.uid().value(),
          (_, cached) -> new Cached(change.applyTo(cached.flags), meta.modSeq()));
    }

    void disconnect() {
      if (view != null) {
        view.close();
        view = null;
      }
    }
  }

  /// One run.
  private static final class History {
    final SplittableRandom random;
    final MboxRig rig;
    final List<Replica> replicas = List.of(new Replica(), new Replica(), new Replica());
    final Map<List<Object>, Integer> serialOf = new HashMap<>();
    final Map<UidValidity, ModSeq> highest = new HashMap<>();
    final List<String> story = new ArrayList<>();
    int serials;

    History(long seed, MboxRig rig) {
      random = new SplittableRandom(seed);
      this.rig = rig;
      done(rig.store().account(rig.owner(TEA)).create(AWAY, false, null));
    }

    void play(int steps) throws Exception {
      try {
        for (int i = 0; i < steps; i++) {
          step();
        }
        for (var replica : replicas) {
          replica.disconnect();
          connect(replica);
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError(String.join(", ", story), e);
      } finally {
        replicas.forEach(Replica::disconnect);
      }
    }

    private void step() throws Exception {
      int which = random.nextInt(replicas.size());
      var replica = replicas.get(which);
      story.add(which + ":");
      switch (random.nextInt(33)) {
        case 0, 1, 2 -> deliver();
        case 3 -> removeBehindTheBack();
        case 4 -> editBehindTheBack();
        case 5 -> pop3();
        case 6 -> reopen();
        case 7, 8 -> append();
        default -> {
          if (replica.view == null) {
            connect(replica);
          } else {
            use(replica, replica.view);
          }
        }
      }
    }

    private void use(Replica replica, MailboxView view) {
      switch (random.nextInt(12)) {
        case 0, 1 -> sync(replica, view, random.nextBoolean());
        case 2 -> news(replica, view, random.nextBoolean());
        case 3, 4, 5, 8 -> flag(replica, view);
        case 6 -> expunge(view);
        case 7 -> {
          story.add("flush");
          done(view.flush());
        }
        case 9 -> copy(view);
        case 10 -> move(view);
        default -> {
          story.add("disconnect");
          replica.disconnect();
        }
      }
    }

    private void deliver() throws Exception {
      story.add("deliver");
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        rig.deliver(TEA, serials++);
      }
    }

    private void append() {
      var account = rig.store().account(rig.owner(TEA));
      var messages = new byte[random.nextInt(1, 4)][];
      for (int i = 0; i < messages.length; i++) {
        messages[i] = Letters.letter(serials++);
      }
      story.add("append " + messages.length);
      done(Drafts.append(account, MailboxName.INBOX, messages));
    }

    /// Into the same mailbox, which is what the copies are of.
    private void copy(MailboxView view) {
      int[] positions = some(view);
      story.add("copy " + positions.length);
      if (positions.length > 0 && view.count() < 60) {
        allowGone(view.copy(positions, MailboxName.INBOX));
      }
    }

    private void move(MailboxView view) {
      int[] positions = some(view);
      story.add("move " + positions.length);
      if (positions.length > 0 && view.writable() && random.nextBoolean()) {
        allowGone(view.move(positions, AWAY));
      }
    }

    /// A message that somebody else removed cannot be copied.
    private static void allowGone(StoreResult<?> result) {
      if (result instanceof StoreResult.Failed<?>(StoreFailure failure)) {
        assertThat(failure).isInstanceOf(StoreFailure.Gone.class);
      }
    }

    private int there() throws Exception {
      var spool = rig.spool(TEA);
      return Files.exists(spool)
          ? Files.readString(spool, ISO_8859_1).split("\nX-Serial: ", -1).length - 1
          : 0;
    }

    private void removeBehindTheBack() throws Exception {
      int there = there();
      if (there > 0) {
        story.add("remove");
        rig.removeBehindTheBack(TEA, random.nextInt(1, there + 1));
      }
    }

    /// As mutt does: a field that is there is changed, or one is put in.
    private void editBehindTheBack() throws Exception {
      int there = there();
      if (there > 0) {
        int which = random.nextInt(there);
        var letters = List.of("RO", "O", "", "R").get(random.nextInt(4));
        story.add("mutt " + letters);
        rig.rewrite(
            TEA,
            messages -> {
              var edited = new ArrayList<>(messages);
              edited.set(
                  which,
                  messages
                      .get(which)
                      .replaceFirst("\nStatus: [^\n]*\n", "\n")
                      .replaceFirst("\nX-Serial", "\nStatus: " + letters + "\nX-Serial"));
              return edited;
            });
      }
    }

    private void pop3() {
      try (var drop = rig.claim(TEA)) {
        var remove = new BitSet();
        var seen = new BitSet();
        for (int number = 1; number <= drop.count(); number++) {
          remove.set(number, random.nextInt(6) == 0);
          seen.set(number, random.nextInt(4) == 0);
        }
        story.add("pop3 -" + remove + " seen " + seen);
        done(drop.commit(remove, seen));
      }
    }

    private void reopen() throws Exception {
      replicas.forEach(Replica::disconnect);
      int lost = random.nextInt(10);
      story.add("reopen " + lost);
      rig.reopen();
      if (lost == 1) {
        // Without the registry the clock alone tells a new life of a mailbox from the last one.
        rig.pass(Duration.ofSeconds(10));
      }
      if (lost < 3 && Files.exists(rig.state(TEA))) {
        try (var files = Files.list(rig.state(TEA))) {
          for (var file : files.toList()) {
            var name = String.valueOf(file.getFileName());
            boolean log = lost == 0 && name.endsWith(".log");
            boolean registry = lost == 1 && name.equals("registry");
            if (name.endsWith(".cache") || log || registry) {
              Files.delete(file);
            }
          }
        }
      }
    }

    private void connect(Replica replica) {
      boolean qresync = random.nextBoolean();
      story.add("connect " + qresync);
      try (var inbox = rig.inbox(TEA)) {
        replica.connect(
            done(inbox.view(random.nextInt(4) == 0 ? Access.READ : Access.WRITE)), qresync);
      }
      check(replica, replica.view);
    }

    /// Right after a connect the copy is what the mailbox is.
    private void check(Replica replica, @Nullable MailboxView view) {
      if (view == null) {
        throw new IllegalStateException("not connected");
      }
      var server = new TreeMap<Long, Cached>();
      for (int position = 1; position <= view.count(); position++) {
        var meta = view.message(position);
        server.put(meta.uid().value(), Cached.of(meta));
        int serial = Letters.serial(octets(view.content(position)));
        var key = List.<Object>of(view.uidValidity(), meta.uid());
        assertThat(serialOf.computeIfAbsent(key, _ -> serial)).isEqualTo(serial);
      }
      assertThat(replica.messages).isEqualTo(server);
      var before = highest.getOrDefault(view.uidValidity(), ModSeq.ZERO);
      assertThat(view.highestModSeq()).isGreaterThanOrEqualTo(before);
      highest.put(view.uidValidity(), view.highestModSeq());
    }

    private void sync(Replica replica, MailboxView view, boolean expunges) {
      story.add("sync " + expunges);
      int before = view.count();
      if (!replica.hear(done(view.sync(expunges)), before)) {
        replica.disconnect();
      } else if (expunges) {
        check(replica, view);
      }
    }

    private void news(Replica replica, MailboxView view, boolean expunges) {
      story.add("news " + expunges);
      int before = view.count();
      if (!replica.hear(view.news(expunges), before)) {
        replica.disconnect();
      }
    }

    private int[] some(MailboxView view) {
      int tenths = random.nextInt(11);
      return IntStream.rangeClosed(1, view.count())
          .filter(_ -> random.nextInt(10) < tenths)
          .toArray();
    }

    private void flag(Replica replica, MailboxView view) {
      var flags =
          new Flags(
              new FlagSet(random.nextInt(32)),
              random.nextBoolean()
                  ? Keywords.NONE
                  : Keywords.of(KEYWORDS.get(random.nextInt(KEYWORDS.size()))));
      var change =
          switch (random.nextInt(3)) {
            case 0 -> new FlagChange.Add(flags);
            case 1 -> new FlagChange.Remove(flags);
            default -> new FlagChange.Replace(flags);
          };
      int[] positions = some(view);
      var since = random.nextInt(3) == 0 ? replica.modSeq : null;
      story.add("flag " + positions.length + " " + change + " " + since);
      switch (view.flag(positions, change, since)) {
        case StoreResult.Done<Flagged>(Flagged flagged) -> {
          boolean silent = random.nextBoolean();
          flagged.done().stream()
              .forEach(position -> {
                if (silent) {
                  replica.assume(view, position, change);
                } else {
                  replica.learn(view, position);
                }
              });
        }
        case StoreResult.Failed<Flagged>(StoreFailure failure) ->
            assertThat(failure).isInstanceOf(StoreFailure.ReadOnly.class);
      }
      replica.modSeq = view.highestModSeq();
    }

    private void expunge(MailboxView view) {
      int[] positions = some(view);
      story.add("expunge " + positions.length);
      if (view.writable() && random.nextBoolean()) {
        done(view.expunge(positions));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyCopyIsWhatTheMailboxIs(long seed) throws Exception {
    try (var rig = new MboxRig(folder)) {
      new History(seed, rig).play(250);
    }
  }
}
