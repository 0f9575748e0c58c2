package org.popinjay.server.metrics;

/// Prints `docs/metrics.md` from [PopinjayMeters].
final class MetricsReference {
  private static final String HEAD =
      """
      # Metrics

      <!-- Printed from PopinjayMeters; a test fails when it is stale. Do not edit. -->

      `GET /metrics` on `metrics.bind` gives these in the text format of Prometheus, version 0.0.4. Octets
      are called bytes there, as Prometheus wants it. Every series is there from the start with a zero, so
      that `rate()` sees the first event. No label holds a user's name or address.

      | Name | Kind | Labels | Meaning |
      |---|---|---|---|
      """;

  private static final String TAIL =
      """

      Histograms have buckets up to 100 µs, 500 µs, 1, 5, 10, 50, 100, 500 ms, 1, 5, 10, 30 s. Beside these
      there are the meters of the JVM and the process as Micrometer names them: `jvm_memory_*`, `jvm_gc_*`,
      `jvm_threads_*`, `jvm_buffer_*`, `process_cpu_usage`, `process_files_*`, `process_uptime_seconds`, `system_*`.
      """;

  private MetricsReference() {}

  static String print() {
    var page = new StringBuilder(HEAD);
    for (var meter : PopinjayMeters.values()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  meter.series(),
                  Board.word(meter.kind()),
                  meter.labels().isEmpty() ? "" : "`" + String.join("`, `", meter.labels()) + "`",
                  meter.meaning()));
    }
    return page.append(TAIL).toString();
  }
}
