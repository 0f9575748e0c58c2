package org.popinjay.imap.netty;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.auth.sasl.SaslSurroundings;
import org.popinjay.imap.ImapService;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult;
import org.popinjay.imap.command.TaggedCommand;
import org.popinjay.imap.parse.ImapFrame;
import org.popinjay.imap.parse.ImapInput;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ImapResponse.Completion;
import org.popinjay.imap.response.ImapResponse.Continuation;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.wire.Connection;
import org.popinjay.wire.KnownPeer;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.SaslLine;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SignInDialogue;

/// The not authenticated state (RFC 9051, sections 3.1 and 6.2): what may be said until somebody is
/// signed in. Opens no mailbox.
final class ImapSignIn implements SignInDialogue<List<ImapResponse>> {
  private final ImapService service;
  private final Connection connection;
  private final ImapFrameDecoder decoder;
  private final SessionGate gate;
  private final @Nullable KnownPeer peer;

  /// Of the command that signs in.
  private String tag = "";

  private int badInRow;

  /// @param peer who is on the other side, where that is known without a word; else null
  ImapSignIn(
      ImapService service,
      Connection connection,
      ImapFrameDecoder decoder,
      SessionGate gate,
      @Nullable KnownPeer peer) {
    this.service = service;
    this.connection = connection;
    this.decoder = decoder;
    this.gate = gate;
    this.peer = peer;
  }

  @Override
  public String protocol() {
    return "imap";
  }

  @Override
  public Optional<Step.Check<List<ImapResponse>>> known() {
    return peer == null
        ? Optional.empty()
        : Optional.of(
            new Step.Check<>("PREAUTH", new Credentials.Vouched(peer.name(), Optional.empty())));
  }

  @Override
  public boolean mayTryAgain() {
    return peer == null;
  }

  @Override
  public List<ImapResponse> greeting() {
    return List.of(
        new Notice(
            Condition.OK,
            new ResponseCode.Capability(capabilities()),
            service.facilities().host() + " Popinjay ready"));
  }

  @Override
  public Step<List<ImapResponse>> hear(Object message) {
    return switch (message) {
      case ImapFrame frame -> frame(frame);
      case ImapInput.Refused(var refusedTag, var excess) ->
          bad(LastWords.answer(refusedTag, excess));
      case ImapInput.Fatal(var end) ->
          switch (end) {
            case ENDLESS -> new Step.Part<>(List.of(LastWords.ENDLESS));
            case FOREIGN -> new Step.Leave<>();
          };
      default -> throw new IllegalStateException("unexpected message " + message.getClass());
    };
  }

  private Step<List<ImapResponse>> frame(ImapFrame frame) {
    var result = service.everybody().parser().parseOfStranger(frame);
    frame.wipe();
    return switch (result) {
      case ParseResult.Parsed(TaggedCommand(var itsTag, var command)) -> {
        badInRow = 0;
        yield command(itsTag, command);
      }
      case ParseResult.Rejected(var itsTag, var reason) -> bad(LastWords.rejected(itsTag, reason));
      case ParseResult.BeyondLimit(var itsTag, var limit, var reason) -> {
        connection.limitReached(limit);
        yield bad(LastWords.beyondLimit(itsTag, reason));
      }
    };
  }

  private Step<List<ImapResponse>> command(String itsTag, ImapCommand command) {
    return switch (command) {
      case ImapCommand.InAnyState any -> inAnyState(itsTag, any);
      case ImapCommand.WhenLoggedOut c -> {
        tag = itsTag;
        yield whenLoggedOut(c);
      }
      case ImapCommand.WhenAuthenticated _, ImapCommand.WhenSelected _ ->
          say(new Completion(itsTag, Condition.BAD, null, "sign in first"));
    };
  }

  private Step<List<ImapResponse>> inAnyState(String itsTag, ImapCommand.InAnyState command) {
    return switch (command) {
      case ImapCommand.Capabilities _ ->
          say(new ImapResponse.Capabilities(capabilities()), ok(itsTag, "CAPABILITY completed"));
      case ImapCommand.Noop _ -> say(ok(itsTag, "NOOP completed"));
      case ImapCommand.Id _ ->
          say(new ImapResponse.Id(ImapService.IDENTITY), ok(itsTag, "ID completed"));
      case ImapCommand.Logout _ ->
          new Step.Quit<>(
              List.of(new Notice(Condition.BYE, "bye"), ok(itsTag, "LOGOUT completed")));
    };
  }

  private Step<List<ImapResponse>> whenLoggedOut(ImapCommand.WhenLoggedOut command) {
    return switch (command) {
      case ImapCommand.StartTls _ ->
          connection.upgradable()
              ? new Step.Secure<>(List.of(completion(Condition.OK, null, "begin TLS now")))
              : say(completion(Condition.BAD, null, noUpgrade()));
      case ImapCommand.Login(Credentials.Password credentials) -> {
        if (passwordsAllowed()) {
          yield new Step.Check<>("LOGIN", credentials);
        }
        credentials.close();
        yield say(privacyRequired());
      }
      case ImapCommand.Authenticate(var mechanism, var initial) -> authenticate(mechanism, initial);
    };
  }

  private Step<List<ImapResponse>> authenticate(String mechanism, @Nullable SaslLine initial) {
    return switch (service.mechanisms().start(mechanism, surroundings())) {
      case SaslMechanisms.Started(var name, var exchange) ->
          new Step.Exchange<>(name, exchange, initial);
      case SaslMechanisms.NotPrivate _ -> refused(initial, privacyRequired());
      case SaslMechanisms.NoSuchMechanism _ ->
          refused(initial, completion(Condition.NO, Plain.CANNOT, "no such mechanism"));
    };
  }

