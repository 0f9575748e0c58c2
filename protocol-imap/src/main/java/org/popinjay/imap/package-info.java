/// IMAP4rev2 and IMAP4rev1 (RFC 9051, RFC 3501).
///
/// Empty until it is built; the module holds its place in the plan.
@NullMarked
package org.popinjay.imap;

import org.jspecify.annotations.NullMarked;
