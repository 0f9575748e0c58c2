package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.Template.Expansion.Expanded;
import org.popinjay.config.Template.Expansion.Refused;

class TemplateTest {

  @ParameterizedTest
  @CsvSource({
    "/var/mail/{user},tea,/var/mail/tea",
    "{home}/mail,tea,/home/tea/mail",
    "/mail/{uid}/inbox,tea,/mail/1001/inbox",
    "/mail/{domain}/{local},tea@pot.example,/mail/pot.example/tea",
    "/mail/{local},tea,/mail/tea",
    "/var/mail/{hash1}/{user},tea,/var/mail/c/tea",
    "/var/mail/{hash1}/{user},teapot,/var/mail/r/teapot",
    "/var/mail/{hash2}/{user},tea,/var/mail/t/e/tea",
    "/var/mail/{hash2}/{user},t,/var/mail/t/t/t",
    "/var/mail/box-{user}.mbox,tea,/var/mail/box-tea.mbox"
  })
  void variablesStandForTheUser(String template, String user, String path) {
    assertThat(Template.parse(template).expand(user(user))).isEqualTo(new Expanded(path));
    assertThat(Template.parse(template)).hasToString(template);
  }

  /// The folders of qpopper's `get_hash_dir` for its `hash-spool` 1 and 2.
  @ParameterizedTest
  @CsvSource({
    "t,m,t/t",
    "te,j,t/e",
    "tea,c,t/e",
    "teap,k,t/e",
    "teapo,r,t/e",
    "teapot,r,t/e",
    "A,n,A/A",
    "Bob,p,B/o",
    "BOB,d,B/O",
    "1,x,1/1",
    "42-7,u,4/2",
    "_x,h,_/x",
    "x+y@z.example,c,x/+",
    "zz,k,z/z",
    "a.b,h,a"
  })
  void hashedFoldersAreThoseOfQpopper(String user, String first, String second) {
    assertThat(Template.parse("/m/{hash1}/{user}").expand(user(user)))
        .isEqualTo(new Expanded("/m/" + first + "/" + user));
    assertThat(Template.parse("/m/{hash2}/{user}").expand(user(user)))
        .isEqualTo(new Expanded("/m/" + second + "/" + user));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{usr}", "{user", "user}", "{}", "{{user}}", "/a/../{user}", "/./{user}"})
  void otherTextsAreNoTemplates(String text) {
    assertThatThrownBy(() -> Template.parse(text)).isInstanceOf(SettingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "/",
        "tea.lock",
        "tea.pop",
        "a\0b",
        "tea@..",
        "x@."
      })
  void aNameThatIsUnfitForAPathIsRefused(String name) {
    assertThat(Template.parse("/var/mail/{user}").expand(user(name))).isInstanceOf(Refused.class);
    assertThat(Template.parse("/var/{domain}/x").expand(user(name))).isInstanceOf(Refused.class);
  }

  @Test
  void whatTheUserDoesNotHaveIsRefused() {
    var virtual = new Template.User("tea", Optional.empty(), OptionalLong.empty());
    assertThat(Template.parse("{home}/mail").expand(virtual))
        .isEqualTo(new Refused("user has no {home}"));
    assertThat(Template.parse("/m/{uid}").expand(virtual))
        .isEqualTo(new Refused("user has no {uid}"));
    assertThat(Template.parse("/m/{domain}").expand(virtual))
        .isEqualTo(new Refused("user has no {domain}"));
  }

  @Test
  void aFileNameLeavesRoomForThoseOfItsLocks() {
    var template = Template.parse("/m/{user}");
    assertThat(template.expand(user("x".repeat(240)))).isInstanceOf(Expanded.class);
    assertThat(template.expand(user("x".repeat(241))))
        .isEqualTo(new Refused("file name above 240 octets"));
  }

  @Test
  void aRelativeHomeIsRefused() {
    var user = new Template.User("tea", Optional.of("home"), OptionalLong.empty());
    assertThat(Template.parse("{home}/mail").expand(user)).isInstanceOf(Refused.class);
    var up = new Template.User("tea", Optional.of("/home/../etc"), OptionalLong.empty());
    assertThat(Template.parse("{home}/mail").expand(up)).isInstanceOf(Refused.class);
  }

  @Test
  void aRelativeTemplateCountsFromAFolder() {
    var folder = Path.of("/srv/demo");
    assertThat(Template.parse("spool/{user}").from(folder)).hasToString("/srv/demo/spool/{user}");
    assertThat(Template.parse("/spool/{user}").from(folder)).hasToString("/spool/{user}");
    assertThat(Template.parse("{home}/mail").from(folder)).hasToString("{home}/mail");
    assertThat(Template.parse("{user}").from(folder)).hasToString("/srv/demo/{user}");
  }

  @Property
  void noUserLeavesTheFolder(@ForAll String name) {
    if (Template.parse("/m/{user}/{local}").expand(user(name)) instanceof Expanded(String path)) {
      assertThat(Path.of(path).normalize()).isEqualTo(Path.of(path));
      assertThat(Path.of(path).getNameCount()).isEqualTo(3);
      assertThat(path).startsWith("/m/");
    }
  }

  private static Template.User user(String name) {
    return new Template.User(name, Optional.of("/home/" + name), OptionalLong.of(1001));
  }
}
