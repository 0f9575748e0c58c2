/// What an operator may set, as records: every key has a type, a range and a default.
///
/// A leaf: depends on nothing of the project. Reading the file is the work of `config.yaml`.
@NullMarked
package org.popinjay.config;

import org.jspecify.annotations.NullMarked;
