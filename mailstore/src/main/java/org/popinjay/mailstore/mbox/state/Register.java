package org.popinjay.mailstore.mbox.state;

import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.mbox.state.MailboxRegistry.Entry;

/// What a registry says. Immutable.
///
/// @param uid whose mail it is
/// @param entries mailboxes by name, and for a while those that were deleted
/// @param uses which mailbox was chosen for a use
/// @param intent a renaming that a crash may have interrupted, or null
public record Register(
    int uid,
    Map<MailboxName, Entry> entries,
    Map<SpecialUse, MailboxName> uses,
    @Nullable Renaming intent) {
  private static final long DELETED_KEPT_DAYS = 400;
  private static final long MAX_UID_VALIDITY = 0xFFFF_FFFFL;

  /// Copies the maps, whose order does not matter.
  public Register {
    entries = Map.copyOf(entries);
    uses = Map.copyOf(uses);
  }

  /// A renaming, of what is below, too.
  public record Renaming(MailboxName from, MailboxName to) {

    /// The name afterwards of a mailbox.
    public MailboxName applyTo(MailboxName name) {
      if (name.equals(from)) {
        return to;
      }
      return from.isAbove(name)
          ? new MailboxName(to.text() + name.text().substring(from.text().length()))
          : name;
    }
  }

  /// Nothing is known of the user's mailboxes yet.
  static Register empty(int uid) {
    return new Register(uid, Map.of(), Map.of(), null);
  }

  /// Whether there is a mailbox of this name.
  public boolean has(MailboxName name) {
    var entry = entries.get(name);
    return entry != null && !entry.isDeleted();
  }

  /// Whether there is a mailbox of this id.
  public boolean knows(String id) {
    return entries.values().stream().anyMatch(entry -> entry.id().equals(id) && !entry.isDeleted());
  }

  /// The same with an entry; one of the same id under another name is that mailbox after a
  /// renaming, and keeps its new name.
  public Register with(Entry entry) {
    var changed = new LinkedHashMap<>(entries);
    var name =
        entries.values().stream()
            .filter(known -> known.id().equals(entry.id()) && !known.isDeleted())
            .map(Entry::name)
            .findFirst()
            .orElse(entry.name());
    changed.put(name, entry.named(name));
    return new Register(uid, changed, uses, intent);
  }

  /// The same with entries of mailboxes that had none.
  Register with(List<Entry> more) {
    var changed = new LinkedHashMap<>(entries);
    more.forEach(entry -> changed.put(entry.name(), entry));
    return new Register(uid, changed, uses, intent);
  }

  /// The same with what was known of a name before, or with nothing.
  public Register undone(MailboxName name, @Nullable Entry former) {
    var changed = new LinkedHashMap<>(entries);
    if (former == null) {
      changed.remove(name);
    } else {
      changed.put(name, former);
    }
    var left = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    left.putAll(uses);
    left.values().remove(name);
    return new Register(uid, changed, left, intent);
  }

  /// The same with a mailbox for a use, or with none.
  public Register with(SpecialUse use, @Nullable MailboxName name) {
    var changed = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    changed.putAll(uses);
    changed.values().removeIf(known -> known.equals(name));
    if (name == null) {
      changed.remove(use);
    } else {
      changed.put(use, name);
    }
    return new Register(uid, entries, changed, intent);
  }

  /// The same with or without a renaming that is going on.
  public Register with(@Nullable Renaming renaming) {
    return new Register(uid, entries, uses, renaming);
  }

  /// The same after a mailbox was deleted: its last UIDVALIDITY is remembered, so that a mailbox of
  /// the same name gets a greater one (RFC 9051, section 6.3.4).
  public Register without(MailboxName name, Instant now) {
    var changed = new LinkedHashMap<>(entries);
    changed.computeIfPresent(name, (_, entry) -> entry.deleted(now));
    var left = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    left.putAll(uses);
    left.values().remove(name);
    return new Register(uid, changed, left, intent);
  }

  /// The same after the renaming: ids, UIDVALIDITYs and uses go along (RFC 8474, section 4.3).
  public Register renamed(Renaming renaming, Instant now) {
    var changed = new LinkedHashMap<>(entries);
    var moving =
        entries.values().stream()
            .filter(entry -> !entry.isDeleted())
            .filter(entry -> !renaming.applyTo(entry.name()).equals(entry.name()))
            .toList();
    moving.forEach(entry -> changed.put(entry.name(), entry.deleted(now)));
    for (var entry : moving) {
      var name = renaming.applyTo(entry.name());
      var former = entries.get(name);
      long last = former == null ? 0 : former.lastUidValidity();
      long validity = Math.max(last, entry.lastUidValidity());
      changed.put(name, new Entry(name, entry.id(), validity, 0, entry.modSeqReserved()));
    }
    var moved = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    uses.forEach((use, name) -> moved.put(use, renaming.applyTo(name)));
    return new Register(uid, changed, moved, null);
  }

  /// The same without deleted mailboxes that may be forgotten.
  public Register pruned(Instant now) {
    long limit = day(now) - DELETED_KEPT_DAYS;
    var changed = new LinkedHashMap<>(entries);
    changed.values().removeIf(entry -> entry.isDeleted() && entry.deletedOnDay() < limit);
    return new Register(uid, changed, uses, intent);
  }

  /// A UIDVALIDITY greater than any before of a name: the seconds of now, or one more than the
  /// last; and one that no other mailbox of the user has, so that a renaming brings no old one
  /// back.
  ///
  /// Should the last be the greatest there is, which only a foreign program can have brought about,
  /// being another one must do.
  public long nextUidValidity(long last, Instant now) {
    return nextUidValidity(uidValidities(), last, now);
  }

  /// As [#nextUidValidity(long,Instant)], and none that is taken.
  static long nextUidValidity(Set<Long> taken, long last, Instant now) {
    long next = Math.max(Math.clamp(now.getEpochSecond(), 1, MAX_UID_VALIDITY), last + 1);
    while (next <= MAX_UID_VALIDITY && taken.contains(next)) {
      next++;
    }
    return next <= MAX_UID_VALIDITY ? next : Math.clamp(now.getEpochSecond(), 1, MAX_UID_VALIDITY);
  }

  /// All that names ever had; the caller's to keep.
  Set<Long> uidValidities() {
    return entries.values().stream().map(Entry::lastUidValidity).collect(Collectors.toSet());
  }

  /// Days since 1970.
  static long day(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), 86_400L);
  }
}
