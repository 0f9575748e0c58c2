/// The manual pages `popinjay(8)` and `popinjay.yaml(5)`, printed from the command line and from
/// the records of the settings, so that they cannot say anything else.
@NullMarked
package org.popinjay.server.manual;

import org.jspecify.annotations.NullMarked;
