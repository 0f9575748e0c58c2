package org.popinjay.imap.session;

import java.util.Optional;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.wire.SessionEvents.Limit;

/// What clients are told when the store did not do something (RFC 5530, section 3). The words are
/// fixed; what happened in detail is for the log.
final class Refusals {
  private Refusals() {}

  /// The limit of the store that the client ran into, if that is what it was.
  static Optional<Limit> limit(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.TooManyKeywords _ -> Optional.of(Limit.KEYWORDS);
      case StoreFailure.TooManySubscriptions _ -> Optional.of(Limit.SUBSCRIPTIONS);
      case StoreFailure.NameTooLong _ -> Optional.of(Limit.MAILBOX_NAME);
      case StoreFailure.Busy _,
          StoreFailure.Claimed _,
          StoreFailure.NotFound _,
          StoreFailure.Gone _,
          StoreFailure.NoSpace _,
          StoreFailure.OverQuota _,
          StoreFailure.Denied _,
          StoreFailure.NotAMailbox _,
          StoreFailure.Broken _,
          StoreFailure.Unavailable _,
          StoreFailure.AlreadyExists _,
          StoreFailure.NameRefused _,
          StoreFailure.HasChildren _,
          StoreFailure.UseTaken _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          Optional.empty();
    };
  }

  static Outcome of(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Busy _ -> Outcome.no(Plain.INUSE, "another program keeps it locked");
      case StoreFailure.Claimed _ -> Outcome.no(Plain.INUSE, "another session has it");
      case StoreFailure.NotFound _ -> Outcome.no(Plain.NONEXISTENT, "no such mailbox");
      case StoreFailure.Gone _ -> Outcome.no(Plain.EXPUNGEISSUED, "a message is there no more");
      case StoreFailure.NoSpace _ -> Outcome.no(Plain.UNAVAILABLE, "no room on the server");
      case StoreFailure.OverQuota _ -> Outcome.no(Plain.OVERQUOTA, "your quota is used up");
      case StoreFailure.Denied _ -> Outcome.no(Plain.NOPERM, "not permitted");
      case StoreFailure.NotAMailbox _ -> Outcome.no(Plain.CORRUPTION, "this is no mailbox");
      case StoreFailure.Broken _ -> Outcome.no(Plain.SERVERBUG, "the server could not do it");
      case StoreFailure.Unavailable _ -> Outcome.no(Plain.UNAVAILABLE, "try again later");
      case StoreFailure.AlreadyExists _ -> Outcome.no(Plain.ALREADYEXISTS, "the name is taken");
      case StoreFailure.NameRefused _ -> Outcome.no(Plain.CANNOT, "not with this name");
      case StoreFailure.NameTooLong _ -> Outcome.no(Plain.LIMIT, "the name is too long");
      case StoreFailure.HasChildren _ -> Outcome.no(Plain.HASCHILDREN, "there is more below it");
      case StoreFailure.UseTaken _ -> Outcome.no(Plain.USEATTR, "another mailbox has this use");
      case StoreFailure.TooManyKeywords _ -> Outcome.no(Plain.LIMIT, "too many keywords");
      case StoreFailure.TooManySubscriptions _ -> Outcome.no(Plain.LIMIT, "too many subscriptions");
      case StoreFailure.ReadOnly _ -> Outcome.no(Plain.NOPERM, "the mailbox is read-only");
      case StoreFailure.ContentRefused _ -> Outcome.no(Plain.UNKNOWN_CTE, "message contains NUL");
    };
  }
}
