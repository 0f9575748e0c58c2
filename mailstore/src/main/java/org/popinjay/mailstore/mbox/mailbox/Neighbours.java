package org.popinjay.mailstore.mbox.mailbox;

import java.util.function.Function;
import java.util.function.Supplier;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.ScratchFile;

/// The mailboxes of an account, as one of them reaches for another.
///
/// @param uses opens a mailbox that is there
/// @param scratch gives room for messages on their way
public record Neighbours(
    Function<MailboxName, StoreResult<SpoolRegistry.Use>> uses, Supplier<ScratchFile> scratch) {

  /// Does something with a mailbox, which is in use as long.
  public <T> StoreResult<T> with(MailboxName name, Function<MboxMailbox, StoreResult<T>> work) {
    return switch (uses.apply(name)) {
      case StoreResult.Failed<SpoolRegistry.Use>(StoreFailure failure) ->
          StoreResult.failed(failure);
      case StoreResult.Done<SpoolRegistry.Use>(SpoolRegistry.Use use) -> {
        try (use) {
          yield work.apply(use.mailbox());
        }
      }
    };
  }
}
