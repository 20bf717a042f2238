package io.actd.e2e.cluster;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction between two members: open, or cut.
 *
 * <p>What is sent into a cut link is held back, as by a network that loses every packet and TCP that repeats them: it
 * arrives late once the link is healed, and a sender that goes on sending is stopped by its full buffers.
 */
final class Link {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private boolean cut; // guarded by lock
    private boolean heldBack; // guarded by lock; since the cut

    void cut() {
        lock.lock();
        try {
            if (!cut) {
                cut = true;
                heldBack = false;
            }
        } finally {
            lock.unlock();
        }
    }

    void heal() {
        lock.lock();
        try {
            cut = false;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isCut() {
        lock.lock();
        try {
            return cut;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the cut was felt: something was to be sent since. */
    boolean hasHeldBack() {
        lock.lock();
        try {
            return heldBack;
        } finally {
            lock.unlock();
        }
    }

    /** Returns once bytes may pass. */
    void pass() throws InterruptedException {
        lock.lock();
        try {
            while (cut) {
                heldBack = true;
                opened.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
