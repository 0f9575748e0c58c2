package org.popinjay.posix;

import java.util.Locale;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Runtime;

/// The C library as seen through jnr-ffi.
///
/// Every argument is a plain number, addresses among them: jnr-ffi then makes each call with a few
/// machine instructions and no garbage. Memory is that of [Scratch] or of direct buffers. No call
/// has more than five arguments: the machine code that jnr-ffi 2.3.4 makes for x86-64 passes
/// rubbish for a sixth.
///
/// [#lastErrno] is the errno of the call made last on the same kernel thread. A virtual thread
/// leaves its carrier only where it waits, so nothing may stand between a call and the question.
final class Native {
  static final LibC LIBC =
      LibraryLoader.create(LibC.class)
          .failImmediately()
          .load(Platform.getNativePlatform().getStandardCLibraryName());

  private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

  private Native() {}

  /// The errno of the call that just returned -1 on this thread.
  static int lastErrno() {
    return RUNTIME.getLastError();
  }

  /// Numbers of system calls that glibc wraps for all threads at once, or not at all.
  record SystemCalls(long setGroups, long setFsUid, long setFsGid, long getDirectoryEntries) {

    static final SystemCalls HERE = of(System.getProperty("os.arch", ""));

    private static SystemCalls of(String cpu) {
      return switch (cpu.toLowerCase(Locale.ROOT)) {
        case "amd64", "x86_64" -> new SystemCalls(116, 122, 123, 217);
        case "aarch64", "riscv64", "loongarch64" -> new SystemCalls(159, 151, 152, 61);
        default -> throw new UnsupportedOperationException("system call numbers of CPU " + cpu);
      };
    }
  }

  /// What is called in libc. Public because jnr-ffi implements it in a class loader of its own.
  public interface LibC {
    int openat(int directory, long path, int flags, int mode);

    int close(int descriptor);

    int statx(int directory, long path, int flags, int mask, long buffer);

    long pread(int descriptor, long buffer, long octets, long offset);

    long pwrite(int descriptor, long buffer, long octets, long offset);

    int ftruncate(int descriptor, long octets);

    int fdatasync(int descriptor);

    int fsync(int descriptor);

    int posix_fallocate(int descriptor, long offset, long octets);

    int sync_file_range(int descriptor, long offset, long octets, int flags);

    int fcntl(int descriptor, int command, long argument);

    int flock(int descriptor, int operation);

    int linkat(int fromDirectory, long from, int toDirectory, long to, int flags);

    int unlinkat(int directory, long path, int flags);

    int renameat2(int fromDirectory, long from, int toDirectory, long to, int flags);

    int mkdirat(int directory, long path, int mode);

    int fchmod(int descriptor, int mode);

    int utimensat(int directory, long path, long times, int flags);

    int futimens(int descriptor, long times);

    int fstatfs(int descriptor, long buffer);

    int uname(long buffer);

    int kill(int pid, int signal);

    int inotify_init1(int flags);

    int inotify_add_watch(int descriptor, long path, int mask);

    int inotify_rm_watch(int descriptor, int watch);

    int eventfd(int initial, int flags);

    int socket(int family, int type, int protocol);

    int connect(int descriptor, long address, int octets);

    long send(int descriptor, long buffer, long octets, int flags);

    int getsockopt(int descriptor, int level, int name, long value, long octets);

    int unshare(int flags);

    int umask(int mask);

    int prctl(int option, long second, long third, long fourth, long fifth);

    int poll(long descriptors, long count, int timeoutMillis);

    long read(int descriptor, long buffer, long octets);

    long write(int descriptor, long buffer, long octets);

    int geteuid();

    int getegid();

    int getgroups(int size, long list);

    int getpwnam_r(long name, long entry, long buffer, long octets, long result);

    int getgrnam_r(long name, long entry, long buffer, long octets, long result);

    int getspnam_r(long name, long entry, long buffer, long octets, long result);

    int getgrouplist(long name, int group, long groups, long count);

    long calloc(long count, long octets);

    void free(long address);

    long strlen(long text);

    long syscall(long number, long first, long second, long third);
  }
}
