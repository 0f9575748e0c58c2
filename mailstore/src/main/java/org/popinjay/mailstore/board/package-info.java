/// Bulletin boards as an operator puts them into a folder (RFC 1082): which names there are, and
/// what stands beside a board of those who keep it. Knows no spool; the engine opens what is found
/// here as mailboxes.
@NullMarked
package org.popinjay.mailstore.board;

import org.jspecify.annotations.NullMarked;
