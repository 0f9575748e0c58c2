package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The reentrant look-ups of libc, each with memory of its own.
///
/// The plain getpwnam of libc, and of jnr-posix with it, answers in one static place: under four
/// threads one answer in a thousand belonged to another user.
final class SystemAccounts implements Accounts {
  static final SystemAccounts INSTANCE = new SystemAccounts();

  private static final int FIRST_OCTETS = 4096;
  private static final int MOST_OCTETS = 4 << 20;
  private static final int FIRST_GROUPS = 32;
  private static final int MOST_GROUPS = 65_536;

  private SystemAccounts() {}

  /// One of the look-ups with the same shape: key, entry, buffer, its size, result.
  private interface Call {
    int look(long key, long entry, long buffer, long octets, long result);
  }

  /// Makes something of an entry that was found.
  private interface Reader<T> {
    T read(MemorySegment entry, Strings strings) throws PosixException;
  }

  @Override
  public Optional<Account> account(String name) throws PosixException {
    return look("getpwnam", LIBC::getpwnam_r, name, SystemAccounts::account);
  }

  /// `struct passwd`: name 0, password 8, uid 16, gid 20, comment 24, home 32, shell 40.
  private static Account account(MemorySegment entry, Strings strings) throws PosixException {
    var name = strings.at(entry, 0);
    int gid = entry.get(ValueLayout.JAVA_INT, 20);
    return new Account(
        name,
        entry.get(ValueLayout.JAVA_INT, 16),
        gid,
        groups(name, gid),
        strings.at(entry, 32),
        strings.at(entry, 40));
  }

  private static List<Integer> groups(String name, int gid) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var key = arena.allocateFrom(name);
      var count = arena.allocate(ValueLayout.JAVA_INT);
      for (int room = FIRST_GROUPS; room <= MOST_GROUPS; room *= 2) {
        var groups = arena.allocate(ValueLayout.JAVA_INT, room);
        count.set(ValueLayout.JAVA_INT, 0, room);
        if (LIBC.getgrouplist(key.address(), gid, groups.address(), count.address()) >= 0) {
          return integers(groups, count.get(ValueLayout.JAVA_INT, 0));
        }
      }
    }
    throw new PosixException("getgrouplist", name, Errno.ERANGE);
  }

  @Override
  public Optional<ShadowEntry> shadow(String name) throws PosixException {
    return look("getspnam", LIBC::getspnam_r, name, SystemAccounts::shadow);
  }

  /// `struct spwd`: name 0, password 8, then longs: the day of the last change at 16, the days that
  /// a password lasts at 32, those that an account lasts without a new one at 48, the day of expiry
  /// at 56; -1 means none.
  private static ShadowEntry shadow(MemorySegment entry, Strings strings) {
    var passwordEnds =
        passwordEnds(entry.get(ValueLayout.JAVA_LONG, 16), entry.get(ValueLayout.JAVA_LONG, 32));
    return new ShadowEntry(
        strings.at(entry, 8),
        accountEnds(
            entry.get(ValueLayout.JAVA_LONG, 56),
            passwordEnds,
            entry.get(ValueLayout.JAVA_LONG, 48)),
        passwordEnds);
  }

  /// The day from which an account is closed: its own, or that on which its password has been too
  /// old for too long (shadow(5)). A password that has to be changed at once closes none.
  ///
  /// @param inactive days that an account lasts once its password is too old
  static OptionalLong accountEnds(long expires, OptionalLong passwordEnds, long inactive) {
    long own = expires < 0 ? Long.MAX_VALUE : expires;
    boolean ages = passwordEnds.orElse(0) > 0 && inactive >= 0 && inactive <= Integer.MAX_VALUE;
    long earliest = ages ? Math.min(own, passwordEnds.getAsLong() + inactive) : own;
    return earliest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(earliest);
  }

  /// The day from which a password is too old (shadow(5)).
  ///
  /// @param changed the day of the last change; 0 demands one at once
  /// @param most days that it lasts
  static OptionalLong passwordEnds(long changed, long most) {
    if (changed == 0) {
      return OptionalLong.of(0);
    }
    return changed < 0 || most < 0 || most > Integer.MAX_VALUE || changed > Integer.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(changed + most + 1);
  }

  @Override
  public OptionalInt groupId(String group) throws PosixException {
    // `struct group`: name 0, password 8, gid 16.
    return look(
            "getgrnam",
            LIBC::getgrnam_r,
            group,
            (entry, _) -> OptionalInt.of(entry.get(ValueLayout.JAVA_INT, 16)))
        .orElse(OptionalInt.empty());
  }

  private static <T> Optional<T> look(String name, Call call, String key, Reader<T> reader)
      throws PosixException {
    if (key.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    for (int octets = FIRST_OCTETS; octets <= MOST_OCTETS; octets *= 4) {
      try (var arena = Arena.ofConfined()) {
        var entry = arena.allocate(128, 8);
        var strings = new Strings(arena.allocate(octets));
        var result = arena.allocate(ValueLayout.JAVA_LONG);
        int number =
            call.look(
                arena.allocateFrom(key).address(),
                entry.address(),
                strings.memory.address(),
                octets,
                result.address());
        if (result.get(ValueLayout.JAVA_LONG, 0) != 0) {
          var found = reader.read(entry, strings);
          strings.memory.fill((byte) 0);
          return Optional.of(found);
        }
        if (isAbsent(number)) {
          return Optional.empty();
        }
        if (Errno.of(number) != Errno.ERANGE) {
          throw PosixException.of(name, key, number);
        }
      }
    }
    throw new PosixException(name, key, Errno.ERANGE);
  }

  /// Name services differ in how they say that they know no such name.
  private static boolean isAbsent(int number) {
    var errno = Errno.of(number);
    return number == 0 || errno == Errno.ENOENT || errno == Errno.ESRCH;
  }

  /// Where the look-ups put the texts that an entry points to.
  private record Strings(MemorySegment memory) {

    /// The text a pointer in the entry names; only one into this memory is believed.
    String at(MemorySegment entry, int field) {
      long pointer = entry.get(ValueLayout.JAVA_LONG, field);
      long offset = pointer - memory.address();
      return pointer == 0 || offset < 0 || offset >= memory.byteSize()
          ? ""
          : memory.getString(offset, StandardCharsets.UTF_8);
    }
  }

  static Identity own() {
    int room = LIBC.getgroups(0, 0);
    try (var arena = Arena.ofConfined()) {
      var groups = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, room));
      int count = LIBC.getgroups(room, groups.address());
      if (count < 0) {
        throw new IllegalStateException("getgroups: errno " + Native.lastErrno());
      }
      return new Identity(LIBC.geteuid(), LIBC.getegid(), integers(groups, count));
    }
  }

  private static List<Integer> integers(MemorySegment memory, int count) {
    var list = new ArrayList<Integer>(count);
    for (int i = 0; i < count; i++) {
      list.add(memory.getAtIndex(ValueLayout.JAVA_INT, i));
    }
    return List.copyOf(list);
  }
}
