package org.popinjay.mailstore;

import java.time.InstantSource;
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
public record StoreSurroundings(
    FileCalls files,
    UserIdentity identity,
    InstantSource clock,
    RandomGenerator random,
    StoreEvents events) {}
