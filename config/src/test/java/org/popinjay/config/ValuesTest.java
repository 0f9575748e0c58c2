package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({"0B,0", "512B,512", "64KiB,65536", "10MiB,10485760", "1GiB,1073741824"})
  void sizesAreOctetsInPowersOfTwo(String text, long octets) {
    assertThat(ByteSize.parse(text).octets()).isEqualTo(octets);
    assertThat(ByteSize.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "KiB", "1 KiB", "1kb", "-1B", "1.5MiB", "9000TiB", "1KiBB"})
  void otherTextsAreNoSizes(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(SettingException.class)
        .hasMessage("size: " + text + " (expected a size such as 512B, 64KiB, 10MiB or 1GiB)");
  }

  @Property
  void aPrintedSizeIsReadAgain(@ForAll @LongRange(min = 0, max = (1L << 53) - 1) long octets) {
    assertThat(ByteSize.parse(new ByteSize(octets).toString()).octets()).isEqualTo(octets);
  }

  @ParameterizedTest
  @CsvSource({"0s,0", "250ms,250", "30s,30000", "10m,600000", "24h,86400000", "7d,604800000"})
  void durationsHaveOneUnit(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "1h30m", "-1s", "10 s", "10M", "1w", "99999999999999999d"})
  void otherTextsAreNoDurations(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(SettingException.class);
  }

  @Property
  void aPrintedDurationIsReadAgain(
      @ForAll @LongRange(min = 0, max = 3_000_000_000_000L) long millis) {
    var duration = Duration.ofMillis(millis);
    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({"*:110,*,110", "127.0.0.1:0,127.0.0.1,0", "'[::1]:995',::1,995"})
  void addressesAreAHostAndAPort(String text, String host, int port) {
    assertThat(BindAddress.parse(text)).isEqualTo(new BindAddress(host, port));
    assertThat(BindAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "110",
        ":110",
        "*",
        "*:",
        "*:65536",
        "mail.example.org:110",
        "::1:110",
        "[::1]",
        "[*]:1",
        "1.2.3:4",
        "*:+1"
      })
  void otherTextsAreNoAddresses(String text) {
    assertThatThrownBy(() -> BindAddress.parse(text)).isInstanceOf(SettingException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "*:pop2,109",
    "*:pop-2,109",
    "127.0.0.1:pop3,110",
    "*:pop,110",
    "'[::1]:imaps',993",
    "*:imap,143",
    "*:imap2,143",
    "*:pop3s,995",
    "*:kpop,1109"
  })
  void portsHaveTheirNamesOfOld(String text, int port) {
    assertThat(BindAddress.parse(text).port()).isEqualTo(port);
  }

  @Test
  void anotherNameOfAPortIsLookedForInTheFileOfServices(@TempDir Path folder) throws IOException {
    var file =
        Files.writeString(
            folder.resolve("services"),
            """
            # pop9 1/tcp
            tea     7/udp
            tea\t7777/tcp\tkettle pot # cup
            broken  x/tcp
            huge    123456/tcp
            bare
            """);
    assertThat(ServiceNames.port("tea", file)).hasValue(7777);
    assertThat(ServiceNames.port("pot", file)).hasValue(7777);
    assertThat(List.of("cup", "pop9", "broken", "huge", "bare", "7777/tcp", ""))
        .allSatisfy(name -> assertThat(ServiceNames.port(name, file)).isEmpty());
    assertThat(ServiceNames.port("tea", folder.resolve("gone"))).isEmpty();
  }

  @Test
  void anUnknownNameOfAPortIsAnsweredWithThoseThatAreKnown() {
    assertThatThrownBy(() -> BindAddress.parse("*:no-such-service"))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("*:no-such-service", "imaps", "kpop", "pop2", "/etc/services");
  }

  @Test
  void onlyLoopbackIsLoopback() {
    assertThat(BindAddress.parse("127.3.2.1:1").isLoopback()).isTrue();
    assertThat(BindAddress.parse("[::1]:1").isLoopback()).isTrue();
    assertThat(BindAddress.parse("*:1").isLoopback()).isFalse();
    assertThat(BindAddress.parse("192.0.2.1:1").isLoopback()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24,192.0.2.255,true",
    "192.0.2.0/24,192.0.3.0,false",
    "192.0.2.0/23,192.0.3.0,true",
    "192.0.2.7,192.0.2.7,true",
    "192.0.2.7,192.0.2.8,false",
    "0.0.0.0/0,203.0.113.9,true",
    "0.0.0.0/0,::1,false",
    "2001:db8::/33,2001:db8:7fff::1,true",
    "2001:db8::/33,2001:db8:8000::1,false",
    "192.0.2.0/24,::ffff:192.0.2.1,true"
  })
  void aNetworkContainsWhatItsPrefixSays(String network, String address, boolean inside) {
    assertThat(Cidr.parse(network).contains(InetAddress.ofLiteral(address))).isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "::/129",
        "localhost",
        "10.0.0.0/x",
        "10.0.0.0/",
        "10.1.0.0/8"
      })
  void otherTextsAreNoNetworks(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(SettingException.class);
  }

  @Test
  void aConstructorNamesTheKeyTheValueAndTheRange() {
    assertThatThrownBy(() -> new ShutdownConfig(Duration.ofMinutes(11)))
        .hasMessage("shutdown.grace: 11m (expected 0s to 10m)");
    assertThatThrownBy(() ->
            new LocksConfig(
                List.of(),
                List.of(LocksConfig.Kind.FCNTL),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5)))
        .hasMessage("mail.locks.read: 0 entries (expected 1 to 3 entries)");
  }
}
