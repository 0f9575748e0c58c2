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

  @Override
  public Integer call() {
    var build = BuildInfo.read();
    var out = spec.commandLine().getOut();
    out.println("popinjay " + build.version());
    out.println("commit   " + build.commit());
    out.println("jdk      " + Runtime.version() + ", " + System.getProperty("java.vendor"));
    out.println(
        "system   "
            + System.getProperty("os.name")
            + ' '
            + System.getProperty("os.version")
            + ' '
            + System.getProperty("os.arch"));
    out.println("epoll    " + (Epoll.isAvailable() ? "found" : "missing, nio in its place"));
    out.println(
        "vector   "
            + (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? "found"
                : "missing, longs in its place"));
    out.flush();
    return ExitCode.FINE;
  }
}
