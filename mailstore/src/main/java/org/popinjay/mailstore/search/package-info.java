/// Which messages of a mailbox a search finds.
///
/// A search is a tree of [SearchKey]; [SearchEvaluator] looks for it in a
/// [org.popinjay.mailstore.MailboxView]. Knows no protocol: texts are decoded, dates and sets are
/// values. Works over any engine, a message at a time and bounded in all it keeps.
@NullMarked
package org.popinjay.mailstore.search;

import org.jspecify.annotations.NullMarked;
