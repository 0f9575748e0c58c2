package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Delegate;
import org.jspecify.annotations.Nullable;

/// What PAM's modules call back: one function for what they ask, and one for the pause they want
/// (pam_conv(3), pam_fail_delay(3)). There is one of each for all threads, and modules call on the
/// thread that asked them.
///
/// The first question that is not to be seen on a screen is answered with the password; a second
/// one would be for something else and ends the conversation.
final class PamConversation {
  private static final int SUCCESS = 0;
  private static final int OUT_OF_MEMORY = 5;
  private static final int CONVERSATION_ERROR = 19;
  private static final int ASKS_HIDDEN = 1;
  private static final int ASKS_SHOWN = 2;
  private static final int MESSAGES_MAX = 32;
  private static final long RESPONSE_OCTETS = 16;
  private static final long DELAY_MICROS_MAX = 15_000_000;

  /// Called by modules. Public because jnr-ffi implements it in a class loader of its own.
  public interface Asking {
    /// `int (*conv)(int, const struct pam_message **, struct pam_response **, void *)`.
    @Delegate
    int ask(int count, long messages, long responses, long ours);
  }

  /// Called by modules. Public because jnr-ffi implements it in a class loader of its own.
  public interface Delaying {
    /// `void (*delay_fn)(int, unsigned, void *)`.
    @Delegate
    void delay(int code, int micros, long ours);
  }

  private static final ThreadLocal<@Nullable Talk> TALKS = new ThreadLocal<>();

  // Held here, since the addresses are good only as long as these are there.
  private final Asking asking = this::ask;
  private final Delaying delaying = this::delay;
  private final Pointer askingAt;
  private final Pointer delayingAt;

  PamConversation(Runtime runtime) {
    var closures = runtime.getClosureManager();
    askingAt = closures.getClosurePointer(Asking.class, asking);
    delayingAt = closures.getClosurePointer(Delaying.class, delaying);
  }

  long address() {
    return askingAt.address();
  }

  long delayAddress() {
    return delayingAt.address();
  }

  /// What is said on this thread until it is closed.
  ///
  /// @param secret without NULs; not kept
  Talk begin(byte[] secret) {
    var talk = new Talk(secret.clone());
    TALKS.set(talk);
    return talk;
  }

  /// One conversation.
  static final class Talk implements AutoCloseable {
    private final byte[] secret;
    private boolean answered;
    private long delayMicros;

    private Talk(byte[] secret) {
      this.secret = secret;
    }

    /// The longest pause that a module wanted.
    Duration delay() {
      return Duration.ofNanos(Math.min(delayMicros, DELAY_MICROS_MAX) * 1000);
    }

    @Override
    public void close() {
      Arrays.fill(secret, (byte) 0);
      TALKS.remove();
    }
  }

  private void delay(int code, int micros, long ours) {
    var talk = TALKS.get();
    if (talk != null) {
      talk.delayMicros = Math.max(talk.delayMicros, Integer.toUnsignedLong(micros));
    }
  }

  /// Nothing may be thrown into the modules.
  private int ask(int count, long messages, long responses, long ours) {
    var talk = TALKS.get();
    if (talk == null || count < 1 || count > MESSAGES_MAX) {
      return CONVERSATION_ERROR;
    }
    // The modules free what they get, so it has to come from where they give it back to.
    long replies = LIBC.calloc(count, RESPONSE_OCTETS);
    if (replies == 0) {
      return OUT_OF_MEMORY;
    }
    try {
      int code = answer(talk, count, messages, replies);
      if (code == SUCCESS) {
        Pam.memory(responses, 8).set(ValueLayout.JAVA_LONG, 0, replies);
        return SUCCESS;
      }
      return discard(count, replies, code);
    } catch (RuntimeException | LinkageError _) {
      return discard(count, replies, CONVERSATION_ERROR);
    }
  }

  /// Linux-PAM gives an array of pointers to messages: `int style; const char *text`.
  private static int answer(Talk talk, int count, long messages, long replies) {
    var pointers = Pam.memory(messages, count * 8L);
    var reply = Pam.memory(replies, count * RESPONSE_OCTETS);
    for (int i = 0; i < count; i++) {
      long message = pointers.getAtIndex(ValueLayout.JAVA_LONG, i);
      switch (Pam.memory(message, 4).get(ValueLayout.JAVA_INT, 0)) {
        case ASKS_HIDDEN -> {
          if (talk.answered) {
            return CONVERSATION_ERROR;
          }
          talk.answered = true;
          long copy = copy(talk.secret);
          if (copy == 0) {
            return OUT_OF_MEMORY;
          }
          reply.set(ValueLayout.JAVA_LONG, i * RESPONSE_OCTETS, copy);
        }
        case ASKS_SHOWN -> {
          return CONVERSATION_ERROR;
        }
        default -> {
          // tells something, which nobody here can read
        }
      }
    }
    return SUCCESS;
  }

  private static long copy(byte[] secret) {
    long copy = LIBC.calloc(secret.length + 1L, 1);
    if (copy != 0) {
      MemorySegment.copy(
          secret, 0, Pam.memory(copy, secret.length), ValueLayout.JAVA_BYTE, 0, secret.length);
    }
    return copy;
  }

  private static int discard(int count, long replies, int code) {
    var reply = Pam.memory(replies, count * RESPONSE_OCTETS);
    for (int i = 0; i < count; i++) {
      long text = reply.get(ValueLayout.JAVA_LONG, i * RESPONSE_OCTETS);
      if (text != 0) {
        wipe(text);
        LIBC.free(text);
      }
    }
    LIBC.free(replies);
    return code;
  }

  private static void wipe(long text) {
    long octets = LIBC.strlen(text);
    Pam.memory(text, octets).fill((byte) 0);
  }
}
