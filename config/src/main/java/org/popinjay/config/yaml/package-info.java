/// From the settings file to records, and back to words: faults, `check --explain`, the reference.
///
/// The only package that knows YAML. What keys there are it learns from the records of
/// `org.popinjay.config`; it holds no list of its own.
@NullMarked
package org.popinjay.config.yaml;

import org.jspecify.annotations.NullMarked;
