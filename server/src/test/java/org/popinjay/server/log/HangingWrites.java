package org.popinjay.server.log;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// The file calls of the system, of which those that write wait for a disk that hangs.
public final class HangingWrites {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch answer = new CountDownLatch(1);
  private final Queue<Object> closed = new ConcurrentLinkedQueue<>();

  /// The calls.
  public FileCalls calls() {
    return (FileCalls)
        Proxy.newProxyInstance(
            FileCalls.class.getClassLoader(),
            new Class<?>[] {FileCalls.class},
            (_, method, arguments) -> {
              switch (method.getName()) {
                case "write" -> hang();
                case "close" -> closed.add(arguments[0]);
                default -> {}
              }
              try {
                return method.invoke(Posix.files(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void hang() throws InterruptedException {
    begun.countDown();
    answer.await();
  }

  /// Waits until somebody writes.
  public void awaitFirst() throws InterruptedException {
    begun.await();
  }

  /// Has the disk answer, from now on at once.
  public void end() {
    answer.countDown();
  }

  /// How many files were closed.
  public int closed() {
    return closed.size();
  }
}
