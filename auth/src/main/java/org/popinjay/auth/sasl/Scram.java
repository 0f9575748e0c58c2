package org.popinjay.auth.sasl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.ScramHash;

/// SCRAM (RFC 5802, section 5; RFC 7677): both sides show that they know keys of the password, and
/// nobody who listens learns any.
///
/// With `-PLUS` the client also shows that he sees the TLS connection that the server sees (RFC
/// 5802, section 6). A client that could do so and believes that the server cannot, though it
/// offered to, was lied to and is refused.
final class Scram implements SaslExchange {
  private static final int NONCE_OCTETS = 18;

  private final boolean plus;
  private final boolean plusOffered;
  private final ChannelBinding binding;
  private final Function<String, CompletionStage<Optional<ScramHash>>> keysOf;
  private final String serverNonce;

  private @Nullable ClientFirst first;
  private @Nullable ScramHash keys;
  private String serverFirst = "";

  /// The client's first message, taken apart.
  ///
  /// @param header in front of it, as sent
  /// @param bare the rest, as sent
  private record ClientFirst(
      String header, String bare, String user, Optional<String> onBehalfOf, String nonce) {}

  /// @param plus whether the client has to bind the channel
  /// @param plusOffered whether he could have
  /// @param keysOf looks the keys of a name up
  Scram(
      boolean plus,
      boolean plusOffered,
      ChannelBinding binding,
      Function<String, CompletionStage<Optional<ScramHash>>> keysOf,
      String serverNonce) {
    this.plus = plus;
    this.plusOffered = plusOffered;
    this.binding = binding;
    this.keysOf = keysOf;
    this.serverNonce = serverNonce;
  }

  /// A fresh nonce of the server's.
  static String nonce(RandomGenerator random) {
    var octets = new byte[NONCE_OCTETS];
    random.nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }

  @Override
  public Step begin() {
    return new Challenge("");
  }

  @Override
  public Step next(byte[] response) {
    try {
      var message = Plain.utf8(response, 0, response.length);
      return keys == null ? hear(new Cursor(message)) : hearFinal(message, keys);
    } catch (CharacterCodingException _) {
      return new Failed("expected UTF-8");
    } catch (Broken broken) {
      return new Failed(broken.getMessage());
    } finally {
      Arrays.fill(response, (byte) 0);
    }
  }

  /// `gs2-cbind-flag "," [authzid] "," [reserved-mext ","] username "," nonce ["," extensions]`.
  private Step hear(Cursor in) throws Broken {
    checkBinding(in.upTo(','));
    var authorization = in.upTo(',');
    if (!authorization.isEmpty() && !authorization.startsWith("a=")) {
      throw new Broken("expected an authorization identity or none");
    }
    var header = in.taken();
    var bare = in.rest();
    var user = name(in.attribute('n'));
    var nonce = in.attribute('r');
    if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new Broken("expected a nonce of printable characters");
    }
    var other =
        authorization.isEmpty()
            ? Optional.<String>empty()
            : Optional.of(name(authorization.substring(2))).filter(name -> !name.equals(user));
    first = new ClientFirst(header, bare, user, other, nonce);
    return new Later(keysOf.apply(user).thenApply(found -> answer(nonce, found)));
  }

  private Step answer(String nonce, Optional<ScramHash> found) {
    if (found.isEmpty()) {
      return new Unavailable();
    }
    keys = found.get();
    serverFirst = "r=" + nonce + serverNonce + ",s=" + keys.salt() + ",i=" + keys.iterations();
    return new Challenge(serverFirst);
  }

  /// RFC 5802, section 6.
  private void checkBinding(String flag) throws Broken {
    switch (flag) {
      case "n" -> demand(!plus, "expected channel binding");
      case "y" -> demand(!plus && !plusOffered, "channel binding was offered");
      default -> {
        demand(flag.startsWith("p="), "expected n, y or p=");
        demand(plus, "channel binding without -PLUS");
        demand(bound(flag).isPresent(), "no such channel binding");
      }
    }
  }

  private Optional<byte[]> bound(String flag) {
    var type = flag.substring(2);
    return binding.types().contains(type) ? binding.data(type) : Optional.empty();
  }

  private static void demand(boolean holds, String reason) throws Broken {
    if (!holds) {
      throw new Broken(reason);
    }
  }

  /// `=2C` is a comma and `=3D` an equals sign; no other stands behind one.
  private static String name(String text) throws Broken {
    var name = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '=') {
        name.append(c);
      } else if (text.startsWith("=2C", i)) {
        name.append(',');
        i += 2;
      } else if (text.startsWith("=3D", i)) {
        name.append('=');
        i += 2;
      } else {
        throw new Broken("expected =2C or =3D");
      }
    }
    if (name.isEmpty() || name.indexOf("\0") >= 0) {
      throw new Broken("expected a name");
    }
    return name.toString();
  }

  /// `channel-binding "," nonce ["," extensions] "," proof`.
  private Step hearFinal(String message, ScramHash known) throws Broken {
    if (first == null) {
      throw new Broken("out of order");
    }
    int end = message.lastIndexOf(",p=");
    demand(end >= 0, "expected a proof");
    var in = new Cursor(message.substring(0, end));
    var repeated = base64(in.attribute('c'));
    demand(MessageDigest.isEqual(repeated, expectedBinding(first)), "another channel");
    demand(in.attribute('r').equals(first.nonce() + serverNonce), "another nonce");
    var proof = base64(message.substring(end + 3));
    var said = (first.bare() + "," + serverFirst + "," + message.substring(0, end)).getBytes(UTF_8);
    boolean proven = known.isProvenBy(proof, said);
    var signature = Base64.getEncoder().encodeToString(known.serverSignature(said));
    return new Finished(
        new Credentials.Proof(first.user(), first.onBehalfOf(), _ -> proven), "v=" + signature);
  }

  private byte[] expectedBinding(ClientFirst said) {
    var header = said.header().getBytes(UTF_8);
    if (!plus) {
      return header;
    }
    var octets = bound(said.header().substring(0, said.header().indexOf(','))).orElse(new byte[0]);
    var both = Arrays.copyOf(header, header.length + octets.length);
    System.arraycopy(octets, 0, both, header.length, octets.length);
    return both;
  }

  private static byte[] base64(String text) throws Broken {
    return SaslBase64.decode(text.getBytes(US_ASCII))
        .filter(octets -> octets.length > 0)
        .orElseThrow(() -> new Broken("expected base64"));
  }

  /// The client broke a rule.
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    Broken(String reason) {
      super(reason, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /// Reads attributes, which commas divide.
  private static final class Cursor {
    private final String text;
    private int at;

    Cursor(String text) {
      this.text = text;
    }

    /// Everything up to a comma that has to be there.
    String upTo(char comma) throws Broken {
      int end = text.indexOf(comma, at);
      demand(end >= 0, "expected a comma");
      var part = text.substring(at, end);
      at = end + 1;
      return part;
    }

    String taken() {
      return text.substring(0, at);
    }

    String rest() {
      return text.substring(at);
    }

    /// The value of the next attribute, which has to be this one. Another one in front of it would
    /// be `m`, an extension that changes everything (RFC 5802, section 5.1).
    String attribute(char letter) throws Broken {
      demand(
          at + 1 < text.length() && text.charAt(at) == letter && text.charAt(at + 1) == '=',
          "expected " + letter + "=");
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      var value = text.substring(at + 2, end);
      at = Math.min(end + 1, text.length());
      return value;
    }
  }
}
