package org.popinjay.mailstore.message;

import org.jspecify.annotations.Nullable;

/// One element of an address list (RFC 5322, section 3.4); a group's members stand between its
/// start and its end. All strings are raw: one octet a character, encoded words left alone.
public sealed interface Address {

  /// Host of an address that names none.
  String MISSING_HOST = ".MISSING-HOST-NAME.";

  /// Host of text that is no address.
  String SYNTAX_ERROR_HOST = ".SYNTAX-ERROR.";

  /// A mailbox.
  ///
  /// @param name display name without quotes and escapes; else the comment behind the address, as
  ///   older mail has it
  /// @param route source route as `@a,@b` (RFC 5322, section 4.4)
  /// @param local what stands before the `@`, without quotes; where there is no address, the text
  /// @param host what stands behind it; a domain literal keeps its brackets. [#MISSING_HOST] and
  ///   [#SYNTAX_ERROR_HOST] where the mail has none
  record Mailbox(@Nullable String name, @Nullable String route, String local, String host)
      implements Address {}

  /// The members of a group follow, up to [GroupEnd].
  record GroupStart(String name) implements Address {}

  /// Ends a group.
  record GroupEnd() implements Address {}
}
