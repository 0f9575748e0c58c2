package org.popinjay.mailstore;

import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.UserIdentity;

/// What an engine is given to work with, so that every test can be replayed.
///
/// @param files the way to the disk
/// @param identity runs file calls as a user
/// @param clock where time comes from
/// @param random where randomness comes from; thread-safe
/// @param events hears what happens
/// @param watching how to notice what other programs do; without it nobody is told of that before
///   he asks
public record StoreSurroundings(
    FileCalls files,
    UserIdentity identity,
    InstantSource clock,
    RandomGenerator random,
    StoreEvents events,
    Optional<StoreWatching> watching) {

  /// Without a way to notice what other programs do.
  public StoreSurroundings(
      FileCalls files,
      UserIdentity identity,
      InstantSource clock,
      RandomGenerator random,
      StoreEvents events) {
    this(files, identity, clock, random, events, Optional.empty());
  }
}
