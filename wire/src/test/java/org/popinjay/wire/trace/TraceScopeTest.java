package org.popinjay.wire.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.config.Cidr;

/// Which sessions a trace is of.
class TraceScopeTest {

  @ParameterizedTest(name = "users [{0}], addresses [{1}]: {2} from {3}: {4}")
  @CsvSource(
      textBlock =
          """
                | ''             | tea | 192.0.2.7   | true
                | ''             |     | 192.0.2.7   | true
          tea   | ''             | tea | 192.0.2.7   | true
          tea   | ''             | Tea | 192.0.2.7   | false
          tea   | ''             | pot | 192.0.2.7   | false
          tea   | ''             |     | 192.0.2.7   | false
                | 192.0.2.0/24   |     | 192.0.2.7   | true
                | 192.0.2.0/24   | pot | 192.0.2.7   | true
                | 192.0.2.0/24   | tea | 192.0.3.7   | false
                | 192.0.2.0/24   |     | 192.0.3.7   | false
                | 2001:db8::/32  |     | 2001:db8::7 | true
          tea   | 192.0.2.0/24   |     | 192.0.2.7   | true
          tea   | 192.0.2.0/24   |     | 192.0.3.7   | false
          tea   | 192.0.2.0/24   | tea | 192.0.2.7   | true
          tea   | 192.0.2.0/24   | pot | 192.0.2.7   | false
          tea   | 192.0.2.0/24   | tea | 192.0.3.7   | false
          """,
      delimiter = '|')
  void holdsWhatNoListLeavesOut(
      String users, String addresses, String user, String address, boolean held) {
    var scope =
        new TraceScope(
            users == null ? List.of() : List.of(users),
            addresses.isEmpty() ? List.of() : List.of(Cidr.parse(addresses)));
    assertThat(scope.holds(Optional.ofNullable(user), InetAddress.ofLiteral(address)))
        .isEqualTo(held);
  }
}
