package io.actd.raft;

import java.util.ArrayDeque;

/** Append messages with entries sent to one peer and not yet acknowledged; bounded in messages and in bytes. */
final class InflightWindow {
    private record Sent(long lastIndex, long bytes) {}

    private final int maxMessages;
    private final long maxBytes;
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private long bytes;

    InflightWindow(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    boolean isFull() {
        return sent.size() >= maxMessages || bytes >= maxBytes;
    }

    void add(long lastIndex, long messageBytes) {
        sent.addLast(new Sent(lastIndex, messageBytes));
        bytes += messageBytes;
    }

    /** Everything up to {@code index} is acknowledged. */
    void acknowledge(long index) {
        while (!sent.isEmpty() && sent.getFirst().lastIndex() <= index) {
            bytes -= sent.removeFirst().bytes();
        }
    }

    void clear() {
        sent.clear();
        bytes = 0;
    }
}
