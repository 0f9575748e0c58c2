package org.popinjay.server.cli;

import java.util.concurrent.Callable;
import org.popinjay.server.manual.ManualPages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `popinjay manual`: a manual page in roff, for packagers.
@Command(name = "manual", hidden = true, description = "Print a manual page in roff.")
final class ManualCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SECTION", description = "8: popinjay; 5: popinjay.yaml.")
  private int section;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    switch (section) {
      case 5 -> out.print(ManualPages.settings());
      case 8 -> out.print(ManualPages.commands(spec.parent().commandLine()));
      default -> throw new ParameterException(spec.commandLine(), "There are sections 5 and 8.");
    }
    out.flush();
    return ExitCode.FINE;
  }
}
