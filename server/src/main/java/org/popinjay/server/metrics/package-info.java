/// What can be measured, and the page that Prometheus reads.
///
/// The only package that knows Micrometer and Prometheus. The others report events through small
/// interfaces of their own, which are implemented here on counters that are looked up once. No user
/// name, address or other unbounded text ever becomes a label.
@NullMarked
package org.popinjay.server.metrics;

import org.jspecify.annotations.NullMarked;
