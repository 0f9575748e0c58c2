package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.memory.WireForm;

/// A random history of one mailbox: deliveries, a maildrop and a view that come and go, deletions,
/// flags, other programs, beside a plain list that says how it has to look.
///
/// The same seed gives the same history.
final class RandomHistory implements AutoCloseable {

  /// A message as the model knows it; its UID is learnt when it is first seen.
  private static final class Modelled {
    final int serial;
    FlagSet flags = FlagSet.NONE;
    boolean gone;
    @Nullable Uid uid;

    Modelled(int serial) {
      this.serial = serial;
    }

    boolean is(Uid shown) {
      if (uid == null) {
        uid = shown;
      }
      return uid.equals(shown);
    }
  }

  /// An open maildrop and what it has to show.
  private record Drop(Maildrop real, List<Modelled> picture, List<FlagSet> flags) {}

  /// An open view and what it has to show.
  private record View(MailboxView real, List<Modelled> picture, List<FlagSet> told) {}

  private final StoreRig rig;
  private final String user;
  private final SplittableRandom random;
  private final List<Modelled> mailbox = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private @Nullable UidValidity uidValidity;
  private @Nullable Drop drop;
  private @Nullable View view;
  private int serials;

  RandomHistory(StoreRig rig, String user, long seed) {
    this.rig = rig;
    this.user = user;
    this.random = new SplittableRandom(seed);
  }

  /// Takes so many steps, each checked against the model.
  void play(int steps) throws Exception {
    try {
      for (int i = 0; i < steps; i++) {
        step();
      }
      if (view != null) {
        sync(view, true);
      }
      look();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(user + ": " + String.join(", ", story), e);
    }
  }

  private void step() throws Exception {
    switch (random.nextInt(11)) {
      case 0, 1 -> deliver();
      case 2 -> removeBehindTheBack();
      case 3, 4, 5 -> useDrop();
      case 6, 7, 8 -> useView();
      case 9 -> look();
      case 10 -> reopen();
      default -> throw new IllegalStateException("no such step");
    }
  }

