package org.popinjay.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popinjay.server.migrate.DovecotImport;
import org.popinjay.server.migrate.DovecotImport.SourceFile;
import org.popinjay.server.migrate.PopperImport;
import org.popinjay.server.migrate.QpopperImport;
import org.popinjay.server.migrate.Translation;
import org.popinjay.server.migrate.UwImport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `popinjay import`: prints the settings of another server in our words. Changes nothing.
@Command(
    name = "import",
    description = "Print the settings of another server as settings of this one.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "What has no counterpart is listed at the end, as comments. docs/migration.md has the steps."
    })
final class ImportCommand implements Runnable {
  private static final int MOST_OCTETS = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  private ImportCommand() {}

  static CommandLine commandLine(InputStream in) {
    return new CommandLine(new ImportCommand())
        .addSubcommand(new FromDovecot(in))
        .addSubcommand(new FromPopper())
        .addSubcommand(new FromQpopper())
        .addSubcommand(new FromUw());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "From which server? (import dovecot, popper, qpopper or uw)");
  }

  /// `popinjay import dovecot`.
  @Command(
      name = "dovecot",
      description = "Settings of Dovecot 2.3 or 2.4.",
      footer = {"", "Example: doveconf -nP | popinjay import dovecot -"})
  static final class FromDovecot implements Callable<Integer> {
    private final InputStream in;
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
        paramLabel = "DIR|FILE",
        defaultValue = "/etc/dovecot",
        description = "Folder with dovecot.conf, or a file; - reads what doveconf printed.")
    private String from = "";

    FromDovecot(InputStream in) {
      this.in = in;
    }

    @Override
    public Integer call() {
      return print(spec, () -> DovecotImport.of(source(), ImportCommand::included));
    }

    private SourceFile source() throws IOException {
      if (from.equals("-")) {
        var printed = new String(in.readNBytes(MOST_OCTETS), StandardCharsets.UTF_8);
        return new SourceFile("doveconf", printed);
      }
      var path = Path.of(from);
      return read(Files.isDirectory(path) ? path.resolve("dovecot.conf") : path);
    }
  }

  /// `popinjay import popper`.
  @Command(
      name = "popper",
      description = "Arguments of popper, as inetd.conf has them.",
      footer = {"", "Example: popinjay import popper -- '-T 120 -s -b /var/bulletins'"})
  static final class FromPopper implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
        paramLabel = "ARGS",
        arity = "0..*",
        description = "Behind --, as they are or as one word.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
      var words = new ArrayList<String>();
      for (var argument : arguments) {
        var tokens = new StringTokenizer(argument);
        while (tokens.hasMoreTokens()) {
          words.add(tokens.nextToken());
        }
      }
      return print(spec, () -> PopperImport.of(words));
    }
  }

  /// `popinjay import qpopper`.
  @Command(name = "qpopper", description = "A settings file of qpopper.")
  static final class FromQpopper implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "What its option -f names.")
    private @Nullable Path file;

    @Override
    public Integer call() {
      return print(
          spec,
          () -> {
            var source = read(file == null ? Path.of("") : file);
            return QpopperImport.of(source.name(), source.text());
          });
    }
  }

  /// `popinjay import uw`.
  @Command(
      name = "uw",
      description = "What UW imapd, ipop3d and ipop2d do, and /etc/c-client.cf where there is one.")
  static final class FromUw implements Callable<Integer> {
    private static final Path SETTINGS = Path.of("/etc/c-client.cf");
    private static final List<Path> CERTIFICATES =
        List.of(Path.of("/etc/ssl/certs/imapd.pem"), Path.of("/etc/ssl/certs/ipop3d.pem"));

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return print(
          spec,
          () -> {
            var text = Files.exists(SETTINGS) ? read(SETTINGS).text() : "";
            var certificates =
                CERTIFICATES.stream().filter(Files::exists).map(Path::toString).toList();
            return UwImport.of(certificates, SETTINGS.toString(), text);
          });
    }
  }

  private interface Import {
    Translation translate() throws IOException;
  }

  /// Prints the settings, and to standard error how much is left over.
  private static int print(CommandSpec spec, Import from) {
    var err = spec.commandLine().getErr();
    try {
      var translation = from.translate();
      var out = spec.commandLine().getOut();
      out.print(translation.print());
      out.flush();
      int left = translation.leftovers().size();
      err.println(
          left == 0
              ? "popinjay: everything has a counterpart"
              : "popinjay: without a counterpart: " + left + ", listed at the end");
      err.flush();
      return ExitCode.FINE;
    } catch (IOException e) {
      err.println("popinjay: cannot be read: " + e.getMessage());
      err.flush();
      return ExitCode.SETTINGS;
    }
  }

  private static SourceFile read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var text = new String(in.readNBytes(MOST_OCTETS), StandardCharsets.UTF_8);
      return new SourceFile(file.toString(), text);
    }
  }

  /// The files of a pattern such as `conf.d/*.conf`, by name.
  private static List<SourceFile> included(String from, String pattern) {
    var folder = Path.of(from).toAbsolutePath().getParent();
    var path = (folder == null ? Path.of("/") : folder).resolve(pattern);
    var parent = path.getParent();
    var name = path.getFileName();
    var found = new ArrayList<SourceFile>();
    if (parent == null || name == null || !Files.isDirectory(parent)) {
      return found;
    }
    try (var files = Files.newDirectoryStream(parent, name.toString())) {
      var sorted = new ArrayList<Path>();
      files.forEach(sorted::add);
      sorted.sort(null);
      for (var file : sorted) {
        if (Files.isRegularFile(file)) {
          found.add(read(file));
        }
      }
    } catch (IOException _) {
      // What cannot be read is told as an include without a file.
    }
    return found;
  }
}
