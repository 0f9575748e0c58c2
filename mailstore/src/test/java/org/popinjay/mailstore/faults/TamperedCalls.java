package org.popinjay.mailstore.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;

/// Real file calls with one thing changed.
public final class TamperedCalls {

  private TamperedCalls() {}

  @FunctionalInterface
  private interface Before {
    void call(String name, List<Object> arguments) throws Exception;
  }

  @FunctionalInterface
  private interface After {
    Object result(String name, List<Object> arguments, Object result);
  }

  /// Calls of this name whose first argument is such a path or descriptor fail.
  public static FileCalls failing(
      FileCalls real, String call, Predicate<String> subject, Errno errno) {
    return tamper(
        real,
        (name, arguments) -> {
          if (name.equals(call) && subject.test(arguments.getFirst().toString())) {
            throw new PosixException(call, arguments.getFirst().toString(), errno);
          }
        },
        (_, _, result) -> result);
  }

  /// Files with such a path cannot be opened for writing.
  public static FileCalls readOnly(FileCalls real, Predicate<String> subject) {
    return tamper(
        real,
        (name, arguments) -> {
          if (name.equals("open")
              && ((int) arguments.get(1) & OpenFlags.READ_WRITE) != 0
              && subject.test(arguments.getFirst().toString())) {
            throw new PosixException(name, arguments.getFirst().toString(), Errno.EROFS);
          }
        },
        (_, _, result) -> result);
  }

  /// Something happens right before each call of this name.
  public static FileCalls preceded(
      FileCalls real, String call, java.util.concurrent.Callable<?> by) {
    return tamper(
        real,
        (name, _) -> {
          if (name.equals(call)) {
            by.call();
          }
        },
        (_, _, result) -> result);
  }

  /// Something happens right before each call.
  public static FileCalls interrupted(FileCalls real, java.util.concurrent.Callable<?> by) {
    return tamper(real, (_, _) -> by.call(), (_, _, result) -> result);
  }

  /// Files whose path or descriptor is such look as if nothing had touched them for so long.
  public static FileCalls aged(FileCalls real, Predicate<String> subject, Duration age) {
    return tamper(
        real,
        (_, _) -> {},
        (name, arguments, result) ->
            name.equals("stat") && subject.test(arguments.getFirst().toString())
                ? older((FileStat) result, age.toNanos())
                : result);
  }

  private static FileStat older(FileStat stat, long nanos) {
    return new FileStat(
        stat.device(),
        stat.inode(),
        stat.type(),
        stat.permissions(),
        stat.links(),
        stat.uid(),
        stat.gid(),
        stat.size(),
        stat.modifiedNanos() - nanos,
        stat.changedNanos() - nanos,
        stat.accessedNanos());
  }

  private static FileCalls tamper(FileCalls real, Before before, After after) {
    return (FileCalls)
        Proxy.newProxyInstance(
            FileCalls.class.getClassLoader(),
            new Class<?>[] {FileCalls.class},
            (_, method, arguments) -> {
              List<Object> given = arguments == null ? List.of() : List.of(arguments);
              before.call(method.getName(), given);
              try {
                return after.result(method.getName(), given, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
