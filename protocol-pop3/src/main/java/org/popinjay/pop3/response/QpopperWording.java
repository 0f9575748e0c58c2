package org.popinjay.pop3.response;

import java.util.Optional;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Ok;

/// The words of qpopper 2.53: those of popper with a few of its own. A sign-in that fails may be
/// tried again.
final class QpopperWording extends PopperWording {
  private static final Ok UNIQUE_IDS = new Ok("uidl command accepted.");
  private static final Optional<Err> TIMEOUT = Optional.of(new Err("POP timeout"));

  QpopperWording(String host, Optional<String> version) {
    super(host, version);
  }

  @Override
  public Ok greeting(Optional<String> timestamp) {
    return new Ok(
        "QPOP "
            + version()
            + "at "
            + host()
            + " starting."
            + timestamp.map("  "::concat).orElse(""));
  }

  @Override
  public Ok signedIn(String user, int messages, long octets) {
    var counted = messages == 1 ? "1 message" : messages + " messages";
    return new Ok(echo(user) + " has " + counted + " (" + octets + " octets).");
  }

  @Override
  public int failuresMax(int set) {
    return set;
  }

  @Override
  public boolean findsFieldsByBeginning() {
    return true;
  }

  @Override
  public Ok uniqueIds(int messages, long octets) {
    return UNIQUE_IDS;
  }

  @Override
  public Optional<Err> silentTooLong() {
    return TIMEOUT;
  }
}