  private static Step<List<ImapResponse>> refused(@Nullable SaslLine initial, ImapResponse answer) {
    if (initial != null) {
      initial.wipe();
    }
    return say(answer);
  }

  private Step<List<ImapResponse>> bad(ImapResponse answer) {
    badInRow++;
    if (badInRow < service.facilities().limits().badCommandsBeforeLogin()) {
      return say(answer);
    }
    connection.limitReached(Limit.BAD_COMMANDS);
    return new Step.Part<>(List.of(answer, LastWords.TOO_MANY_ERRORS));
  }

  private static Step<List<ImapResponse>> say(ImapResponse... answers) {
    return new Step.Say<>(List.of(answers));
  }

  private static Completion ok(String tag, String text) {
    return new Completion(tag, Condition.OK, null, text);
  }

  private Completion completion(Condition condition, @Nullable ResponseCode code, String text) {
    return new Completion(tag, condition, code, text);
  }

  private Completion privacyRequired() {
    return completion(Condition.NO, Plain.PRIVACYREQUIRED, "passwords may not come in the clear");
  }

  private String noUpgrade() {
    return connection.encrypted() ? "this is TLS already" : "there is no TLS here";
  }

  /// Whether a password may come now; another answer inside TLS.
  private boolean passwordsAllowed() {
    return service.facilities().cleartext().allows(connection.address(), connection.encrypted());
  }

  private SaslSurroundings surroundings() {
    return connection.saslSurroundings(protocol(), service.facilities().host(), passwordsAllowed());
  }

  private List<String> capabilities() {
    return service
        .everybody()
        .announced()
        .beforeSignIn(
            passwordsAllowed(),
            connection.upgradable(),
            service.mechanisms().names(surroundings()));
  }

  @Override
  public Opening<List<ImapResponse>> open(UserRecord user) {
    if (peer != null && !peer.owns(user)) {
      return new Opening.Refused<>(denied());
    }
    var owner = new AccountOwner(user.name(), user.identity(), user.home().orElse(null));
    var terms = service.terms(owner.name());
    var handler =
        new ImapSessionHandler(
            service, terms, connection, service.store().account(owner), owner.name());
    if (!handler.enter()) {
      connection.limitReached(Limit.CONNECTIONS_PER_USER);
      return new Opening.Refused<>(refusal(Plain.LIMIT, "too many connections"));
    }
    gate.passTo(handler);
    decoder.allow(FrameLimits.afterSignIn(terms.limits(), terms.settings()));
    return new Opening.Opened<>(
        List.of(welcome(new ResponseCode.Capability(terms.announced().afterSignIn()))),
        handler,
        handler::abandon);
  }

  /// Instead of a greeting where there was none (RFC 9051, section 7.1.4).
  private ImapResponse welcome(ResponseCode code) {
    return peer == null
        ? completion(Condition.OK, code, "signed in")
        : new Notice(
            Condition.PREAUTH,
            code,
            service.facilities().host() + " Popinjay ready, you are signed in");
  }

  /// Last words where there was no greeting.
  private List<ImapResponse> refusal(ResponseCode code, String text) {
    return List.of(
        peer == null
            ? completion(Condition.NO, code, text)
            : new Notice(Condition.BYE, code, text));
  }

  @Override
  public void exchanging(boolean now) {
    decoder.exchanging(now);
  }

  @Override
  public List<ImapResponse> challenge(String base64) {
    return List.of(new Continuation(base64));
  }

  @Override
  public List<ImapResponse> cancelled() {
    return List.of(completion(Condition.BAD, null, "cancelled"));
  }

  @Override
  public List<ImapResponse> malformed() {
    return List.of(completion(Condition.BAD, null, "malformed response"));
  }

  @Override
  public List<ImapResponse> unreadable(LineFault fault) {
    return List.of(
        fault == LineFault.INVALID_OCTET
            ? LastWords.rejected(tag, "unreadable response")
            : LastWords.beyondLimit(tag, "response too long"));
  }

  @Override
  public List<ImapResponse> denied() {
    return refusal(Plain.AUTHENTICATIONFAILED, "sign-in failed");
  }

  @Override
  public List<ImapResponse> unavailable() {
    return refusal(Plain.UNAVAILABLE, "try again later");
  }

  @Override
  public List<ImapResponse> tooManyFailures() {
    if (peer != null) {
      return denied();
    }
    return List.of(
        completion(Condition.NO, Plain.AUTHENTICATIONFAILED, "sign-in failed"),
        new Notice(Condition.BYE, "too many attempts"));
  }

  @Override
  public List<ImapResponse> tooLate() {
    return List.of(LastWords.TOO_LATE);
  }

  @Override
  public List<ImapResponse> tooManyCommands() {
    return List.of(LastWords.TOO_MANY_COMMANDS);
  }

  @Override
  public List<ImapResponse> farewell(SessionEnd why) {
    return List.of(why == SessionEnd.KICKED ? LastWords.KICKED : LastWords.SHUTTING_DOWN);
  }

  @Override
  public List<ImapResponse> fault() {
    return List.of(LastWords.fault(connection.id().toString()));
  }

  @Override
  public void encode(List<ImapResponse> answer, ByteBuf out) {
    var writer = new ImapResponseWriter(out, ImapDialect.REV1);
    answer.forEach(writer::write);
  }
}
