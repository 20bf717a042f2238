package io.actd.simulation.cluster;

/**
 * How a network between members behaves.
 *
 * @param slowNanos a message takes up to so much longer
 * @param lostOf1000 so many of a thousand messages are lost
 * @param twiceOf1000 so many come twice
 * @param overtakingOf1000 so many need not keep their place behind earlier ones
 */
public record NetworkWeather(long slowNanos, int lostOf1000, int twiceOf1000, int overtakingOf1000) {}
