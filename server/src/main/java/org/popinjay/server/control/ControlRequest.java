package org.popinjay.server.control;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What may be asked of the server that runs. A new one is a record here, a branch in
/// [ControlDesk], and a command of the command line.
public sealed interface ControlRequest {

  /// Who is connected. Answered by [ControlAnswer.Session], one each.
  ///
  /// @param user only sessions of this user
  /// @param protocol only those that speak this: `pop3`, `imap`
  record Who(@Nullable String user, @Nullable String protocol) implements ControlRequest {}

  /// Sends clients home: those that fit everything that is given, of which there must be something.
  /// Answered by [ControlAnswer.Kicked].
  ///
  /// @param session its name
  record Kick(@Nullable String session, @Nullable String user, @Nullable String address)
      implements ControlRequest {}

  /// What is said in all sessions of a user from now on, until the client goes. Answered by
  /// [ControlAnswer.Traced] and [ControlAnswer.Lost].
  record Trace(String user) implements ControlRequest {
    /// A line may lack the field.
    public Trace {
      Objects.requireNonNull(user, "user");
    }
  }

  /// What happens to a user who signs in. Answered by [ControlAnswer.Finding], one each, and a
  /// [ControlAnswer.Verdict].
  record Explain(String user) implements ControlRequest {
    /// A line may lack the field.
    public Explain {
      Objects.requireNonNull(user, "user");
    }
  }

  /// Opens a mailbox as if nothing of it were in memory, so that what the next open does is done
  /// now. Answered by [ControlAnswer.Reopened].
  ///
  /// @param anew whether what is only a cache is thrown away first
  record Reopen(String user, String mailbox, boolean anew) implements ControlRequest {
    /// A line may lack the fields.
    public Reopen {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(mailbox, "mailbox");
    }
  }

  /// The figures of the server. Answered by [ControlAnswer.Figure], one each.
  record Stats() implements ControlRequest {}

  /// Has the server take its settings anew. Answered by [ControlAnswer.Changed], one each.
  record Reload() implements ControlRequest {}
}
