/// Brings an operator over from another server: reads its settings and says them in our words, with
/// a list of what has no counterpart.
///
/// Pure functions from text to text; what has to be read from the disk is handed in. Knows the
/// names of our settings, but nothing of the server.
@NullMarked
package org.popinjay.server.migrate;

import org.jspecify.annotations.NullMarked;
