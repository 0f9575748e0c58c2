package org.popinjay.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.sasl.SaslExchange;

/// What sign-in looks like in one protocol: a conversation that [AuthenticationHandler] leads. One
/// instance a connection. On the event loop but for [#open].
///
/// @param <R> answers of the protocol
public interface SignInDialogue<R> {

  /// What to do about a message from the client.
  ///
  /// @param <R> answers of the protocol
  sealed interface Step<R> {

    /// Answer and go on.
    record Say<R>(R answer) implements Step<R> {}

    /// Say last words and close, as the client asked for.
    record Quit<R>(R lastWords) implements Step<R> {}

    /// Say last words and close, since the client sends nothing that makes sense; what limit that
    /// was, the dialogue has reported.
    record Part<R>(R lastWords) implements Step<R> {}

    /// Close without a word.
    record Leave<R>() implements Step<R> {}

    /// Answer, and have everything behind the answer be under TLS. Whatever else the client has
    /// sent ends the connection.
    record Secure<R>(R answer) implements Step<R> {}

    /// Leave the connection to somebody else, who gets what the client said: it speaks another
    /// protocol.
    record HandOver<R>(ChannelHandler successor, Object said) implements Step<R> {}

    /// Find out whether the client is who it says it is.
    ///
    /// @param mechanism the command that carried the password, for logs and metrics
    record Check<R>(String mechanism, Credentials credentials) implements Step<R> {}

    /// Start a SASL exchange.
    ///
    /// @param mechanism its name, for logs and metrics
    /// @param initial the initial response, as a line; null where there is none
    record Exchange<R>(String mechanism, SaslExchange exchange, @Nullable SaslLine initial)
        implements Step<R> {}
  }

  /// What came of opening the user's mail.
  ///
  /// @param <R> answers of the protocol
  sealed interface Opening<R> {
    /// It is open.
    ///
    /// @param successor takes the place of the [AuthenticationHandler]
    /// @param abandon closes it again, for a client that went away meanwhile
    record Opened<R>(R answer, ChannelHandler successor, Runnable abandon) implements Opening<R> {}

    /// It is not, and the client may try again if it ever [#mayTryAgain].
    record Refused<R>(R answer) implements Opening<R> {}
  }

  /// Name of the protocol for logs: `pop3`, `imap`.
  String protocol();

  /// Who signs in without a word, which takes the place of the greeting; the mechanism is for logs
  /// and metrics.
  default Optional<Step.Check<R>> known() {
    return Optional.empty();
  }

  /// The first words of the server.
  R greeting();

  /// Whether a client whose sign-in came to nothing may try again on the same connection.
  default boolean mayTryAgain() {
    return true;
  }

  /// What to do about what the decoder made of a line.
  Step<R> hear(Object message);

  /// Has the decoder take lines for responses of an exchange: a [SaslLine] or a [LineFault] each.
  ///
  /// @param now false has it take them for commands again
  void exchanging(boolean now);

  /// Opens the mail of a user who has just signed in. On a lane; may block.
  Opening<R> open(UserRecord user);

  /// The server's turn in an exchange.
  ///
  /// @param base64 may be empty
  R challenge(String base64);

  /// To a client that gave an exchange up.
  R cancelled();

  /// To a response that cannot be decoded or breaks the rules of its mechanism.
  R malformed();

  /// To a response that cannot even be read.
  R unreadable(LineFault fault);

  /// To a sign-in that failed.
  R denied();

  /// To a sign-in that cannot be checked.
  R unavailable();

  /// Last words after too many failures.
  R tooManyFailures();

  /// Last words when the time for signing in is over.
  R tooLate();

  /// Last words after too many commands that lead nowhere.
  R tooManyCommands();

  /// Last words to a client that is sent home.
  ///
  /// @param why [SessionEnd#SHUTDOWN] or [SessionEnd#KICKED]
  R farewell(SessionEnd why);

  /// Last words after a fault of ours.
  R fault();

  /// Writes an answer as octets.
  void encode(R answer, ByteBuf out);
}
