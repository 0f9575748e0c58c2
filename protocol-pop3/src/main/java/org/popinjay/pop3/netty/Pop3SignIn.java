package org.popinjay.pop3.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.Digests;
import org.popinjay.auth.SaslPrep;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.auth.sasl.SaslSurroundings;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.Pop3Config.Downgrade;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.Pop3Terms;
import org.popinjay.pop3.Submissions;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.command.Secret;
import org.popinjay.pop3.response.Help;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Challenge;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Lines;
import org.popinjay.pop3.response.Pop3Response.Listing;
import org.popinjay.pop3.response.Pop3Response.Made;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.pop3.response.Pop3Response.Text;
import org.popinjay.pop3.response.Pop3ResponseEncoder;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Pop3Session;
import org.popinjay.pop3.session.Retention;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.SaslLine;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SessionState;
import org.popinjay.wire.SignInDialogue;

/// The AUTHORIZATION state (RFC 1939, section 4): what may be said until somebody is signed in, and
/// the way into the maildrop.
public final class Pop3SignIn implements SignInDialogue<Pop3Response> {
  private static final SessionState STATE = SessionState.SIGNING_IN;

  private final Pop3Service service;
  private final Wording wording;
  private final Connection connection;
  private final CrlfLineDecoder decoder;
  private final Pop3Readers readers;

  /// In the greeting, where APOP is offered.
  private final Optional<String> timestamp;

  private @Nullable String user;

  /// Whom the last sign-in was for, where the client named one.
  private @Nullable String tried;

  /// Whether that was for a stranger, who gets to see boards and nothing else.
  private boolean stranger;

  /// Whether the client reads UTF-8 (RFC 6856, section 2.1).
  private boolean utf8;

  private int badInRow;
  private boolean spoken;

  Pop3SignIn(
      Pop3Service service, Connection connection, CrlfLineDecoder decoder, Pop3Readers readers) {
    this(
        service,
        connection,
        decoder,
        readers,
        service.mechanisms().apopTimestamp(service.facilities().host()));
  }

  private Pop3SignIn(
      Pop3Service service,
      Connection connection,
      CrlfLineDecoder decoder,
      Pop3Readers readers,
      Optional<String> timestamp) {
    this.service = service;
    this.wording = service.wording();
    this.connection = connection;
    this.decoder = decoder;
    this.readers = readers;
    this.timestamp = timestamp;
  }

  /// Where somebody else greets, and with no timestamp.
  public static Pop3SignIn withoutApop(
      Pop3Service service, Connection connection, CrlfLineDecoder decoder, Pop3Readers readers) {
    return new Pop3SignIn(service, connection, decoder, readers, Optional.empty());
  }

  @Override
  public String protocol() {
    return "pop3";
  }

  @Override
  public Pop3Response greeting() {
    return wording.greeting(timestamp);
  }

  @Override
  public Step<Pop3Response> hear(Object message) {
    if (!(message instanceof ParseResult input)) {
      throw new IllegalStateException("unexpected message " + message.getClass());
    }
    boolean first = !spoken;
    spoken = true;
    return switch (input) {
      case ParseResult.Parsed(Pop3Command command) -> {
        badInRow = 0;
        yield command(command);
      }
      case ParseResult.Rejected line -> bad(wording.rejected(line, STATE));
      case ParseResult.TooLong(boolean endless) -> {
        connection.limitReached(Limit.LINE);
        yield endless ? new Step.Part<>(Wording.LINE_TOO_LONG) : bad(Wording.LINE_TOO_LONG);
      }
      case ParseResult.Foreign(var line) ->
          first ? new Step.Leave<>() : bad(wording.rejected(line, STATE));
      case ParseResult.Mail _ -> throw new IllegalStateException("a message before sign-in");
      case ParseResult.Encrypted _ -> {
        connection.limitReached(Limit.TLS_ON_PLAIN);
        yield new Step.Leave<>();
      }
      case ParseResult.Fatal(String reason) -> new Step.Part<>(new Err(reason));
    };
  }

  private Step<Pop3Response> command(Pop3Command command) {
    var named = user;
    user = null;
    return switch (command) {
      case Pop3Command.InAnyState any ->
          switch (any) {
            case Pop3Command.Quit _ -> new Step.Quit<>(wording.signingOff());
            case Pop3Command.Capa _ -> new Step.Say<>(capabilities());
            case Pop3Command.Lang(String range) -> new Step.Say<>(Wording.language(range));
            case Pop3Command.Help _ ->
                new Step.Say<>(
                    service.facilities().settings().pop3().help()
                        ? Help.beforeSignIn(connection.upgradable())
                        : wording.unknown(any.verb(), STATE));
          };
      case Pop3Command.InAuthorization c ->
          switch (c) {
            case Pop3Command.Stls _ -> stls();
            case Pop3Command.Utf8 _ -> {
              utf8 = true;
              yield new Step.Say<>(Wording.UTF8_ENABLED);
            }
            case Pop3Command.User(String name) -> new Step.Say<>(user(name));
            case Pop3Command.Pass(Secret password) -> pass(named, password);
            case Pop3Command.Apop(String name, String digest) -> apop(name, digest);
            case Pop3Command.Auth(String mechanism, Secret initial) -> auth(mechanism, initial);
          };
      case Pop3Command.Noop _ -> new Step.Say<>(wording.earlyNoop());
      case Pop3Command.InTransaction c -> new Step.Say<>(wording.wrongState(c.verb(), STATE));
    };
  }

