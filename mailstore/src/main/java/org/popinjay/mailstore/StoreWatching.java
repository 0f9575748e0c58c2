package org.popinjay.mailstore;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.popinjay.posix.DirectoryWatch;

/// What an engine is given so that it can notice by itself what other programs do.
///
/// @param directories tells of changes; becomes the engine's own, which closes it
/// @param threads makes the one thread that waits for them
/// @param tasks runs what may block on the disk of a user, by his name
public record StoreWatching(
    DirectoryWatch directories, ThreadFactory threads, Function<String, Executor> tasks) {}
