package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The users of the other tests, whose passwords are stored so that every mechanism can serve them.
public record RecoverableUsers(TestUsers users) implements Authenticator {

  @Override
  public CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin) {
    return users.authenticate(credentials, origin);
  }

  @Override
  public boolean serves(StoredForm form) {
    return true;
  }

  @Override
  public Optional<String> anonymousUser() {
    return Optional.of("tea");
  }

  @Override
  public CompletionStage<Optional<ScramHash>> scramKeys(
      String user, ScramDigest digest, Origin origin) {
    if (user.equals(TestUsers.UNAVAILABLE)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    var password = users.passwords().getOrDefault(user, "nobody's").getBytes(UTF_8);
    return CompletableFuture.supplyAsync(() -> {
      var field = PasswordHash.make(digest.scheme(), password, new Random(1));
      return Optional.of((ScramHash) PasswordHash.parse(field));
    });
  }
}
