package org.popinjay.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.config.AuthConfig.Cleartext;
import org.popinjay.config.Cidr;

class CleartextPolicyTest {

  @ParameterizedTest(name = "{0} from {1}, under TLS {2}: {3}")
  @CsvSource({
    "NEVER, 127.0.0.1, false, false",
    "NEVER, 127.0.0.1, true, true",
    "LOOPBACK, 127.0.0.1, false, true",
    "LOOPBACK, ::1, false, true",
    "LOOPBACK, 192.0.2.7, false, true",
    "LOOPBACK, 198.51.100.7, false, false",
    "LOOPBACK, 198.51.100.7, true, true",
    "ALWAYS, 198.51.100.7, false, true",
    "WITHOUT_SECRET, 198.51.100.7, false, true",
  })
  void saysWherePasswordsMayTravelInTheClear(
      Cleartext cleartext, String client, boolean encrypted, boolean allowed) {
    var policy = new CleartextPolicy(cleartext, List.of(Cidr.parse("192.0.2.0/24")));
    assertThat(policy.allows(InetAddress.ofLiteral(client), encrypted)).isEqualTo(allowed);
  }

  @ParameterizedTest(name = "{0} from {1}, under TLS {2}: {3}")
  @CsvSource({
    "WITHOUT_SECRET, 198.51.100.7, false, true",
    "WITHOUT_SECRET, 198.51.100.7, true, false",
    "WITHOUT_SECRET, 192.0.2.7, false, false",
    "WITHOUT_SECRET, 127.0.0.1, false, false",
    "ALWAYS, 198.51.100.7, false, false",
  })
  void saysWhereWhoCouldDoWithoutMustDoWithout(
      Cleartext cleartext, String client, boolean encrypted, boolean spared) {
    var policy = new CleartextPolicy(cleartext, List.of(Cidr.parse("192.0.2.0/24")));
    assertThat(policy.spares(InetAddress.ofLiteral(client), encrypted)).isEqualTo(spared);
  }
}
