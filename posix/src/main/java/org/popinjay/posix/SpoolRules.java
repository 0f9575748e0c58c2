package org.popinjay.posix;

import java.util.OptionalInt;

/// What a spool must be like to be opened.
///
/// @param sizeMax octets; a larger file is refused
/// @param rootOwnedAllowed whether a spool may belong to root instead of its user
/// @param spoolGroup the group whose members may write spools besides their owners, usually `mail`
public record SpoolRules(long sizeMax, boolean rootOwnedAllowed, OptionalInt spoolGroup) {}
