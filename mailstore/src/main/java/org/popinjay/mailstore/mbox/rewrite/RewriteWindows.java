package org.popinjay.mailstore.mbox.rewrite;

/// The steps of a rewrite: the changed range of the new file cut into windows at page borders,
/// taken from the front or from the back.
///
/// @param first offset of the first changed octet
/// @param end offset behind the last changed octet of the new file; greater than `first`
/// @param octets most octets of a window, whole pages
/// @param backwards whether the last window comes first
record RewriteWindows(long first, long end, long octets, boolean backwards) {
  static final int PAGE = 4096;

  RewriteWindows {
    if (octets < PAGE || octets % PAGE != 0) {
      throw new IllegalArgumentException("window of " + octets + " octets (expected whole pages)");
    }
  }

  /// The windows of a plan.
  ///
  /// @param octetsMax most octets of a window; at least one page
  /// @throws IllegalArgumentException if the plan needs more than one window and moves octets both
  ///   ways, so that no order of windows is safe
  static RewriteWindows of(RewritePlan plan, long octetsMax) {
    long octets = Math.max(PAGE, octetsMax / PAGE * PAGE);
    boolean backwards = !plan.movesDown();
    var windows = new RewriteWindows(plan.first(), plan.changedEnd(), octets, backwards);
    if (backwards && !plan.movesUp() && windows.count() > 1) {
      throw new IllegalArgumentException(
          plan + " moves octets both ways (expected at most " + octets + " octets)");
    }
    return windows;
  }

  /// Number of steps, at least 1.
  int count() {
    return Math.toIntExact((end - base() + octets - 1) / octets);
  }

  /// Where the window of a step begins.
  long start(int step) {
    return Math.max(first, base() + place(step) * octets);
  }

  /// Where the window of a step ends.
  long end(int step) {
    return Math.min(end, base() + (place(step) + 1L) * octets);
  }

  /// Pages of a step's window, the first and the last perhaps cut.
  int pages(int step) {
    return pages(start(step), end(step));
  }

  /// Most octets that a window of these has.
  long longest() {
    return Math.min(octets, end - first);
  }

  static int pages(long from, long to) {
    return Math.toIntExact((to - from / PAGE * PAGE + PAGE - 1) / PAGE);
  }

  /// Where the page that holds this offset ends.
  static long pageEnd(long offset) {
    return (offset / PAGE + 1) * PAGE;
  }

  private long base() {
    return first / PAGE * PAGE;
  }

  private long place(int step) {
    return backwards ? count() - 1 - step : step;
  }
}
