package org.popinjay.mailstore.mbox.rewrite;

/// How a spool is found again after a crash: its path, and the user whose it is.
public record SpoolName(String path, String owner) {}
