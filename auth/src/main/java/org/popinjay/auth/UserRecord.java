package org.popinjay.auth;

import java.util.Optional;
import org.popinjay.posix.Identity;

/// Somebody who is signed in.
///
/// @param name in the one form that path, lock, log and limits use
/// @param identity with whose rights his files are touched
/// @param home his home folder; without one he has INBOX alone
public record UserRecord(String name, Identity identity, Optional<String> home) {}
