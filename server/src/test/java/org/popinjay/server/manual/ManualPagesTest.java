package org.popinjay.server.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.popinjay.config.yaml.ConfigReference;
import org.popinjay.server.cli.PopinjayCommand;
import picocli.CommandLine;

class ManualPagesTest {
  private final CommandLine top = PopinjayCommand.commandLine(_ -> 0, Map.of());

  @Test
  void everyCommandAndOptionThatHelpShowsIsInTheManual() {
    var page = ManualPages.commands(top);
    shown(List.of(top))
        .forEach(command -> {
          var spec = command.getCommandSpec();
          assertThat(page).contains(".SS " + spec.qualifiedName().replace("-", "\\-") + "\n");
          spec.options().stream()
              .filter(option -> !option.usageHelp() && !option.hidden())
              .forEach(
                  option -> assertThat(page).contains(option.longestName().replace("-", "\\-")));
        });
    assertThat(page).doesNotContain("train", "\u001b");
  }

  @Test
  void everySettingIsInTheManual() {
    var page = ManualPages.settings();
    for (var block : ConfigReference.blocks()) {
      for (var key : block.keys()) {
        assertThat(page).contains("\n.B " + key.name().replace("-", "\\-") + "\n");
      }
    }
  }

  @Test
  void noLineIsTakenForARequestByMistake() {
    var roff = new Roff("X", 8).paragraph(".so secret\n'br\n`-b` and back\\slash").toString();
    assertThat(roff).contains("\n\\&.so secret\n\\&'br\n\\fB\\-b\\fR and back\\eslash\n");
  }

  private static List<CommandLine> shown(List<CommandLine> commands) {
    return commands.stream()
        .flatMap(command -> command.getSubcommands().values().stream())
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .flatMap(command ->
            command.getSubcommands().isEmpty()
                ? List.of(command).stream()
                : shown(List.of(command)).stream())
        .toList();
  }
}
