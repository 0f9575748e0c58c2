package org.popinjay.server.cli;

import io.netty.channel.epoll.Epoll;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `popinjay version`: what a report of a fault should say.
@Command(name = "version", description = "Print version, commit, JDK and native parts.")
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// What there is to say, a line each.
  static String[] lines() {
    var build = BuildInfo.read();
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return new String[] {
      "popinjay " + build.version(),
      "commit   " + build.commit(),
      "jdk      " + Runtime.version() + ", " + System.getProperty("java.vendor"),
      "system   "
          + System.getProperty("os.name")
          + ' '
          + System.getProperty("os.version")
          + ' '
          + System.getProperty("os.arch"),
      "epoll    " + (Epoll.isAvailable() ? "found" : "missing, nio in its place"),
      "vector   " + (vectors ? "found" : "missing, longs in its place")
    };
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    for (var line : lines()) {
      out.println(line);
    }
    out.flush();
    return ExitCode.FINE;
  }
}
