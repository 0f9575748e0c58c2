package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.popinjay.auth.AuthResult;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.Origin;
import org.popinjay.auth.PasswordHash;
import org.popinjay.auth.ScramDigest;
import org.popinjay.auth.ScramHash;
import org.popinjay.auth.StoredForm;

/// The users of the other tests, whose passwords are stored so that every mechanism can serve them.
record RecoverableUsers(TestUsers users) implements Authenticator {

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
