package org.popinjay.mailstore;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A session that wants a maildrop, as silent and as patient as a test says. Thread-safe.
public final class TestHolder implements MaildropClaims.Holder {
  private final AtomicInteger replacements = new AtomicInteger();
  private volatile Duration silence = Duration.ZERO;
  private volatile Duration patience = Duration.ofMinutes(1);

  /// Sets how long the session has been silent; zero at first.
  public TestHolder silentFor(Duration duration) {
    silence = duration;
    return this;
  }

  /// Sets how long the session waits for a silent one; a minute at first.
  public TestHolder patientFor(Duration duration) {
    patience = duration;
    return this;
  }

  /// How often the session was told that another took its place.
  public int replacements() {
    return replacements.get();
  }

  @Override
  public Duration silence() {
    return silence;
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public void replaced() {
    replacements.incrementAndGet();
  }
}
