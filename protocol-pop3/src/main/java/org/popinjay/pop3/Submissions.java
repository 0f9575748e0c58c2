package org.popinjay.pop3;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.popinjay.mailstore.AccountOwner;

/// Sends mail for users (XTND XMIT). Thread-safe.
public interface Submissions {

  /// Sends nothing.
  Submissions NONE =
      new Submissions() {
        @Override
        public boolean enabled() {
          return false;
        }

        @Override
        public long octetsMax() {
          return 0;
        }

        @Override
        public boolean admits(String user) {
          return false;
        }

        @Override
        public Optional<Submission> begin(AccountOwner sender) {
          return Optional.empty();
        }
      };

  /// Whether it is switched on.
  boolean enabled();

  /// Longest message in octets.
  long octetsMax();

  /// Counts one more message of a user; false if he has sent too many lately.
  boolean admits(String user);

  /// Begins a message; nothing if there is no room. May block on the disk.
  ///
  /// @param sender who is signed in
  Optional<Submission> begin(AccountOwner sender);

  /// A message on its way. Used by one thread at a time. Gone when closed.
  interface Submission extends AutoCloseable {

    /// Keeps octets; false if that is not possible. May block on the disk.
    boolean write(ByteBuffer octets);

    /// Whether what was written so far goes to more recipients than it may.
    boolean tooManyRecipients();

    /// Has the message sent; false if it was not taken. Blocks.
    boolean send();

    /// May block on the disk.
    @Override
    void close();
  }
}
