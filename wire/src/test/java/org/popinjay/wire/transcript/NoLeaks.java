package org.popinjay.wire.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a class of tests when one of them lost a buffer.
///
/// Netty notices a lost buffer when it was collected and the next one is allocated, so this
/// collects and allocates.
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
  private @Nullable LogWitness reports;

  @Override
  public void beforeAll(ExtensionContext context) {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    reports = new LogWitness(ResourceLeakDetector.class.getName(), Level.ERROR);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (int i = 0; i < 3; i++) {
      System.gc();
      ByteBufAllocator.DEFAULT.directBuffer(16).release();
      ByteBufAllocator.DEFAULT.heapBuffer(16).release();
    }
    try (var heard = Objects.requireNonNull(reports)) {
      assertThat(heard.lines()).isEmpty();
    }
  }
}