  private Step<Pop3Response> stls() {
    if (!connection.upgradable()) {
      return new Step.Say<>(connection.encrypted() ? Wording.UNDER_TLS : Wording.NO_TLS);
    }
    // What was asked for in the clear may have been somebody else's wish.
    return utf8 ? new Step.Say<>(Wording.STLS_BEHIND_UTF8) : new Step.Secure<>(Wording.BEGIN_TLS);
  }

  private Pop3Response user(String name) {
    if (!passwordsAllowed() && !isStranger(name)) {
      return Wording.TLS_REQUIRED;
    }
    var prepared = utf8 ? SaslPrep.prepare(name) : Optional.of(name);
    user = prepared.orElse(null);
    return prepared.<Pop3Response>map(wording::sendPass).orElse(Wording.NOT_UTF8);
  }

  private Step<Pop3Response> pass(@Nullable String name, Secret password) {
    if (name != null && isStranger(name)) {
      password.wipe();
      tried = name;
      stranger = true;
      return new Step.Check<>("USER", new Credentials.Stranger(name));
    }
    if (!passwordsAllowed() || name == null) {
      password.wipe();
      return new Step.Say<>(
          passwordsAllowed() ? wording.wrongState(Pop3Verb.PASS, STATE) : Wording.TLS_REQUIRED);
    }
    var octets = utf8 ? prepared(password) : Optional.of(password.octets());
    if (octets.isEmpty()) {
      return bad(Wording.NOT_UTF8);
    }
    tried = name;
    stranger = false;
    return new Step.Check<>("USER", new Credentials.Password(name, octets.get()));
  }

  /// Whether a name is that of strangers on this connection (RFC 1082). What they have for a
  /// password is no secret, so that it may come in the clear from where the settings let them come
  /// from.
  private boolean isStranger(String name) {
    var boards = service.facilities().settings().bboards();
    return boards.anonymous()
        && name.equals(BboardsConfig.STRANGER)
        && boards.anonymousNetworks().stream()
            .anyMatch(network -> network.contains(connection.address()));
  }

  /// RFC 6856, section 2.2. Without UTF8 a password's octets count as they are, since those of old
  /// systems may be in any charset.
  private static Optional<byte[]> prepared(Secret password) {
    try {
      return SaslPrep.query(password.octets());
    } finally {
      password.wipe();
    }
  }

  private Step<Pop3Response> auth(@Nullable String mechanism, @Nullable Secret initial) {
    tried = null;
    stranger = false;
    if (mechanism == null) {
      return new Step.Say<>(Wording.mechanisms(mechanisms()));
    }
    return switch (service.mechanisms().start(mechanism, surroundings())) {
      case SaslMechanisms.Started(var name, var exchange) ->
          new Step.Exchange<>(
              name, exchange, initial == null ? null : new SaslLine(initial.octets()));
      case SaslMechanisms.NotPrivate _ -> refused(initial, Wording.TLS_REQUIRED);
      case SaslMechanisms.NoSuchMechanism _ -> refused(initial, Wording.NO_MECHANISM);
    };
  }

  private static Step<Pop3Response> refused(@Nullable Secret initial, Err answer) {
    if (initial != null) {
      initial.wipe();
    }
    return new Step.Say<>(answer);
  }

  private Step<Pop3Response> apop(String name, String digest) {
    if (timestamp.isEmpty()) {
      return new Step.Say<>(wording.unknown(Pop3Verb.APOP, STATE));
    }
    tried = name;
    stranger = false;
    var prepared = SaslPrep.prepare(name).orElse(name);
    var challenge = timestamp.get().getBytes(US_ASCII);
    var digits = digest.getBytes(US_ASCII);
    return new Step.Check<>(
        "APOP",
        new Credentials.Proof(
            prepared, Optional.empty(), stored -> Digests.isApop(stored, challenge, digits)));
  }

  private Step<Pop3Response> bad(Err answer) {
    badInRow++;
    if (badInRow < service.facilities().limits().badCommandsBeforeLogin()) {
      return new Step.Say<>(answer);
    }
    connection.limitReached(Limit.BAD_COMMANDS);
    return new Step.Part<>(Wording.TOO_MANY_ERRORS);
  }

  /// Whether a password may come now; another answer inside TLS.
  private boolean passwordsAllowed() {
    return service.facilities().cleartext().allows(connection.address(), connection.encrypted());
  }

  private Pop3Response capabilities() {
    return service
        .capabilities()
        .beforeSignIn(passwordsAllowed(), !utf8 && connection.upgradable(), mechanisms());
  }

  /// What would work on this connection.
  private List<String> mechanisms() {
    return service.mechanisms().names(surroundings());
  }

