package org.popinjay.server.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/// The cells behind our meters.
///
/// A cell is asked for once, when the server is wired, and then written without any look-up: an
/// event on a hot path costs the add to a `LongAdder` and nothing else. That is why these do not go
/// through Micrometer's counters and timers (see `MetricsBenchmark`). Cells are handed out before
/// the first scrape, from one thread; they are written from any.
final class Board implements MultiCollector {
  /// What a gauge gives while there is nothing to show; its series is left out then.
  static final long ABSENT = Long.MIN_VALUE;

  private final Map<PopinjayMeters, Map<Labels, LongSupplier>> numbers =
      new EnumMap<>(PopinjayMeters.class);
  private final Map<PopinjayMeters, Map<Labels, Timings>> timings =
      new EnumMap<>(PopinjayMeters.class);

  private final Map<PopinjayMeters, Map<Labels, Amounts>> amounts =
      new EnumMap<>(PopinjayMeters.class);

  /// A cell that counts.
  LongAdder counter(PopinjayMeters meter, String... labelValues) {
    var cell = new LongAdder();
    number(meter, cell::sum, labelValues);
    return cell;
  }

  /// A cell for each constant of an enum, which is the last label.
  <E extends Enum<E>> Map<E, LongAdder> counters(
      PopinjayMeters meter, Class<E> kinds, String... firstLabels) {
    var cells = new EnumMap<E, LongAdder>(kinds);
    var labels = Arrays.copyOf(firstLabels, firstLabels.length + 1);
    for (var kind : kinds.getEnumConstants()) {
      labels[firstLabels.length] = word(kind);
      cells.put(kind, counter(meter, labels));
    }
    return cells;
  }

  /// How a constant is spelled as the value of a label.
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// The cell of a constant, of a map that has one for each.
  static <E extends Enum<E>, T> T cell(Map<E, T> cells, E constant) {
    return Objects.requireNonNull(cells.get(constant));
  }

  /// A number that somebody else keeps.
  void number(PopinjayMeters meter, LongSupplier value, String... labelValues) {
    put(numbers, meter, value, labelValues);
  }

  /// A cell that counts durations.
  Timings timings(PopinjayMeters meter, String... labelValues) {
    var cell = new Timings();
    put(timings, meter, cell, labelValues);
    return cell;
  }

  /// A cell that sums up.
  Amounts amounts(PopinjayMeters meter, String... labelValues) {
    var cell = new Amounts();
    put(amounts, meter, cell, labelValues);
    return cell;
  }

  private static <T> void put(
      Map<PopinjayMeters, Map<Labels, T>> cells,
      PopinjayMeters meter,
      T cell,
      String... labelValues) {
    var labels = Labels.of(meter.labels(), List.of(labelValues));
    var before = cells.computeIfAbsent(meter, _ -> new LinkedHashMap<>()).putIfAbsent(labels, cell);
    if (before != null) {
      throw new IllegalStateException(meter + " " + labels + " was given out before");
    }
  }

  /// All cells of a meter together, or those that have certain values of labels.
  double sum(PopinjayMeters meter, List<String> labelValues) {
    return cells(meter).entrySet().stream()
        .filter(cell -> hasAll(cell.getKey(), labelValues))
        .mapToLong(cell -> cell.getValue().getAsLong())
        .filter(value -> value != ABSENT)
        .sum();
  }

  /// Whether a gauge has something to show.
  boolean any(PopinjayMeters meter) {
    return cells(meter).values().stream().anyMatch(cell -> cell.getAsLong() != ABSENT);
  }

  /// What was timed by a meter took so long on average, in seconds; 0 if nothing was.
  double mean(PopinjayMeters meter) {
    var cells = timings.getOrDefault(meter, Map.of()).values();
    long count = cells.stream().flatMapToLong(cell -> LongStream.of(cell.counts())).sum();
    return count == 0 ? 0 : cells.stream().mapToDouble(Timings::sumSeconds).sum() / count;
  }

  private Map<Labels, LongSupplier> cells(PopinjayMeters meter) {
    return numbers.getOrDefault(meter, Map.of());
  }

  private static boolean hasAll(Labels labels, List<String> values) {
    return values.stream()
        .allMatch(value -> labels.stream().anyMatch(label -> label.getValue().equals(value)));
  }

  /// Meters that have a cell, for the test that none is forgotten.
  List<PopinjayMeters> used() {
    var used = new ArrayList<>(numbers.keySet());
    used.addAll(timings.keySet());
    used.addAll(amounts.keySet());
    return used;
  }

  @Override
  public MetricSnapshots collect() {
    var snapshots = MetricSnapshots.builder();
    numbers.forEach((meter, cells) -> snapshots.metricSnapshot(snapshot(meter, cells)));
    timings.forEach((meter, cells) -> snapshots.metricSnapshot(histogram(meter, cells)));
    amounts.forEach((meter, cells) -> snapshots.metricSnapshot(summary(meter, cells)));
    return snapshots.build();
  }

  private static MetricSnapshot snapshot(PopinjayMeters meter, Map<Labels, LongSupplier> cells) {
    return switch (meter.kind()) {
      case COUNTER -> {
        var all = CounterSnapshot.builder().name(stem(meter, "_total")).help(meter.meaning());
        cells.forEach((labels, value) ->
            all.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value((double) value.getAsLong())
                    .build()));
        yield all.build();
      }
      case GAUGE -> {
        var all = GaugeSnapshot.builder().name(meter.series()).help(meter.meaning());
        cells.forEach((labels, value) -> {
          long now = value.getAsLong();
          if (now != ABSENT) {
            all.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value((double) now).build());
          }
        });
        yield all.build();
      }
      case INFO -> {
        var all = InfoSnapshot.builder().name(stem(meter, "_info")).help(meter.meaning());
        cells
            .keySet()
            .forEach(
                labels -> all.dataPoint(InfoDataPointSnapshot.builder().labels(labels).build()));
        yield all.build();
      }
      case HISTOGRAM, SUMMARY -> throw new IllegalStateException(meter + " has more than a number");
    };
  }

  private static MetricSnapshot histogram(PopinjayMeters meter, Map<Labels, Timings> cells) {
    var all = HistogramSnapshot.builder().name(meter.series()).help(meter.meaning());
    cells.forEach((labels, cell) ->
        all.dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(
                    ClassicHistogramBuckets.of(Timings.boundsSeconds(), cell.counts()))
                .sum(cell.sumSeconds())
                .build()));
    return all.build();
  }

  private static MetricSnapshot summary(PopinjayMeters meter, Map<Labels, Amounts> cells) {
    var all = SummarySnapshot.builder().name(meter.series()).help(meter.meaning());
    cells.forEach((labels, cell) ->
        all.dataPoint(
            SummaryDataPointSnapshot.builder()
                .labels(labels)
                .count(cell.count())
                .sum((double) cell.sum())
                .build()));
    return all.build();
  }

  /// The name without the ending that the page adds by itself.
  private static String stem(PopinjayMeters meter, String ending) {
    return meter.series().substring(0, meter.series().length() - ending.length());
  }
}
