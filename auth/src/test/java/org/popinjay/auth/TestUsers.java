package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.popinjay.posix.Accounts;

/// Users whose passwords are known to the tests, and one whose source is down.
///
/// @param passwords by name
/// @param answerAfter how long a denial waits
public record TestUsers(Map<String, String> passwords, Duration answerAfter)
    implements Authenticator {

  /// Cannot be checked now.
  public static final String UNAVAILABLE = "elsewhere";

  /// Two, of whom one has blanks in the password.
  public static final TestUsers TEA_AND_COCOA =
      new TestUsers(Map.of("tea", "pot", "cocoa", " two words "), Duration.ZERO);

  @Override
  public CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin) {
    try (credentials) {
      return CompletableFuture.completedFuture(judge(credentials));
    }
  }

  private AuthResult judge(Credentials credentials) {
    if (credentials.user().equals(UNAVAILABLE)) {
      return new AuthResult.TemporarilyUnavailable("backend");
    }
    var expected = passwords.get(credentials.user());
    boolean right =
        switch (credentials) {
          case Credentials.Password password ->
              expected != null && Arrays.equals(password.secret(), expected.getBytes(UTF_8));
          case Credentials.Proof proof ->
              expected != null && proof.fits(PasswordHash.parse("{PLAIN}" + expected));
          case Credentials.Vouched _ -> expected != null;
          case Credentials.Stranger _ -> true;
        };
    return right && credentials.onBehalfOf().isEmpty()
        ? new AuthResult.Granted(
            new UserRecord(credentials.user(), Accounts.own(), Optional.empty()))
        : new AuthResult.Denied("bad-password", answerAfter);
  }
}
