package org.popinjay.mailstore.mbox.mailbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;

/// One [MboxMailbox] a spool, shared by whoever has it open, and kept for a while afterwards so
/// that the next session finds everything in memory.
///
/// Mailboxes that nobody has open are let go, the longest unused first, when they are more than
/// [#mostIdle] or their tables take more memory than the settings allow. Thread-safe.
public final class SpoolRegistry {
  private final MboxEnvironment environment;
  private final int mostIdle;
  private final long mostIdleOctets;
  private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private int idleCount;
  private long idleOctets;

  private record Key(AccountOwner owner, String path) {}

  private static final class Entry {
    final MboxMailbox mailbox;
    int uses;
    boolean idle;
    boolean dropped;
    long octets;

    Entry(MboxMailbox mailbox) {
      this.mailbox = mailbox;
    }
  }

  /// The use of a mailbox by one session; ends with [#close].
  public final class Use implements AutoCloseable {
    private final Entry entry;
    private boolean closed;

    private Use(Entry entry) {
      this.entry = entry;
    }

    /// The mailbox that is used.
    public MboxMailbox mailbox() {
      return entry.mailbox;
    }

    /// Ends the use. Closing twice is harmless.
    @Override
    public void close() {
      synchronized (SpoolRegistry.this) {
        if (closed) {
          return;
        }
        closed = true;
        if (--entry.uses == 0 && !entry.dropped) {
          entry.octets = entry.mailbox.memoryOctets();
          entry.idle = true;
          idleCount++;
          idleOctets += entry.octets;
        }
      }
    }
  }

  /// @param mostIdle mailboxes kept that nobody has open; each holds two descriptors
  /// @param mostIdleOctets memory for their tables
  public SpoolRegistry(MboxEnvironment environment, int mostIdle, long mostIdleOctets) {
    this.environment = environment;
    this.mostIdle = mostIdle;
    this.mostIdleOctets = mostIdleOctets;
  }

  /// Opens the mailbox at a path for one more session. May block: mailboxes that have to go for it
  /// are saved.
  public Use use(AccountOwner owner, SpoolPlace place) {
    var use = take(owner, place);
    tidy();
    return use;
  }

  /// As [#use] but never blocks and lets nothing go; [#tidy] is to follow.
  public synchronized Use take(AccountOwner owner, SpoolPlace place) {
    var entry =
        entries.computeIfAbsent(
            new Key(owner, place.path()),
            _ -> new Entry(new MboxMailbox(environment, owner, place)));
    entry.uses++;
    noLongerIdle(entry);
    return new Use(entry);
  }

  /// Lets go of what has to go.
  public void tidy() {
    List<MboxMailbox> gone;
    synchronized (this) {
      gone = evict();
    }
    gone.forEach(MboxMailbox::release);
  }

  /// The mailboxes of a user that will lie elsewhere.
  public synchronized List<MboxMailbox> affected(String user, UnaryOperator<SpoolPlace> moved) {
    return entries.entrySet().stream()
        .filter(known -> known.getKey().owner().name().equals(user))
        .map(known -> known.getValue().mailbox)
        .filter(mailbox -> !moved.apply(mailbox.place()).equals(mailbox.place()))
        .toList();
  }

  /// Files of a user have got other names: whoever has them open goes on with the same mailboxes.
  ///
  /// @param moved gives the new place of a mailbox, or the same one
  public synchronized void move(String user, UnaryOperator<SpoolPlace> moved) {
    var changed = new LinkedHashMap<Key, Entry>();
    for (var each = entries.entrySet().iterator(); each.hasNext(); ) {
      var known = each.next();
      var mailbox = known.getValue().mailbox;
      var place = moved.apply(mailbox.place());
      if (known.getKey().owner().name().equals(user) && !place.equals(mailbox.place())) {
        each.remove();
        mailbox.moveTo(place);
        changed.put(new Key(known.getKey().owner(), place.path()), known.getValue());
      }
    }
    entries.putAll(changed);
  }

  /// A mailbox is no more: who opens one of its name gets another one.
  public synchronized void drop(String user, SpoolPlace place) {
    for (var each = entries.entrySet().iterator(); each.hasNext(); ) {
      var known = each.next();
      if (known.getKey().owner().name().equals(user)
          && known.getKey().path().equals(place.path())) {
        each.remove();
        noLongerIdle(known.getValue());
        known.getValue().dropped = true;
      }
    }
  }

  /// Whether a mailbox is in memory.
  public synchronized boolean knows(AccountOwner owner, SpoolPlace place) {
    return entries.containsKey(new Key(owner, place.path()));
  }

  /// One more use of a mailbox that is in use.
  synchronized Use again(Use use) {
    use.entry.uses++;
    return new Use(use.entry);
  }

  private void noLongerIdle(Entry entry) {
    if (entry.idle) {
      entry.idle = false;
      idleCount--;
      idleOctets -= entry.octets;
    }
  }

  private List<MboxMailbox> evict() {
    if (idleCount <= mostIdle && idleOctets <= mostIdleOctets) {
      return List.of();
    }
    var gone = new ArrayList<MboxMailbox>();
    for (var each = entries.values().iterator();
        each.hasNext() && (idleCount > mostIdle || idleOctets > mostIdleOctets); ) {
      var entry = each.next();
      if (entry.idle) {
        each.remove();
        noLongerIdle(entry);
        gone.add(entry.mailbox);
      }
    }
    return gone;
  }

  /// Saves and lets go of all, those in use too; they open their files again if they go on.
  public void close() {
    List<Entry> all;
    synchronized (this) {
      all = List.copyOf(entries.values());
      entries.clear();
      idleCount = 0;
      idleOctets = 0;
    }
    all.forEach(entry -> entry.mailbox.release());
  }
}
