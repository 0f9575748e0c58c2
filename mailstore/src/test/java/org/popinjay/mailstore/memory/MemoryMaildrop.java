package org.popinjay.mailstore.memory;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// The claimed picture of a mailbox in memory.
final class MemoryMaildrop implements Maildrop {
  private final MemoryMailbox mailbox;
  private final MaildropClaims.Claim claim;
  private final List<StoredMessage> picture;
  private final List<FlagSet> flags;
  private final UidValidity uidValidity;
  private final Optional<StoreFailure> frozen;

  /// Takes the picture; under the lock of the mailbox.
  MemoryMaildrop(MemoryMailbox mailbox, MaildropClaims.Claim claim, Optional<StoreFailure> frozen) {
    this.frozen = frozen;
    this.mailbox = mailbox;
    this.claim = claim;
    this.picture = List.copyOf(mailbox.current());
    this.flags = picture.stream().map(message -> message.flags.system()).toList();
    this.uidValidity = mailbox.uidValidity();
  }

  @Override
  public int count() {
    return picture.size();
  }

  @Override
  public long octets(int number) {
    return picture.get(number - 1).complete().length;
  }

  @Override
  public Uid uid(int number) {
    return picture.get(number - 1).uid;
  }

  @Override
  public @Nullable String keptId(int number) {
    return null;
  }

  @Override
  public UidValidity uidValidity() {
    return uidValidity;
  }

  @Override
  public FlagSet flags(int number) {
    return flags.get(number - 1);
  }

  @Override
  public Instant arrived(int number) {
    return Instant.ofEpochSecond(picture.get(number - 1).internalDate.epochSecond());
  }

  @Override
  public boolean claimed() {
    return claim.stands();
  }

  @Override
  public @Nullable StoreFailure frozen() {
    return frozen.orElse(null);
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    return mailbox.content(picture.get(number - 1), true);
  }

  @Override
  public StoreResult<Committed> commit(BitSet remove, BitSet seen) {
    return mailbox.attempt(
        Operation.COMMIT,
        () ->
            claim.stands()
                ? StoreResult.done(change(remove, seen))
                : StoreResult.failed(new StoreFailure.Claimed("taken over")));
  }

  private Committed change(BitSet remove, BitSet seen) {
    var read = named(seen).stream().filter(message -> !message.gone).toList();
    mailbox.flag(read, new FlagChange.Add(Flags.of(Flag.SEEN)), false);
    var leaving = named(remove).stream().filter(message -> !message.gone).toList();
    int removed = mailbox.removeAll(leaving);
    var left = picture.stream().filter(message -> !message.gone).toList();
    return new Committed(removed, octets(leaving), 0, left.size(), octets(left));
  }

  private static long octets(List<StoredMessage> messages) {
    return messages.stream().mapToLong(message -> message.complete().length).sum();
  }

  private List<StoredMessage> named(BitSet numbers) {
    return numbers.stream().mapToObj(number -> picture.get(number - 1)).toList();
  }

  @Override
  public void close() {
    claim.close();
  }
}
