/// From octets to records of [org.popinjay.imap.command], one file a grammar.
///
/// Pure: what is read depends on a frame's octets, the dialect and what is switched on, and on
/// nothing else. No input makes a parser throw or take more than linear time; a frame that no rule
/// matches is a value.
@NullMarked
package org.popinjay.imap.parse;

import org.jspecify.annotations.NullMarked;
