package org.popinjay.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/// Asks the pluggable authentication modules of the system (pam(3)) for one service.
///
/// Each question is a transaction of its own. Modules may read files, ask a network and start
/// programs, so a question may take seconds; callers bound how many are asked at a time. The pause
/// that modules want after a failure is not made but reported: it would hold the thread for two
/// seconds and more.
///
/// Runs with the rights of the process: to check the passwords of others in the shadow file it has
/// to be root or in the group `shadow`. Programs that modules start get none of its capabilities.
/// Thread-safe.
public final class Pam {
  private static final int SUCCESS = 0;
  private static final int PERMISSION_DENIED = 6;
  private static final int AUTHENTICATION_FAILED = 7;
  private static final int USER_UNKNOWN = 10;
  private static final int TRIES_EXCEEDED = 11;
  private static final int NEW_PASSWORD_REQUIRED = 12;
  private static final int ACCOUNT_EXPIRED = 13;
  private static final int PASSWORD_EXPIRED = 27;

  private static final int TTY = 3;
  private static final int REMOTE_HOST = 4;
  private static final int FAIL_DELAY = 10;

  private static final int SILENT = 0x8000;
  private static final int NO_EMPTY_PASSWORDS = 1;

  /// What is called in libpam. Public because jnr-ffi implements it in a class loader of its own.
  public interface LibPam {
    /// pam_start(3).
    int pam_start(long service, long user, long conversation, long handle);

    /// pam_start_confdir(3).
    int pam_start_confdir(long service, long user, long conversation, long folder, long handle);

    /// pam_set_item(3).
    int pam_set_item(long handle, int item, long value);

    /// pam_authenticate(3).
    int pam_authenticate(long handle, int flags);

    /// pam_acct_mgmt(3).
    int pam_acct_mgmt(long handle, int flags);

    /// pam_strerror(3).
    @Nullable String pam_strerror(long handle, int code);

    /// pam_end(3).
    int pam_end(long handle, int status);
  }

  /// Loaded at the first use: a server that does not ask PAM needs no libpam.
  private static final class Library {
    static final LibPam LIBPAM =
        LibraryLoader.create(LibPam.class).failImmediately().load("libpam.so.0");
    static final PamConversation CONVERSATION = new PamConversation(Runtime.getRuntime(LIBPAM));
  }

  /// What the modules said.
  public sealed interface Verdict {}

  /// The user may come in.
  public record Good() implements Verdict {}

  /// The password is another, or there is no such user.
  ///
  /// @param delay how long the modules want the answer to wait
  public record Wrong(Duration delay) implements Verdict {}

  /// The account is shut: expired, locked, or not allowed now or from there.
  ///
  /// @param reason for an operator
  public record Shut(String reason) implements Verdict {}

  private final String service;
  private final @Nullable String folder;

  private Pam(String service, @Nullable String folder) {
    this.service = service;
    this.folder = folder;
  }

  /// Asks by the file of that name in `/etc/pam.d`.
  public static Pam service(String service) {
    return new Pam(service, null);
  }

  /// Asks by the file of that name in another folder.
  public static Pam service(String service, Path folder) {
    return new Pam(service, folder.toString());
  }

  /// Why there is no PAM here, if so.
  public static Optional<String> fault() {
    try {
      return Library.CONVERSATION.address() == 0
          ? Optional.of("PAM cannot call back")
          : Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("libpam.so.0 cannot be loaded: " + e.getMessage());
    }
  }

  /// Judges a password and then the account.
  ///
  /// @param secret not kept; copies of it are wiped
  /// @param remoteHost the client's address, for modules that ask for it and for their log
  /// @throws IOException when the modules could not find out
  public Verdict authenticate(String user, byte[] secret, String remoteHost) throws IOException {
    for (byte octet : secret) {
      if (octet == 0) {
        return new Wrong(Duration.ZERO);
      }
    }
    try (var transaction = new Transaction(user, remoteHost);
        var talk = Library.CONVERSATION.begin(secret)) {
      int code = transaction.authenticate();
      return switch (code) {
        case SUCCESS -> transaction.account();
        case AUTHENTICATION_FAILED, USER_UNKNOWN, TRIES_EXCEEDED -> new Wrong(talk.delay());
        case PERMISSION_DENIED, ACCOUNT_EXPIRED, PASSWORD_EXPIRED, NEW_PASSWORD_REQUIRED ->
            new Shut(transaction.text(code));
        default -> throw transaction.fault("pam_authenticate", code);
      };
    }
  }

  /// Judges the account alone.
  ///
  /// @param remoteHost the client's address, for modules that ask for it and for their log
  /// @throws IOException when the modules could not find out
  public Verdict account(String user, String remoteHost) throws IOException {
    try (var transaction = new Transaction(user, remoteHost);
        var _ = Library.CONVERSATION.begin(new byte[0])) {
      return transaction.account();
    }
  }

  /// From pam_start to pam_end.
  private final class Transaction implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final long handle;
    private int last = SUCCESS;

    Transaction(String user, String remoteHost) throws IOException {
      boolean started = false;
      try {
        Programs.withholdCapabilities();
        var conversation = arena.allocate(16, 8);
        conversation.set(ValueLayout.JAVA_LONG, 0, Library.CONVERSATION.address());
        var result = arena.allocate(ValueLayout.JAVA_LONG);
        int code = start(text(service), text(user), conversation.address(), result.address());
        handle = result.get(ValueLayout.JAVA_LONG, 0);
        if (code != SUCCESS) {
          throw new IOException("pam_start " + service + ": error " + code);
        }
        started = true;
        set(REMOTE_HOST, text(remoteHost));
        set(TTY, text("popinjay"));
        set(FAIL_DELAY, Library.CONVERSATION.delayAddress());
      } finally {
        if (!started) {
          arena.close();
        }
      }
    }

    private int start(long name, long user, long conversation, long result) {
      return folder == null
          ? Library.LIBPAM.pam_start(name, user, conversation, result)
          : Library.LIBPAM.pam_start_confdir(name, user, conversation, text(folder), result);
    }

    private long text(String text) {
      return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
    }

    private void set(int item, long value) {
      last = Library.LIBPAM.pam_set_item(handle, item, value);
    }

    int authenticate() {
      last = Library.LIBPAM.pam_authenticate(handle, SILENT | NO_EMPTY_PASSWORDS);
      return last;
    }

    Verdict account() throws IOException {
      last = Library.LIBPAM.pam_acct_mgmt(handle, SILENT | NO_EMPTY_PASSWORDS);
      return switch (last) {
        case SUCCESS -> new Good();
        case PERMISSION_DENIED,
            AUTHENTICATION_FAILED,
            USER_UNKNOWN,
            NEW_PASSWORD_REQUIRED,
            ACCOUNT_EXPIRED,
            PASSWORD_EXPIRED ->
            new Shut(text(last));
        default -> throw fault("pam_acct_mgmt", last);
      };
    }

    String text(int code) {
      var text = Library.LIBPAM.pam_strerror(handle, code);
      return text == null ? "error " + code : text;
    }

    IOException fault(String call, int code) {
      return new IOException(
          "%s, service %s: %s (error %d)".formatted(call, service, text(code), code));
    }

    @Override
    public void close() {
      int _ = Library.LIBPAM.pam_end(handle, last);
      arena.close();
    }
  }

  /// Memory that somebody else made.
  @SuppressWarnings("restricted")
  static MemorySegment memory(long address, long octets) {
    return MemorySegment.ofAddress(address).reinterpret(octets);
  }
}
