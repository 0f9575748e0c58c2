package org.popinjay.server.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts the commands of a protocol.
///
/// @param <V> its verbs
final class CommandMeters<V extends Enum<V>> {
  private final Map<V, Cells> cells;

  /// @param count counts them by verb and result
  /// @param time how long they took, by verb
  CommandMeters(Board board, Class<V> verbs, PopinjayMeters count, PopinjayMeters time) {
    cells = new EnumMap<>(verbs);
    for (var verb : verbs.getEnumConstants()) {
      var word = Board.word(verb);
      cells.put(
          verb,
          new Cells(
              board.counter(count, word, "done"),
              board.counter(count, word, "refused"),
              board.timings(time, word)));
    }
  }

  /// Commands of one kind were carried out.
  void add(V verb, int done, int refused, long nanos) {
    var of = Board.cell(cells, verb);
    of.done.add(done);
    of.refused.add(refused);
    of.time.record(done + refused, nanos);
  }

  private record Cells(LongAdder done, LongAdder refused, Timings time) {}
}
