package org.popinjay.server.manual;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.config.yaml.ConfigReference;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// The manual pages in roff. Pure.
public final class ManualPages {
  private ManualPages() {}

  /// `popinjay(8)`.
  ///
  /// @param top the command line with all its subcommands
  public static String commands(CommandLine top) {
    var page =
        new Roff("POPINJAY", 8)
            .heading("NAME")
            .paragraph("popinjay - POP3 and IMAP4 server over classic Unix mbox spools")
            .heading("SYNOPSIS")
            .paragraph("`popinjay` COMMAND [OPTIONS]")
            .heading("COMMANDS");
    for (var command : top.getSubcommands().values()) {
      command(page, command);
    }
    return page.heading("EXIT STATUS")
        .entry("0", "All is well.")
        .entry("1", "`mbox verify` found something, or `mbox repair` left something.")
        .entry("64", "The command line was wrong.")
        .entry("65", "`mbox stat`: the file is no mbox.")
        .entry("66", "There is no such file or mailbox.")
        .entry("67", "There is no such user.")
        .entry(
            "69",
            "A port or `mail.state` is in use by another process, or the server does not run.")
        .entry("70", "A fault of the program itself.")
        .entry("73", "A file cannot be made.")
        .entry("74", "The disk fails.")
        .entry("75", "Another program kept a spool locked; try again.")
        .entry("77", "A permission is missing; the message says which.")
        .entry("78", "The settings are wrong; every fault is named with its line.")
        .heading("SIGNALS")
        .entry("SIGTERM, SIGINT", "Ends running commands, says goodbye to clients and stops.")
        .entry("SIGHUP", "Reads the settings anew and opens the log file anew.")
        .heading("ENVIRONMENT")
        .entry(
            "POPINJAY_JAVA_HOME", "The JDK to use instead of the one that came with the program.")
        .entry("POPINJAY_JAVA_OPTS", "Options for the JVM, after those of the program.")
        .heading("FILES")
        .entry("/etc/popinjay/popinjay.yaml", "Settings.")
        .entry("/var/mail/USER", "The spool of a user.")
        .entry("/var/lib/popinjay", "UIDs, flags and journals: to be backed up with the spools.")
        .heading("SEE ALSO")
        .paragraph("`popinjay.yaml`(5); /usr/share/doc/popinjay")
        .toString();
  }

  /// `popinjay.yaml(5)`.
  public static String settings() {
    var page =
        new Roff("POPINJAY.YAML", 5)
            .heading("NAME")
            .paragraph("popinjay.yaml - settings of popinjay(8)")
            .heading("DESCRIPTION")
            .paragraph(ConfigReference.opening());
    ConfigReference.rules().forEach(page::item);
    page.heading("SETTINGS");
    for (var block : ConfigReference.blocks()) {
      page.part(block.name().isEmpty() ? "Top level" : block.name());
      block.meaning().forEach(page::paragraph);
      block.keys().forEach(key -> page.entry(key.name(), meaning(key)));
    }
    return page.heading("SEE ALSO").paragraph("`popinjay`(8)").toString();
  }

  private static String meaning(ConfigReference.Key key) {
    var words = new ArrayList<String>();
    words.add(key.type());
    if (!key.range().isEmpty()) {
      words.add(key.range());
    }
    words.add(key.preset().map(preset -> "default `" + preset + '`').orElse("must be set"));
    return key.meaning() + " (" + String.join("; ", words) + ')';
  }

  private static void command(Roff page, CommandLine command) {
    var spec = command.getCommandSpec();
    var usage = spec.usageMessage();
    if (usage.hidden()) {
      return;
    }
    if (!command.getSubcommands().isEmpty()) {
      command.getSubcommands().values().forEach(part -> command(page, part));
      return;
    }
    page.part(spec.qualifiedName());
    page.paragraph(lines(usage.description()));
    page.example(synopsis(spec));
    spec.positionalParameters().forEach(word -> argument(page, word.paramLabel(), word));
    for (var option : spec.options()) {
      if (!option.hidden() && !option.usageHelp()) {
        var names = String.join(", ", option.names());
        argument(
            page, option.arity().max() == 0 ? names : names + ' ' + option.paramLabel(), option);
      }
    }
    var footer = lines(usage.footer());
    if (!footer.isBlank()) {
      page.paragraph(footer);
    }
  }

  private static void argument(Roff page, String tag, ArgSpec argument) {
    page.entry(tag, lines(argument.description()));
  }

  private static String synopsis(CommandSpec spec) {
    return spec.commandLine().getHelp().synopsis(0).replace("Usage: ", "").strip();
  }

  /// Lines that picocli may fill in with `%n` and doubled percent signs.
  private static String lines(String... lines) {
    return String.join("\n", List.of(lines)).replace("%n", "\n").replace("%%", "%");
  }
}