  private SaslSurroundings surroundings() {
    return connection.saslSurroundings(protocol(), service.facilities().host(), passwordsAllowed());
  }

  @Override
  public Opening<Pop3Response> open(UserRecord user) {
    if (stranger) {
      return openForStranger(user);
    }
    var owner = new AccountOwner(user.name(), user.identity(), user.home().orElse(null));
    var terms = service.terms(owner.name());
    var wait = service.delays().left(owner.name(), terms.settings().loginDelay());
    if (wait.isPositive()) {
      service.events().tooSoon();
      return new Opening.Refused<>(Wording.tooSoon(wait));
    }
    var holder = new MaildropHolder(connection, terms.settings().takeoverIdle(), service.events());
    var record = record(owner.name());
    var account = service.store().account(owner);
    return switch (account.claim(holder)) {
      case StoreResult.Done<Maildrop>(Maildrop maildrop) -> {
        service.delays().signedIn(owner.name(), terms.settings().loginDelay());
        var submitting = new Submitting(service, connection, decoder, service.submissions(), owner);
        yield opened(owner.name(), terms, maildrop, account.boards(), submitting, holder, record);
      }
      case StoreResult.Failed<Maildrop>(StoreFailure failure) -> {
        service.events().notOpened(failure);
        if (!(failure instanceof StoreFailure.Claimed)) {
          record.happened("open the maildrop", failure);
        }
        yield new Opening.Refused<>(wording.notOpened(failure));
      }
    };
  }

  /// Strangers share a name, and nothing else: no maildrop, no delay until the next of them, and no
  /// mail to others, whose sender nobody would be.
  private Opening<Pop3Response> openForStranger(UserRecord user) {
    var name = user.name();
    var terms = service.terms(name);
    var holder = new MaildropHolder(connection, terms.settings().takeoverIdle(), service.events());
    var nobody = new AccountOwner(name, user.identity(), null);
    var submitting = new Submitting(service, connection, decoder, Submissions.NONE, nobody);
    return opened(
        name, terms, Maildrop.empty(), service.store().boards(), submitting, holder, record(name));
  }

  private SessionRecord record(String user) {
    return new SessionRecord(
        connection,
        protocol(),
        user,
        service.facilities().settings().log().statistics(),
        service.events());
  }

  private Opening<Pop3Response> opened(
      String user,
      Pop3Terms terms,
      Maildrop maildrop,
      Boards boards,
      Submitting submitting,
      MaildropHolder holder,
      SessionRecord record) {
    var session =
        new Pop3Session(
            maildrop,
            boards,
            terms.uidlFormat(),
            Retention.of(terms.settings(), service.facilities().clock().instant()),
            wording,
            asciiHeadersOnly(terms),
            record);
    var capabilities =
        service.capabilities().afterSignIn(passwordsAllowed(), mechanisms(), terms.settings());
    var handler =
        new Pop3SessionHandler(
            service, terms, connection, user, session, capabilities, submitting, record);
    holder.holds(handler);
    return new Opening.Opened<>(
        wording.signedIn(user, session.messages(), session.octets()), handler, maildrop::close);
  }

  private boolean asciiHeadersOnly(Pop3Terms terms) {
    return !utf8 && terms.settings().downgrade() == Downgrade.REFUSE;
  }

  @Override
  public void exchanging(boolean now) {
    decoder.readBy(now ? readers.responses() : readers.commands());
  }

  @Override
  public Pop3Response challenge(String base64) {
    return new Challenge(base64);
  }

  @Override
  public Pop3Response cancelled() {
    return Wording.CANCELLED;
  }

  @Override
  public Pop3Response malformed() {
    return Wording.MALFORMED_RESPONSE;
  }

  @Override
  public Pop3Response unreadable(LineFault fault) {
    return fault == LineFault.INVALID_OCTET ? Wording.INVALID_OCTET : Wording.LINE_TOO_LONG;
  }

  @Override
  public Pop3Response denied() {
    return wording.loginFailed(tried);
  }

  @Override
  public Pop3Response unavailable() {
    return Wording.LOGIN_UNAVAILABLE;
  }

  @Override
  public Pop3Response tooManyFailures() {
    return wording.lastLoginFailed(tried);
  }

  @Override
  public Pop3Response tooLate() {
    return wording.tooLate();
  }

  @Override
  public Pop3Response tooManyCommands() {
    return Wording.TOO_MANY_COMMANDS;
  }

  @Override
  public Pop3Response farewell(SessionEnd why) {
    return why == SessionEnd.KICKED ? Wording.KICKED : Wording.SHUTTING_DOWN;
  }

  @Override
  public Pop3Response fault() {
    return Wording.fault(connection.id().toString());
  }

  @Override
  public void encode(Pop3Response answer, ByteBuf out) {
    switch (answer) {
      case SingleLine line -> Pop3ResponseEncoder.encode(line, out);
      case Lines lines -> Pop3ResponseEncoder.encode(lines, out);
      case Listing _, Text _, Made _ ->
          throw new IllegalArgumentException("needs a session: " + answer);
    }
  }
}
