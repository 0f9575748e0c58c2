package org.popinjay.mailstore;

/// What an engine can. No feature is announced that its engine does not have.
///
/// @param keepsFolders whether there are mailboxes besides INBOX
/// @param keepsModSeq whether changes carry a mod-sequence (RFC 7162)
/// @param pushesChanges whether the engine reports arrivals by itself
public record StoreTraits(boolean keepsFolders, boolean keepsModSeq, boolean pushesChanges) {}
