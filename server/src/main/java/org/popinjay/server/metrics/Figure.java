package org.popinjay.server.metrics;

/// One number that matters to an operator.
///
/// @param group what it belongs to
/// @param unit `octets`, `s`, `1/s`, `days`, or empty for a plain number
public record Figure(String group, String name, double value, String unit) {

  static Figure count(String group, String name, double value) {
    return new Figure(group, name, value, "");
  }
}
