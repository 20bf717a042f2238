package io.actd.world;

import java.util.random.RandomGenerator;

/**
 * The doors handed to everything below the network. Threads are the dispatchers of the actor system; the network is
 * the peer transport.
 *
 * @param clock time
 * @param disk files
 * @param random randomness; used by one thread at a time
 * @param failpoints places to die at, for tests
 */
public record World(Clock clock, Disk disk, RandomGenerator random, Failpoints failpoints) {}
