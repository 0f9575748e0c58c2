package org.popinjay.config.yaml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ByteSize;
import org.popinjay.config.Cidr;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.LogConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.MetricsConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Template;
import org.popinjay.config.UserSourceConfig;

class YamlConfigLoaderTest {
  private static final Path FOLDER = Path.of("/etc/popinjay");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PORT", "4110", "EMPTY", "", "IDLE", "never");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          pop3: {idelTimeout: 20m}        | 1:8: pop3.idelTimeout: found an unknown key, expected one of idleTimeout, takeoverIdle, uidlFormat, uidlImport, last, loginDelay, expire, autoDelete, shy, downgrade, help or xover (did you mean idleTimeout?)
          spool: /var/mail                | 1:1: spool: found an unknown key, expected one of version, host, tls, listeners, banner, dns, users, auth, mail, mbox, pop3, imap, folders, legacy, xtnd, bulletins, bboards, store, limits, overrides, metrics, log, control or shutdown (did you mean mail.spool?)
          version: 2                      | 1:10: version: found 2, expected 1
          version: one                    | 1:10: version: found one, expected a whole number
          host: ""                        | 1:7: host: found an empty text, expected 1 to 253 characters
          host: [a]                       | 1:7: host: found a list, expected a text
          pop3: {idleTimeout: 14s}        | 1:21: pop3.idleTimeout: found 14s, expected 15s to 7d
          pop3: {idleTimeout: 600}        | 1:21: pop3.idleTimeout: found 600, expected a duration such as 500ms, 30s, 10m, 24h or 7d
          pop3: {last: yes}               | 1:14: pop3.last: found yes, expected true or false
          mbox: {dotlock: required}       | 1:17: mbox.dotlock: found required, expected try or require (did you mean require?)
          pop3: {expire: 36h}             | 1:16: pop3.expire: found 36h, expected whole days
          pop3: 7                         | 1:7: pop3: found 7, expected keys and values
          limits: {appendOctets: 64MB}    | 1:24: limits.appendOctets: found 64MB, expected a size such as 512B, 64KiB, 10MiB or 1GiB
          limits: {connections: automatic}| 1:23: limits.connections: found automatic, expected a whole number or auto
          limits: {connectionsPerUser: 99999999999} | 1:30: limits.connectionsPerUser: found 99999999999, expected a whole number up to 2147483647
          limits: {connectionsPerUser: 0} | 1:30: limits.connectionsPerUser: found 0, expected 1 to 1000000
          limits: {connections: -3}       | 1:23: limits.connections: found -3, expected 1 to 1000000
          mail: {locks: {write: []}}      | 1:23: mail.locks.write: found 0 entries, expected 1 to 3 entries
          mail: {locks: {write: [dotlock, dotlock]}} | 1:23: mail.locks.write: found [dotlock, dotlock], expected each kind once
          mail: {locks: {read: [lockf]}}  | 1:23: mail.locks.read[0]: found lockf, expected dotlock, fcntl or flock (did you mean flock?)
          mail: {spool: "/m/{usr}"}       | 1:15: mail.spool: found /m/{usr}, expected a path with variables of {user} {home} {uid} {local} {domain} {hash1} {hash2}
          mail: {timeZone: Mars/Base}     | 1:18: mail.timeZone: found Mars/Base, expected a time zone such as Europe/Berlin or +01:00
          mail: {state: ""}               | 1:15: mail.state: found an empty text, expected a path
          listeners: []                   | 1:12: listeners: found none, expected one at least, or control.preauth to be set
          listeners: [{bind: "*:110"}]    | 1:13: listeners[0].protocol: found nothing, expected pop2, pop3, pop2+pop3 or imap
          listeners: [{protocol: pop4, bind: mail}] | 1:24: listeners[0].protocol: found pop4, expected pop2, pop3, pop2+pop3 or imap (did you mean pop2?)¦1:36: listeners[0].bind: found mail, expected *:110, 127.0.0.1:110 or [::1]:110
          listeners: [{protocol: imap, bind: "*:993", tls: implicit}] | 1:50: listeners[0].tls: found implicit, expected tls.certificate to be set
          tls: {certificate: a.pem}       | 1:6: tls.key: found nothing, expected the key of tls.certificate
          users: [{files: /etc/x}]        | 1:10: users[0]: found files, expected one key of file, system or pam (did you mean file?)
          users: [system]                 | 1:9: users[0]: found system, expected one key of file, system or pam
          users: [{system: {minUid: 0}}]  | 1:27: users[0].system.minUid: found 0, expected at least 1
          users: [{pam: {service: ../x}}] | 1:25: users[0].pam.service: found ../x, expected the name of a service file
          auth: {cleartextNetworks: [10.0.0.1/8]} | 1:28: auth.cleartextNetworks[0]: found 10.0.0.1/8, expected 10.0.0.0/8
          auth: {cleartext: withoutSecret}        | 1:19: auth.cleartext: found withoutSecret, expected with APOP or CRAM-MD5 in auth.mechanisms
          auth: {cleartextNetworks: 10.0.0.0/8}   | 1:27: auth.cleartextNetworks: found 10.0.0.0/8, expected a list
          overrides: {alice: {pop3: {idleTimeout: 1s}}} | 1:41: overrides.alice.pop3.idleTimeout: found 1s, expected 15s to 7d
          overrides: {alice: {pop3: {expire: 1h}}}      | 1:36: overrides.alice.pop3.expire: found 1h, expected whole days
          overrides: {alice: {mbox: {}}}  | 1:21: overrides.alice.mbox: found an unknown key, expected one of pop3, imap, limits or mail
          overrides: {alice: {limits: {loginTimeout: 9s}}} | 1:30: overrides.alice.limits.loginTimeout: found 9s, expected no value of its own: it is the same for all users
          overrides: {a.b@c: {imap: {profile: full}}}   | 1:28: overrides.a.b@c.imap.profile: found full, expected no value of its own: it is the same for all users
          overrides: {alice: 3}           | 1:20: overrides.alice: found 3, expected keys and values
          overrides: {"../etc": {}}       | 1:13: overrides.../etc: found ../etc, expected a user name of letters, digits and . _ @ + -
          host: "a\\tb"                   | 1:7: host: found a\\u0009b, expected a text without control characters
          host: "a b"                     | 1:7: host: found a b, expected a host name
          pop3: {last: true, last: false} | 1:20: pop3.last: found the key a second time, expected every key once
          host: !!str a                   | 1:7: host: found the tag !!str, expected no tags
          pop3: !x {}                     | 1:7: pop3: found the tag !x, expected no tags
          host: *nobody                   | 1:7: host: found *nobody, expected the name of an anchor further up
          host: ${NOBODY}                 | 1:7: host: found ${NOBODY}, which is not set, expected the environment variable NOBODY or ${NOBODY:-default}
          host: ${NOBODY                  | 1:7: host: found ${ without }, expected ${NAME} or ${NAME:-default}
          host: ${9}                      | 1:7: host: found ${9}, expected ${NAME} or ${NAME:-default}
          pop3: {idleTimeout: "${IDLE}"}  | 1:21: pop3.idleTimeout: found never, expected a duration such as 500ms, 30s, 10m, 24h or 7d
          just words                      | 1:1: found just words, expected keys and values
          [a, b]                          | 1:1: found a list, expected keys and values
          host: [a                        | 1:9: found expected ',' or ']', but got <stream end>, expected YAML
          """)
  void saysWhatIsWrongAndWhere(String document, String faults) {
    var expected =
        Arrays.stream(faults.split("¦"))
            .map(fault -> "test.yaml:" + fault + "\n")
            .collect(Collectors.joining());
    assertThat(faults(document)).isEqualTo(expected);
  }

  @Test
  void allFaultsComeInOneRunFromTopToBottom() {
    assertThat(
            faults(
                """
                pop3:
                  idleTimeout: 1s
                  lats: true
                limits: {lineOctets: 1B}
                host: ${NOBODY}
                log:
                  level: loud
                """))
        .isEqualTo(
            """
            test.yaml:2:16: pop3.idleTimeout: found 1s, expected 15s to 7d
            test.yaml:3:3: pop3.lats: found an unknown key, expected one of idleTimeout, takeoverIdle, uidlFormat, uidlImport, last, loginDelay, expire, autoDelete, shy, downgrade, help or xover (did you mean last?)
            test.yaml:4:22: limits.lineOctets: found 1B, expected 8KiB to 16MiB
            test.yaml:5:7: host: found ${NOBODY}, which is not set, expected the environment variable NOBODY or ${NOBODY:-default}
            test.yaml:7:10: log.level: found loud, expected error, warn, info, debug or trace
            """);
  }

  @Test
  void aKeyInItsOldBlockStyleIsReadLikeOneInFlowStyle() {
    var block = load("pop3:\n  idleTimeout: 20m\n  expire: 30d\n");
    var flow = load("pop3: { idleTimeout: 20m, expire: 30d }");
    assertThat(block).isEqualTo(flow);
    assertThat(block.pop3().expire()).contains(Duration.ofDays(30));
  }

  @ParameterizedTest
  @CsvSource({"''", "'# nothing'", "---", "~", "'pop3:'", "'{}'", "'\uFEFF'"})
  void anEmptyFileIsAServerWithEveryDefault(String document) {
    assertThat(load(document)).isEqualTo(PopinjayConfig.DEFAULTS);
  }

  @Test
  void theFileOfTheContractLoads() throws IOException {
    var config = load(resource("contract.yaml"));
    assertThat(config.listeners()).hasSize(5);
    assertThat(config.listeners().get(1).protocol()).isEqualTo(ListenerConfig.Protocol.POP2_POP3);
    assertThat(config.listeners().get(4).tls()).isEqualTo(ListenerConfig.Tls.IMPLICIT);
    assertThat(config.users())
        .containsExactly(
            new UserSourceConfig.FileSource(Path.of("/etc/popinjay/users")),
            new UserSourceConfig.SystemSource(1000, true),
            new UserSourceConfig.PamSource("popinjay", 1000));
    assertThat(config.tls().certificate()).contains(Path.of("/etc/popinjay/tls/fullchain.pem"));
    assertThat(config.listeners()).isEqualTo(ListenerConfig.standard(true));
    assertThat(config.auth()).isEqualTo(AuthConfig.DEFAULTS);
    assertThat(config.mail()).isEqualTo(MailConfig.DEFAULTS);
    assertThat(config.pop3()).isEqualTo(PopinjayConfig.DEFAULTS.pop3());
    assertThat(config.imap()).isEqualTo(PopinjayConfig.DEFAULTS.imap());
    assertThat(config.limits()).isEqualTo(PopinjayConfig.DEFAULTS.limits());
    assertThat(config.metrics()).isEqualTo(MetricsConfig.DEFAULTS);
    assertThat(config.log()).isEqualTo(LogConfig.DEFAULTS);
    assertThat(config.shutdown()).isEqualTo(PopinjayConfig.DEFAULTS.shutdown());
  }

  @Test
  void theFileOfTheBenchmarkLoads() throws IOException {
    var config = load(resource("bench.yaml").replace("@STATE@", "/tmp/bench"));
    assertThat(config.limits().unauthenticatedPerAddress()).isEqualTo(50_000);
    assertThat(config.limits().connections()).isEmpty();
    assertThat(config.mail().state()).isEqualTo(Path.of("/tmp/bench/index/popinjay"));
    assertThat(config.metrics().bind()).contains(new BindAddress("127.0.0.1", 3817));
  }

  @Test
  void standardListenersDependOnTheCertificate() {
    assertThat(load("tls: {certificate: /c, key: /k}").listeners())
        .isEqualTo(ListenerConfig.standard(true));
    assertThat(load("").listeners()).isEqualTo(ListenerConfig.standard(false));
  }

  @Test
  void wordsStandForEmptyValues() {
    var config =
        load(
            """
            limits: { connections: auto, diskPermits: 7 }
            metrics: { bind: null }
            mail: { quota: { storage: 1GiB, messages: null }, timeZone: Europe/Berlin }
            listeners: [{ protocol: pop3, bind: "[::1]:0", proxyProtocol: false }]
            log: { statistics: true }
            """);
    assertThat(config.limits().connections()).isEmpty();
    assertThat(config.limits().diskPermits()).hasValue(7);
    assertThat(config.metrics().bind()).isEmpty();
    assertThat(config.mail().quota().storage()).contains(ByteSize.ofMiB(1024));
    assertThat(config.mail().quota().messages()).isEmpty();
    assertThat(config.mail().timeZone()).contains(ZoneId.of("Europe/Berlin"));
    assertThat(config.listeners().getFirst().proxyProtocol()).isEmpty();
    assertThat(config.log().statistics()).isEqualTo(LogConfig.Statistics.ON);
  }

  @Test
  void proxiesAreAListOfNetworks() {
    var config =
        load("listeners: [{ protocol: pop3, bind: '*:110', proxyProtocol: [10.0.0.0/8, '::1'] }]");
    assertThat(config.listeners().getFirst().proxyProtocol())
        .containsExactly(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1"));
  }

  @Test
  void overridesDifferOnlyInWhatTheyName() {
    var config =
        load(
            """
            pop3: { idleTimeout: 20m, loginDelay: 5s }
            overrides:
              alice: { pop3: { loginDelay: 0s }, mail: { quota: { messages: 10 } } }
            """);
    var alice = config.forUser("alice");
    assertThat(alice.pop3().loginDelay()).isZero();
    assertThat(alice.pop3().idleTimeout()).isEqualTo(Duration.ofMinutes(20));
    assertThat(alice.mail().quota().messages()).hasValue(10);
    assertThat(config.forUser("bob").pop3().loginDelay()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void environmentVariablesAreFilledIn() {
    var config =
        load(
            """
            listeners: [{ protocol: pop3, bind: "127.0.0.1:${PORT}" }]
            host: ${NOBODY:-mail.example.org}
            metrics: { bind: "${EMPTY:-127.0.0.1:1}" }
            bulletins: { dir: "${EMPTY}" }
            """);
    assertThat(config.listeners().getFirst().bind().port()).isEqualTo(4110);
    assertThat(config.host()).contains("mail.example.org");
    assertThat(config.metrics().bind()).contains(new BindAddress("127.0.0.1", 1));
    assertThat(config.bulletins().dir()).isEmpty();
  }

  @Test
  void anchorsStandForWhatTheyName() {
    var config =
        load(
            """
            users: [{ file: &file /etc/x }]
            log: { file: *file }
            overrides: { a: &o { pop3: { last: false } }, b: *o }
            """);
    assertThat(config.log().file()).contains(Path.of("/etc/x"));
    assertThat(config.forUser("b").pop3().last()).isFalse();
  }

  @Test
  void relativePathsCountFromTheFolderOfTheFile() {
    var config = load("mail: { state: state, spool: 'spool/{user}', folders: '{home}/m' }");
    assertThat(config.mail().state()).isEqualTo(FOLDER.resolve("state"));
    assertThat(config.mail().spool()).isEqualTo(Template.parse("/etc/popinjay/spool/{user}"));
    assertThat(config.mail().folders()).isEqualTo(Template.parse("{home}/m"));
  }

  @Test
  void optionsWinOverTheFile() {
    var options =
        List.of(
            new OptionSetting("-T", "pop3.idleTimeout", "120s"),
            new OptionSetting("-d", "log.level", "debug"));
    var loaded =
        (LoadResult.Loaded) parse("pop3: {idleTimeout: 20m, last: false}".getBytes(UTF_8), options);
    assertThat(loaded.config().pop3().idleTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(loaded.config().pop3().last()).isFalse();
    assertThat(loaded.config().log().level()).isEqualTo(LogConfig.Level.DEBUG);
    assertThat(loaded.effective().entries())
        .contains(new EffectiveSettings.Entry("pop3.idleTimeout", "2m", "option -T"));
  }

  @Test
  void aFaultInAnOptionNamesTheOption() {
    var options = List.of(new OptionSetting("-T", "pop3.idleTimeout", "3s"));
    assertThat(((LoadResult.Faulty) parse(new byte[0], options)).print())
        .isEqualTo("-T: pop3.idleTimeout: found 3s, expected 15s to 7d\n");
  }

  @Test
  void theDifferenceOfTwoFilesIsToldByKey() {
    var before = effective("pop3: {idleTimeout: 20m}\nmail: {state: /a}");
    var after = effective("mail: {state: /b}\nusers: [{file: /u}]\nlimits: {bufferMemory: 1GiB}");
    assertThat(before.changesTo(before)).isEmpty();
    assertThat(before.changesTo(after))
        .extracting(change -> change + (change.restart() ? " !" : ""))
        .containsExactly(
            "users[0].file: nothing -> /u",
            "mail.state: /a -> /b !",
            "pop3.idleTimeout: 20m -> 10m",
            "limits.bufferMemory: auto -> 1GiB !",
            "users[0].system.minUid: 1000 -> nothing",
            "users[0].system.checkPasswordExpired: true -> nothing");
    var running = before.taking(after);
    assertThat(running.changesTo(after))
        .extracting(EffectiveSettings.Change::key)
        .containsExactly("mail.state", "limits.bufferMemory");
  }

  private static EffectiveSettings effective(String document) {
    return ((LoadResult.Loaded) parse(document.getBytes(UTF_8))).effective();
  }

  @Test
  void everySettingSaysWhereItCameFrom() {
    var loaded =
        (LoadResult.Loaded)
            parse("host: ${PORT}\nlisteners:\n- {protocol: pop3, bind: '*:1'}".getBytes(UTF_8));
    assertThat(loaded.effective().entries())
        .contains(
            new EffectiveSettings.Entry("host", "4110", "test.yaml:1:7 ${PORT}"),
            new EffectiveSettings.Entry("listeners[0].bind", "*:1", "test.yaml:3:26"),
            new EffectiveSettings.Entry("listeners[0].responses", "popinjay", "default"),
            new EffectiveSettings.Entry("users[0].system.minUid", "1000", "default"),
            new EffectiveSettings.Entry("limits.connections", "auto", "default"));
    assertThat(loaded.effective().print()).contains("\nmail.spool: /var/mail/{user}  ");
  }

  @Test
  void octetsThatAreNotUtf8AreToldWithTheirPlace() {
    assertThat(((LoadResult.Faulty) parse("a: b\nc: \u00e4".getBytes(ISO_8859_1))).print())
        .isEqualTo("test.yaml:2:4: found octets that are not UTF-8, expected UTF-8\n");
  }

  @Test
  void aCutUtf8SequenceAtTheEndIsNotUtf8Either() {
    assertThat(parse(new byte[] {'#', (byte) 0xC3})).isInstanceOf(LoadResult.Faulty.class);
  }

  @Test
  void aDocumentAboveOneMebibyteIsRefused() {
    assertThat(((LoadResult.Faulty) parse(new byte[(1 << 20) + 1])).print())
        .isEqualTo("test.yaml: found more than 1 MiB, expected a smaller file\n");
  }

  @Test
  void fiftyAliasesAreEnough() {
    assertThat(faults(aliases(51))).contains("found more than 50 aliases, expected fewer");
    assertThat(parse(aliases(50).getBytes(UTF_8))).isInstanceOf(LoadResult.Loaded.class);
  }

  private static String aliases(int number) {
    return "host: &a h\nfolders: {autoCreate: ["
        + IntStream.range(0, number).mapToObj(_ -> "*a").collect(Collectors.joining(", "))
        + "]}\n";
  }

  @Test
  void nestingEndsSomewhere() {
    assertThat(faults("a: " + "[".repeat(100_000))).contains("more than 16 levels");
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertThat(faults("host: a\n---\nhost: b\n"))
        .isEqualTo("test.yaml:3:1: found a second document, expected one document\n");
  }

  @Test
  void aFileThatIsNotThereIsAFault(@TempDir Path folder) {
    var file = folder.resolve("none.yaml");
    var result = (LoadResult.Faulty) new YamlConfigLoader(Map.of()).load(file, List.of());
    assertThat(result.print()).isEqualTo(file + ": found no such file, expected a readable file\n");
    assertThat(((LoadResult.Faulty) new YamlConfigLoader(Map.of()).load(folder, List.of())).print())
        .isEqualTo(folder + ": found a folder, expected a readable file\n");
  }

  @Test
  void aFileIsReadFromTheDisk(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("p.yaml"), "mail: {state: s}\n");
    var result = (LoadResult.Loaded) new YamlConfigLoader(Map.of()).load(file, List.of());
    assertThat(result.config().mail().state()).isEqualTo(folder.resolve("s"));
  }

  @Property
  void noTextMakesItThrow(@ForAll String document) {
    assertThat(parse(document.getBytes(UTF_8))).isNotNull();
  }

  @Property
  void nothingThatLooksLikeSettingsMakesItThrow(@ForAll("settingsLike") String document) {
    assertThat(parse(document.getBytes(UTF_8))).isNotNull();
  }

  @Property
  void noOctetsMakeItThrow(@ForAll byte[] document) {
    assertThat(parse(document)).isNotNull();
  }

  @Provide
  static Arbitrary<String> settingsLike() {
    return Arbitraries.of(
            "pop3",
            "mail",
            "users",
            "listeners",
            "limits",
            "overrides",
            "quota",
            "locks",
            "read",
            "bind",
            "protocol",
            "connections",
            "file",
            "system",
            "idleTimeout",
            "storage",
            ": ",
            ":",
            "\n",
            "\n  ",
            "\n- ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "&a ",
            "*a",
            "!x ",
            "null",
            "10m",
            "1GiB",
            "-1",
            "imap",
            "${PORT}",
            "${",
            "'",
            "\"",
            "|\n ",
            "? ",
            "#",
            "%",
            "@",
            "---\n",
            "1e9",
            "0x1F",
            "~",
            "\t",
            "<<")
        .list()
        .ofMaxSize(30)
        .map(words -> String.join("", words));
  }

  private static PopinjayConfig load(String document) {
    var result = parse(document.getBytes(UTF_8));
    assertThat(result).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) result).config();
  }

  private static String faults(String document) {
    var result = parse(document.getBytes(UTF_8));
    assertThat(result).isInstanceOf(LoadResult.Faulty.class);
    return ((LoadResult.Faulty) result).print();
  }

  private static LoadResult parse(byte[] document) {
    return parse(document, List.of());
  }

  private static LoadResult parse(byte[] document, List<OptionSetting> options) {
    return new YamlConfigLoader(ENVIRONMENT).parse("test.yaml", FOLDER, document, options);
  }

  private static String resource(String name) throws IOException {
    try (var in = YamlConfigLoaderTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
