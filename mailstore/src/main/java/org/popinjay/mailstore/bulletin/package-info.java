/// Bulletins: messages of the operator that every user gets once (the classic `-b`).
///
/// Finds them in their folder, keeps who had which, and makes the text that a user reads. Knows no
/// spool and no protocol: an engine puts the text where its mail is, and says what a line of its
/// own format means.
@NullMarked
package org.popinjay.mailstore.bulletin;

import org.jspecify.annotations.NullMarked;
