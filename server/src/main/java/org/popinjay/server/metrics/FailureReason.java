package org.popinjay.server.metrics;

import org.popinjay.mailstore.StoreFailure;

/// Kinds of failure of the store, as labels.
enum FailureReason {
  BUSY,
  CLAIMED,
  NOT_FOUND,
  GONE,
  NO_SPACE,
  OVER_QUOTA,
  DENIED,
  NOT_A_MAILBOX,
  BROKEN,
  UNAVAILABLE,
  ALREADY_EXISTS,
  NAME_REFUSED,
  NAME_TOO_LONG,
  HAS_CHILDREN,
  USE_TAKEN,
  TOO_MANY_KEYWORDS,
  TOO_MANY_SUBSCRIPTIONS,
  READ_ONLY,
  CONTENT_REFUSED;

  /// Whether there was no room for what was to be written.
  boolean full() {
    return this == NO_SPACE || this == OVER_QUOTA;
  }

  static FailureReason of(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Busy _ -> BUSY;
      case StoreFailure.Claimed _ -> CLAIMED;
      case StoreFailure.NotFound _ -> NOT_FOUND;
      case StoreFailure.Gone _ -> GONE;
      case StoreFailure.NoSpace _ -> NO_SPACE;
      case StoreFailure.OverQuota _ -> OVER_QUOTA;
      case StoreFailure.Denied _ -> DENIED;
      case StoreFailure.NotAMailbox _ -> NOT_A_MAILBOX;
      case StoreFailure.Broken _ -> BROKEN;
      case StoreFailure.Unavailable _ -> UNAVAILABLE;
      case StoreFailure.AlreadyExists _ -> ALREADY_EXISTS;
      case StoreFailure.NameRefused _ -> NAME_REFUSED;
      case StoreFailure.NameTooLong _ -> NAME_TOO_LONG;
      case StoreFailure.HasChildren _ -> HAS_CHILDREN;
      case StoreFailure.UseTaken _ -> USE_TAKEN;
      case StoreFailure.TooManyKeywords _ -> TOO_MANY_KEYWORDS;
      case StoreFailure.TooManySubscriptions _ -> TOO_MANY_SUBSCRIPTIONS;
      case StoreFailure.ReadOnly _ -> READ_ONLY;
      case StoreFailure.ContentRefused _ -> CONTENT_REFUSED;
    };
  }
}
