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
/// @param host name of the machine or the site, for addresses of its users
public record StoreSurroundings(
    FileCalls files,
    UserIdentity identity,
    InstantSource clock,
    RandomGenerator random,
    StoreEvents events,
    Optional<StoreWatching> watching,
    String host) {

  /// On a machine without a name.
  public StoreSurroundings(
      FileCalls files,
      UserIdentity identity,
      InstantSource clock,
      RandomGenerator random,
      StoreEvents events,
      Optional<StoreWatching> watching) {
    this(files, identity, clock, random, events, watching, "localhost");
  }

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
