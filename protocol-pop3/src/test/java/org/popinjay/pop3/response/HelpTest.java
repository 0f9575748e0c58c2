package org.popinjay.pop3.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.wire.transcript.RecordCopy.changed;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.popinjay.config.PopinjayConfig;

/// HELP names what the settings and the connection offer, and nothing else.
class HelpTest {
  private static List<String> extensions(PopinjayConfig settings) {
    return new Help(settings, settings.pop3())
        .afterIt().lines().stream().filter(line -> line.startsWith("XTND ")).toList();
  }

  @Test
  void extensionsAreNamedWhereTheyAreOn() {
    var settings = PopinjayConfig.DEFAULTS;
    assertThat(extensions(settings)).containsExactly("XTND XLST field [message]");

    var boards = changed(settings.bboards(), "dir", Optional.of(Path.of("/boards")));
    settings = changed(settings, "bboards", boards);
    var xmit = changed(settings.xtnd().xmit(), "enabled", true);
    settings = changed(settings, "xtnd", changed(settings.xtnd(), "xmit", xmit));
    assertThat(extensions(settings))
        .containsExactly(
            "XTND ARCHIVE board",
            "XTND BBOARDS [board]",
            "XTND X-BBOARDS board",
            "XTND XLST field [message]",
            "XTND XMIT");
  }

  @Test
  void stlsIsNamedWhereTheConnectionCanTurnToIt() {
    assertThat(Help.beforeSignIn(true).lines()).contains("STLS");
    assertThat(Help.beforeSignIn(false).lines()).doesNotContain("STLS").contains("USER name");
  }
}
