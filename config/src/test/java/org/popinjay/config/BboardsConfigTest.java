package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BboardsConfigTest {
  private static final List<Cidr> HERE = List.of(Cidr.parse("192.0.2.0/24"));

  private static BboardsConfig config(
      String dir, String archive, boolean anonymous, List<Cidr> networks) {
    return new BboardsConfig(path(dir), path(archive), anonymous, networks);
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private static void refuses(
      String dir, String archive, boolean anonymous, List<Cidr> networks, String words) {
    assertThatThrownBy(() -> config(dir, archive, anonymous, networks))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith(words);
  }

  @Test
  void whatBelongsTogetherIsTaken() {
    assertThat(config("", "", false, HERE).dir()).isEmpty();
    assertThat(config("/b", "/a", true, HERE).anonymousNetworks()).isEqualTo(HERE);
  }

  @Test
  void strangersNeedNetworksAndSomethingToRead() {
    refuses("/b", "", true, List.of(), "bboards.anonymousNetworks: none (expected one at least");
    refuses("", "", true, HERE, "bboards.dir: null (expected a folder");
    refuses("", "/a", false, HERE, "bboards.dir: null (expected a folder");
  }

  @Test
  void foldersAreAbsoluteAndTwo() {
    refuses("b", "", false, HERE, "bboards.dir: b (expected an absolute path");
    refuses("/b", "a", false, HERE, "bboards.archiveDir: a (expected an absolute path");
    refuses("/b", "/x/../b", false, HERE, "bboards.archiveDir: /x/../b (expected another folder");
  }
}