  private void deliver() throws Exception {
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      story.add("deliver " + serials);
      rig.deliver(user, serials);
      mailbox.add(new Modelled(serials++));
    }
  }

  private void removeBehindTheBack() throws Exception {
    if (!mailbox.isEmpty()) {
      int position = random.nextInt(1, mailbox.size() + 1);
      story.add("remove " + mailbox.get(position - 1).serial);
      rig.removeBehindTheBack(user, position);
      remove(List.of(mailbox.get(position - 1)));
    }
  }

  private void reopen() throws Exception {
    if (rig.keepsMail()) {
      story.add("reopen");
      close();
      rig.reopen();
    }
  }

  private int remove(List<Modelled> leaving) {
    int there = (int) leaving.stream().filter(message -> !message.gone).count();
    leaving.forEach(message -> message.gone = true);
    mailbox.removeAll(leaving);
    return there;
  }

  /// Opens a maildrop and compares it with the model, unless one is open already.
  private void look() {
    if (drop == null) {
      story.add("look");
      try (var real = rig.claim(user)) {
        check(new Drop(real, List.copyOf(mailbox), flagsNow()));
      }
    }
  }

  private List<FlagSet> flagsNow() {
    return new ArrayList<>(mailbox.stream().map(message -> message.flags).toList());
  }

  private void useDrop() {
    if (drop == null) {
      story.add("claim");
      drop = new Drop(rig.claim(user), List.copyOf(mailbox), flagsNow());
      check(drop);
      return;
    }
    switch (random.nextInt(4)) {
      case 0, 1 -> check(drop);
      case 2 -> commit(drop);
      default -> {
        story.add("give back");
        drop.real.close();
        drop = null;
      }
    }
  }

  private void commit(Drop drop) {
    var remove = some(drop.picture.size());
    var seen = some(drop.picture.size());
    story.add("commit -" + remove + " seen " + seen);
    var committed = done(drop.real.commit(remove, seen));
    var leaving = named(drop, remove);
    int gone = (int) leaving.stream().filter(message -> message.gone).count();
    named(drop, seen).forEach(message -> message.flags = message.flags.with(Flag.SEEN));
    assertThat(committed.removed()).isEqualTo(remove(leaving));
    assertThat(committed.kept()).isLessThanOrEqualTo(gone);
    if (remove.isEmpty() && seen.isEmpty()) {
      return; // nothing to do, so nothing was looked at
    }
    assertThat(committed.left()).isEqualTo(left(drop).size());
    assertThat(committed.leftOctets())
        .isEqualTo(left(drop).stream().mapToLong(RandomHistory::octetsOf).sum());
  }

  private static List<Modelled> named(Drop drop, BitSet numbers) {
    return numbers.stream().mapToObj(number -> drop.picture.get(number - 1)).toList();
  }

  private static List<Modelled> left(Drop drop) {
    return drop.picture.stream().filter(message -> !message.gone).toList();
  }

  private static long octetsOf(Modelled message) {
    return WireForm.of(Letters.letter(message.serial)).length;
  }

  private BitSet some(int count) {
    var set = new BitSet();
    int tenths = random.nextInt(11);
    IntStream.rangeClosed(1, count).filter(_ -> random.nextInt(10) < tenths).forEach(set::set);
    return set;
  }

  private void check(Drop drop) {
    assertThat(drop.real.count()).isEqualTo(drop.picture.size());
    checkValidity(drop.real.uidValidity());
    for (int number = 1; number <= drop.picture.size(); number++) {
      var message = drop.picture.get(number - 1);
      assertThat(message.is(drop.real.uid(number))).as("uid of " + message.serial).isTrue();
      assertThat(drop.real.octets(number)).isEqualTo(octetsOf(message));
      assertThat(drop.real.flags(number))
          .as("flags of " + message.serial)
          .isEqualTo(drop.flags.get(number - 1));
      check(message, drop.real.content(number));
    }
  }

  private void checkValidity(UidValidity shown) {
    if (uidValidity == null) {
      uidValidity = shown;
    }
    assertThat(shown).isEqualTo(uidValidity);
  }

  /// A message that is gone may still be had, but never another one in its place.
  private static void check(Modelled message, StoreResult<MessageContent> content) {
    if (message.gone && content instanceof StoreResult.Failed<?>(StoreFailure failure)) {
      assertThat(failure).isInstanceOf(StoreFailure.Gone.class);
    } else {
      assertThat(octets(content)).isEqualTo(WireForm.of(Letters.letter(message.serial)));
    }
  }

  private void useView() {
    if (view == null) {
      story.add("view");
      view = new View(rig.view(user), new ArrayList<>(mailbox), flagsNow());
      check(view);
      return;
    }
    switch (random.nextInt(7)) {
      case 0 -> check(view);
      case 1 -> sync(view, false);
      case 2 -> sync(view, true);
      case 3, 4 -> flag(view);
      case 5 -> expunge(view);
      default -> {
        story.add("close view");
        view.real.close();
        view = null;
      }
    }
  }

  private void check(View view) {
    assertThat(view.real.count()).isEqualTo(view.picture.size());
    checkValidity(view.real.uidValidity());
    for (int position = 1; position <= view.picture.size(); position++) {
      var message = view.picture.get(position - 1);
      var meta = view.real.message(position);
      assertThat(message.is(meta.uid())).as("uid of " + message.serial).isTrue();
      assertThat(meta.octets()).isEqualTo(octetsOf(message));
      if (!message.gone) {
        assertThat(meta.flags().system()).as("flags of " + message.serial).isEqualTo(message.flags);
      }
      check(message, view.real.content(position));
    }
  }

  private void flag(View view) {
    int[] positions = some(view.picture.size()).stream().toArray();
    var flags = new Flags(new FlagSet(random.nextInt(32)), Keywords.NONE);
    var change =
        switch (random.nextInt(3)) {
          case 0 -> new FlagChange.Replace(flags);
          case 1 -> new FlagChange.Add(flags);
          default -> new FlagChange.Remove(flags);
        };
    story.add("flag " + IntStream.of(positions).boxed().toList() + " " + change);
    var there = new BitSet();
    var changed = new BitSet();
    for (int position : positions) {
      var message = view.picture.get(position - 1);
      if (!message.gone) {
        boolean untold = !view.told.get(position - 1).equals(message.flags);
        var before = message.flags;
        message.flags = change.applyTo(new Flags(before, Keywords.NONE)).system();
        there.set(position);
        changed.set(position, !before.equals(message.flags));
        if (!untold) {
          view.told.set(position - 1, message.flags);
        }
      }
    }
    var outcome = done(view.real.flag(positions, change, null));
    assertThat(outcome.done()).isEqualTo(there);
    assertThat(outcome.changed()).isEqualTo(changed);
    check(view);
  }

  private void expunge(View view) {
    int[] positions = some(view.picture.size()).stream().toArray();
    story.add("expunge " + IntStream.of(positions).boxed().toList());
    var leaving =
        IntStream.of(positions).mapToObj(position -> view.picture.get(position - 1)).toList();
    assertThat(done(view.real.expunge(positions))).isEqualTo(remove(leaving));
  }

  /// Applies what the engine reports to the model's picture, which then has to be the mailbox.
  private void sync(View view, boolean expunges) {
    story.add("sync " + expunges);
    for (var change : done(view.real.sync(expunges))) {
      switch (change) {
        case MailboxChange.Expunged(int position, Uid uid) -> {
          assertThat(expunges).isTrue();
          var message = view.picture.remove(position - 1);
          assertThat(message.gone).isTrue();
          assertThat(message.is(uid)).isTrue();
          view.told.remove(position - 1);
        }
        case MailboxChange.Flagged(int position) ->
            view.told.set(position - 1, view.picture.get(position - 1).flags);
        case MailboxChange.Arrived(int count) -> arrive(view, count);
        case MailboxChange.Stale(String detail) -> throw new AssertionError(detail);
      }
    }
    var there = view.picture.stream().filter(message -> !message.gone).toList();
    assertThat(there).isEqualTo(mailbox);
    assertThat(expunges && there.size() < view.picture.size()).as("left after expunge").isFalse();
    for (int i = 0; i < view.picture.size(); i++) {
      var message = view.picture.get(i);
      assertThat(message.gone || view.told.get(i).equals(message.flags)).as("told flags").isTrue();
    }
    check(view);
  }

  private void arrive(View view, int count) {
    var arriving = mailbox.stream().filter(message -> !view.picture.contains(message)).toList();
    view.picture.addAll(arriving);
    arriving.forEach(message -> view.told.add(message.flags));
    assertThat(count).isEqualTo(view.picture.size());
  }

  @Override
  public void close() {
    if (drop != null) {
      drop.real.close();
      drop = null;
    }
    if (view != null) {
      view.real.close();
      view = null;
    }
  }
}
