package org.popinjay.mailstore;

import org.jspecify.annotations.Nullable;
import org.popinjay.posix.Identity;

/// Whose mail it is, as sign-in found out.
///
/// @param name normalised user name, safe to stand in a file name
/// @param identity rights that the user's files are touched with
/// @param home home directory as text; null when the user has none and thus INBOX alone
public record AccountOwner(String name, Identity identity, @Nullable String home) {}
