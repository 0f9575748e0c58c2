package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.UsersFile.Owner;

class UsersFileTest {
  private static final String KEY = "A".repeat(43) + "=";
  private static final Set<Scheme> ALL = Set.of(Scheme.values());

  @Test
  void theFieldsBehindThePasswordMayBeMissing() {
    var file =
        parse(
            """
            # users of the example
            alice:{PLAIN}secret

            bob:{PLAIN}s:1001:1002:Bob, of the works:/home/bob
            carol:{PLAIN}s:4294967294:0::/home/carol:/bin/sh:
            dave:{PLAIN}s::::/srv/dave
            erin@example.org:{PLAIN}s:::
            """);
    assertThat(file.faults()).isEmpty();
    assertThat(file.users()).hasSize(5);
    assertThat(user(file, "alice").owner()).isEmpty();
    assertThat(user(file, "alice").home()).isEmpty();
    assertThat(user(file, "bob").owner()).hasValue(new Owner(1001, 1002));
    assertThat(user(file, "bob").home()).hasValue("/home/bob");
    assertThat(user(file, "carol").owner()).hasValue(new Owner(-2, 0));
    assertThat(user(file, "dave").home()).hasValue("/srv/dave");
    assertThat(user(file, "erin@example.org").owner()).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      textBlock =
          """
          alice                            | no password (expected name:{SCHEME}hash)
          alice:                           | no password scheme (expected {SCHEME} before the hash)
          alice:secret                     | no password scheme (expected {SCHEME} before the hash)
          alice:{NT}0123                   | unknown password scheme
          ../alice:{PLAIN}s                | nobody can have such a name
          :{PLAIN}s                        | nobody can have such a name
          alice:{PLAIN}s:1001              | uid and gid must both be there, or neither
          alice:{PLAIN}s::1001             | uid and gid must both be there, or neither
          alice:{PLAIN}s:0:0               | uid 0 (mail of root's cannot be read here)
          alice:{PLAIN}s:65534:65534       | uid 65534 is nobody's, and so has no mail
          alice:{PLAIN}s:x:1001            | uid is not a number (expected 0 to 4294967294)
          alice:{PLAIN}s:+1:1001           | uid is not a number (expected 0 to 4294967294)
          alice:{PLAIN}s:1001:-1           | gid is not a number (expected 0 to 4294967294)
          alice:{PLAIN}s:4294967295:8      | uid is not a number (expected 0 to 4294967294)
          alice:{PLAIN}s:4294967296:8      | uid is not a number (expected 0 to 4294967294)
          alice:{PLAIN}s:1001:8::home      | home is not an absolute path
          """,
      delimiter = '|')
  void aLineThatCannotBeReadCostsItsOwnUserAlone(String line, String reason) {
    var file = parse("first:{PLAIN}s\n" + line + "\nlast:{PLAIN}s\n");
    assertThat(file.faults())
        .extracting(UsersFile.Fault::toString)
        .containsExactly("line 2: " + reason);
    assertThat(file.users()).containsOnlyKeys("first", "last");
  }

  @Test
  void theEarlierOfTwoLinesHolds() {
    var file = parse("a:{PLAIN}first\na:{PLAIN}second\n");
    assertThat(user(file, "a").own().matches("first".getBytes(UTF_8))).isTrue();
    assertThat(file.faults()).hasSize(1);
  }

  @Test
  void extraFieldsAreReportedAndTheUserKept() {
    var file = parse("a:{PLAIN}s:::::/bin/sh:userdb_quota=1G x=a:b\n");
    assertThat(file.users()).containsOnlyKeys("a");
    assertThat(file.faults()).hasSize(1);
  }

  @Test
  void foreignLineEndsAndNoLineEndAreRead() {
    assertThat(parse("a:{PLAIN}s\r\nb:{PLAIN}t\r\n\r\nc:{PLAIN}u").users())
        .containsOnlyKeys("a", "b", "c");
    assertThat(user(parse("a:{PLAIN}s\r\n"), "a").own().matches("s".getBytes(UTF_8))).isTrue();
    assertThat(parse("").users()).isEmpty();
  }

  @Test
  void aLineThatIsNotUtf8IsAFault() {
    var file = UsersFile.parse("a:{PLAIN}sé\nb:{PLAIN}t\n".getBytes(ISO_8859_1), ALL);
    assertThat(file.users()).containsOnlyKeys("b");
    assertThat(file.faults()).extracting(UsersFile.Fault::reason).containsExactly("not UTF-8");
  }

  @Test
  void noFaultQuotesThePassword() {
    var file = parse("a:hunter2\nb:{NT}hunter2\n:{PLAIN}hunter2\nc:{PLAIN}hunter2:x:y\n");
    assertThat(file.faults()).hasSize(4);
    assertThat(file.toString()).doesNotContain("hunter2");
  }

  @Test
  void theTypicalHashIsOfTheSchemeOfMost() {
    var file = parse("a:{PLAIN}s\nb:{CRYPT}$6$x$y\nc:$6$x$z\nd:{YESCRYPT}$y$j9T$x$y\n");
    assertThat(file.typicalHash().map(PasswordHash::scheme)).hasValue(Scheme.CRYPT);
    assertThat(parse("").typicalHash()).isEqualTo(Optional.empty());
  }

