package org.popinjay.mailstore.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields that a list of messages shows (RFC 9051, section 7.5.2, "ENVELOPE").
///
/// Strings are raw, unfolded, trimmed, without control characters, and not decoded. A field that is
/// absent is null, one that is present but empty is empty. From, To, Cc, Bcc and Reply-To of
/// several fields are one list; of all others the first field counts.
///
/// @param sender as `from` where the mail has no Sender
/// @param replyTo as `from` where the mail has no Reply-To
public record Envelope(
    @Nullable String date,
    @Nullable String subject,
    List<Address> from,
    List<Address> sender,
    List<Address> replyTo,
    List<Address> to,
    List<Address> cc,
    List<Address> bcc,
    @Nullable String inReplyTo,
    @Nullable String messageId) {

  /// Of a message without fields.
  public static final Envelope EMPTY =
      new Envelope(
          null, null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

  /// Copies the lists.
  public Envelope {
    from = List.copyOf(from);
    sender = List.copyOf(sender);
    replyTo = List.copyOf(replyTo);
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    bcc = List.copyOf(bcc);
  }

  /// Elements of all address lists, those that are taken over from another list not counted.
  int addresses() {
    int addresses = from.size() + to.size() + cc.size() + bcc.size();
    addresses += sender.equals(from) ? 0 : sender.size();
    addresses += replyTo.equals(from) ? 0 : replyTo.size();
    return addresses;
  }
}
