package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;
import static org.popinjay.posix.Native.lastErrno;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// A service manager of a test, that hears what it is told.
public final class TestNotifyReceiver implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int OCTETS_MAX = 4096;

  private final int descriptor;

  /// What is called in libc here alone. Public because jnr-ffi implements it elsewhere.
  public interface MoreLibC {
    /// bind(2).
    int bind(int descriptor, long address, int octets);
  }

  private static final MoreLibC MORE =
      jnr.ffi.LibraryLoader.create(MoreLibC.class)
          .load(jnr.ffi.Platform.getNativePlatform().getStandardCLibraryName());

  /// @param path as in NOTIFY_SOCKET
  public TestNotifyReceiver(String path) {
    descriptor = LIBC.socket(AF_UNIX, SOCK_DGRAM, 0);
    var name = path.getBytes(StandardCharsets.UTF_8);
    if (name[0] == '@') {
      name[0] = 0;
    }
    try (var arena = Arena.ofConfined()) {
      var address = arena.allocate(2L + name.length, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      address.asSlice(2).copyFrom(java.lang.foreign.MemorySegment.ofArray(name));
      if (MORE.bind(descriptor, address.address(), 2 + name.length) != 0) {
        throw new IllegalStateException("bind " + path + ": errno " + lastErrno());
      }
    }
  }

  /// What was told next; gives up after a minute.
  public String next() {
    try (var arena = Arena.ofConfined()) {
      var polled = arena.allocate(8, 4);
      polled.set(ValueLayout.JAVA_INT, 0, descriptor);
      polled.set(ValueLayout.JAVA_SHORT, 4, (short) 1);
      if (LIBC.poll(polled.address(), 1, 60_000) != 1) {
        throw new AssertionError("nothing was told");
      }
      var text = arena.allocate(OCTETS_MAX);
      long octets = LIBC.read(descriptor, text.address(), OCTETS_MAX);
      return new String(
          text.asSlice(0, octets).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    LIBC.close(descriptor);
  }
}
