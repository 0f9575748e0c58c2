/// The log: logback, set up in code.
///
/// The only package that knows logback; everybody else writes through slf4j. No file on the class
/// path changes what is logged, the settings alone do. Outside text is escaped by whoever logs it
/// (`Escape`); what slips through cannot break a line here.
@NullMarked
package org.popinjay.server.log;

import org.jspecify.annotations.NullMarked;
