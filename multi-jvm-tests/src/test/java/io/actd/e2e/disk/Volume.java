package io.actd.e2e.disk;

import io.actd.e2e.disk.Journal.Change;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Files and directories in memory, what of them is safe, and what goes wrong; safe for use by several threads. */
final class Volume {
    static final long ROOT = 1;

    /** A file system keeps its root. */
    private final Node.Directory root = new Node.Directory(ROOT, 0700);

    private final Map<Long, Node> known = new HashMap<>(); // to the kernel
    private final Journal journal = new Journal();
    private State state = State.WELL;
    private int syncsToCut;
    private int refused;
    private long lastId = ROOT;

    private enum State {
        WELL,
        /** The power is to fail at one of the next syncs. */
        ABOUT_TO_FAIL,
        /** The power failed: nothing gets safe any more. */
        OFF,
        /** Each write and sync fails. */
        FAULTY
    }

    /** What a loss of power took: blocks and sizes of files, and steps of names. */
    record Lost(int blocks, int names) {}

    Volume() {
        known.put(ROOT, root);
    }

    /** The child of a directory, which the kernel knows from now on. */
    synchronized Node lookup(long directory, String name) throws DiskError {
        return learned(child(directory(directory), name));
    }

    synchronized Node create(long directory, String name, int permissions) throws DiskError {
        return added(directory, name, new Node.File(++lastId, permissions));
    }

    synchronized Node createDirectory(long directory, String name, int permissions) throws DiskError {
        return added(directory, name, new Node.Directory(++lastId, permissions));
    }

    private Node added(long directory, String name, Node node) throws DiskError {
        Node.Directory parent = directory(directory);
        if (parent.names.containsKey(name)) {
            throw new DiskError(DiskError.EEXIST);
        }
        journal.make(Change.to(parent, name, node));
        return learned(node);
    }

    private Node learned(Node node) {
        known.put(node.id(), node);
        node.learned();
        return node;
    }

    synchronized void forget(long id, long times) {
        Node node = known.get(id);
        if (id != ROOT && node != null && node.forgotten(times)) {
            known.remove(id);
        }
    }

    synchronized void removeFile(long directory, String name) throws DiskError {
        Node.Directory parent = directory(directory);
        if (child(parent, name) instanceof Node.Directory) {
            throw new DiskError(DiskError.EISDIR);
        }
        journal.make(Change.to(parent, name, null));
    }

    synchronized void removeDirectory(long directory, String name) throws DiskError {
        Node.Directory parent = directory(directory);
        if (!(child(parent, name) instanceof Node.Directory removed)) {
            throw new DiskError(DiskError.ENOTDIR);
        }
        if (!removed.names.isEmpty()) {
            throw new DiskError(DiskError.ENOTEMPTY);
        }
        journal.make(Change.to(parent, name, null));
    }

    synchronized void rename(long from, String name, long to, String newName, boolean mayReplace) throws DiskError {
        Node.Directory source = directory(from);
        Node.Directory target = directory(to);
        Node node = child(source, name);
        if (!mayReplace && target.names.containsKey(newName)) {
            throw new DiskError(DiskError.EEXIST);
        }
        if (target.names.get(newName) instanceof Node.Directory replaced && !replaced.names.isEmpty()) {
            throw new DiskError(DiskError.ENOTEMPTY);
        }
        if (target.names.get(newName) != node) {
            journal.make(Change.to(target, newName, node), Change.to(source, name, null));
        }
    }

    synchronized List<Map.Entry<String, Node>> list(long directory) throws DiskError {
        return directory(directory).names.entrySet().stream()
                .map(Map.Entry::copyOf)
                .toList();
    }

    synchronized long size(Node.File file) {
        return file.content.size();
    }

    synchronized void read(long file, long position, int length, ByteBuffer into) throws DiskError {
        file(file).content.read(position, length, into);
    }

    synchronized void write(long file, long position, byte[] bytes, int length) throws DiskError {
        refuseIfFaulty();
        file(file).content.write(position, bytes, length);
    }

    synchronized void resize(long file, long size) throws DiskError {
        Node.File resized = file(file);
        if (size < resized.content.size()) {
            journal.cutOff(resized, size);
        } else {
            resized.content.grow(size);
        }
    }

    /** Of a file or a directory. */
    synchronized void sync(long id) throws DiskError {
        Node node = node(id);
        refuseIfFaulty();
        if (state == State.ABOUT_TO_FAIL && node instanceof Node.File file && !file.content.isSynced()) {
            if (syncsToCut-- == 0) {
                state = State.OFF;
                notifyAll();
            }
        }
        if (state == State.OFF) {
            throw new DiskError(DiskError.EIO);
        }
        journal.sync(node);
        if (node instanceof Node.File file) {
            file.content.sync();
        }
    }

    private void refuseIfFaulty() throws DiskError {
        if (state == State.FAULTY) {
            refused++;
            throw new DiskError(DiskError.EIO);
        }
    }

    /**
     * The power fails when these syncs of something are over, in the middle of the next one: it and all later ones fail.
     *
     * @return whether it came to that in time
     */
    synchronized boolean cutPower(int syncs, Duration patience) throws InterruptedException {
        state = State.ABOUT_TO_FAIL;
        syncsToCut = syncs;
        long until = System.nanoTime() + patience.toNanos();
        while (state != State.OFF && System.nanoTime() < until) {
            wait(100);
        }
        return state == State.OFF;
    }

    /** The power fails now. */
    synchronized void cutPower() {
        state = State.OFF;
    }

    /** Forgets what a disk may forget, and works again. Nobody may have a file open. */
    synchronized Lost losePower(RandomGenerator random) {
        int names = journal.losePower(random);
        state = State.WELL;
        return new Lost(losePower(root, random), names);
    }

    private static int losePower(Node.Directory directory, RandomGenerator random) {
        int lost = 0;
        for (Node node : directory.names.values()) {
            lost += switch (node) {
                case Node.File file -> file.content.losePower(random);
                case Node.Directory child -> losePower(child, random);
            };
        }
        return lost;
    }

    /** Lets each write and sync fail, or no longer; returns how many failed before. */
    synchronized int fail(boolean on) {
        state = on ? State.FAULTY : State.WELL;
        int before = refused;
        refused = 0;
        return before;
    }

    synchronized Node node(long id) throws DiskError {
        Node node = known.get(id);
        if (node == null) {
            throw new DiskError(DiskError.ENOENT);
        }
        return node;
    }

    private Node.Directory directory(long id) throws DiskError {
        if (node(id) instanceof Node.Directory directory) {
            return directory;
        }
        throw new DiskError(DiskError.ENOTDIR);
    }

    private Node.File file(long id) throws DiskError {
        if (node(id) instanceof Node.File file) {
            return file;
        }
        throw new DiskError(DiskError.EISDIR);
    }

    private static Node child(Node.Directory parent, String name) throws DiskError {
        Node child = parent.names.get(name);
        if (child == null) {
            throw new DiskError(DiskError.ENOENT);
        }
        return child;
    }
}
