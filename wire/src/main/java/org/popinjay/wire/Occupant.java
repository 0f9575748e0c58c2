package org.popinjay.wire;

import java.util.Optional;

/// A session as others see it. From any thread; must not block.
public interface Occupant {

  /// Where it stands.
  SessionState state();

  /// The mailbox that it has open, by the name that the client knows.
  Optional<String> mailbox();
}