  @Test
  void programsHavePasswordsOfTheirOwn() {
    var file = parse("a:{PLAIN}s::::::app.phone=imap:{PLAIN}one app.old-pc=pop3,imap:{PLAIN}a:b\n");
    assertThat(file.faults()).isEmpty();
    assertThat(user(file, "a").passwords())
        .extracting(StoredPassword::label)
        .containsExactly("", "phone", "old-pc");
    var phone = user(file, "a").passwords().get(1);
    assertThat(phone.isGoodFor("imap")).isTrue();
    assertThat(phone.isGoodFor("pop3")).isFalse();
    assertThat(phone.isGoodFor("pop2")).isFalse();
    assertThat(phone.hash().matches("one".getBytes(UTF_8))).isTrue();
    assertThat(user(file, "a").passwords().get(2).isGoodFor("pop3")).isTrue();
    assertThat(user(file, "a").passwords().get(2).hash().matches("a:b".getBytes(UTF_8))).isTrue();
    assertThat(user(file, "a").passwords().getFirst().isGoodFor("pop3")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.=imap:{PLAIN}x",
        "app.phone:{PLAIN}x",
        "app.phone=imap{PLAIN}x",
        "app.phone=smtp:{PLAIN}x",
        "app.ph/one=imap:{PLAIN}x",
        "app.phone=imap:x"
      })
  void aPasswordOfAProgramThatCannotBeReadCostsTheUser(String field) {
    var file = parse("a:{PLAIN}s::::::" + field + "\n");
    assertThat(file.users()).isEmpty();
    assertThat(file.faults()).hasSize(1);
  }

  @Test
  void aUserMayHaveSoManyProgramsAndNoMore() {
    var sixteen = "app.p=all:{PLAIN}x ".repeat(16);
    assertThat(parse("a:{PLAIN}s::::::" + sixteen).users()).containsOnlyKeys("a");
    assertThat(parse("a:{PLAIN}s::::::" + sixteen + "app.q=all:{PLAIN}x").users()).isEmpty();
  }

  /// To leave such a word out would let somebody in who was shut out.
  @ParameterizedTest
  @ValueSource(strings = {"nologin", "nologin=y", "allow_nets=10.0.0.0/8", "x=y nologin"})
  void whoIsShutOutStaysOut(String field) {
    var file = parse("a:{PLAIN}s::::::" + field + "\n");
    assertThat(user(file, "a").closed()).isPresent();
    assertThat(file.faults()).isNotEmpty();
  }

  @Test
  void weakPasswordsNeedLeave() {
    var line = "a:{PLAIN}s\nb:{CRYPT}$1$abc$def\nc:{SSHA256}" + "A".repeat(60) + "\nd:$6$x$y\n";
    var file = UsersFile.parse(line.getBytes(UTF_8), Set.of(Scheme.PLAIN));
    assertThat(user(file, "a").closed()).isEmpty();
    assertThat(user(file, "b").closed()).hasValueSatisfying(r -> assertThat(r).contains("CRYPT"));
    assertThat(user(file, "c").closed()).hasValueSatisfying(r -> assertThat(r).contains("SSHA256"));
    assertThat(user(file, "d").closed()).isEmpty();
    assertThat(file.faults()).hasSize(2);
    var app = "a:$6$x$y::::::app.phone=all:{PLAIN}s\n".getBytes(UTF_8);
    assertThat(user(UsersFile.parse(app, Set.of()), "a").closed()).isPresent();
  }

  @Test
  void aFormServesAllOrNobody() {
    var keys = "{SCRAM-SHA-256}4096,MDEyMzQ1Njc4OWFiY2RlZg==,%s,%s".formatted(KEY, KEY);
    var both = parse("a:{PLAIN}s\nb:" + keys + "\n");
    assertThat(both.serves(StoredForm.SCRAM_SHA_256)).isTrue();
    assertThat(both.serves(StoredForm.SCRAM_SHA_1)).isFalse();
    assertThat(both.serves(StoredForm.CLEAR)).isFalse();
    assertThat(parse("a:{PLAIN}s\nb:$6$x$y\n").servesSome(StoredForm.CLEAR)).isTrue();
    assertThat(parse("b:$6$x$y\n").servesSome(StoredForm.CLEAR)).isFalse();
    assertThat(parse("").servesSome(StoredForm.CLEAR)).isFalse();
    assertThat(both.typicalKeys(ScramDigest.SHA_256)).isEmpty();
    assertThat(parse("b:" + keys + "\n").typicalKeys(ScramDigest.SHA_256)).isPresent();
    assertThat(parse("a:{PLAIN}s\nb:$6$x$y\n").serves(StoredForm.SCRAM_SHA_256)).isFalse();
    assertThat(parse("a:{PLAIN}s\n").serves(StoredForm.CLEAR)).isTrue();
  }

  @Property
  void noFileMakesTheReaderThrow(@ForAll byte[] octets) {
    assertThat(UsersFile.parse(octets, ALL)).isNotNull();
  }

  private static UsersFile.Entry user(UsersFile file, String name) {
    return Optional.ofNullable(file.users().get(name)).orElseThrow();
  }

  private static UsersFile parse(String text) {
    return UsersFile.parse(text.getBytes(UTF_8), ALL);
  }
}
