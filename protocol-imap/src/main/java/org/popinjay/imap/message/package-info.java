/// What FETCH asks of the text of messages: sections as runs of octets, envelopes and structures as
/// trees, and what of it is kept for the next time.
///
/// Reads messages through a picture of the store, forward and piece by piece. Knows neither
/// commands nor sessions.
@NullMarked
package org.popinjay.imap.message;

import org.jspecify.annotations.NullMarked;
