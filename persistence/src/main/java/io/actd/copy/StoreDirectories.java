package io.actd.copy;

import io.actd.apply.StoredMark;
import io.actd.backend.Backend;
import io.actd.backend.Engine;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalRecovery;
import io.actd.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of a member's stores: {@code db}, in which it began, and {@code db-<index>} for each store received
 * from a leader. The last one that fits the log is the member's store; which that is, only the log says: a received store
 * counts from the moment the log has its mark. Safe for use by several threads, each store by one.
 */
public final class StoreDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(StoreDirectories.class);
    private static final String FIRST = "db";
    // Sorted as text these stand in order of their index, and FIRST before them.
    private static final Pattern NAME = Pattern.compile("db(-[0-9a-f]{16})?");

    /** A store's name and its engine, opened. */
    public record OpenStore(String name, Backend engine) {}

    private final Engine engine;
    private final World world;
    private final Path parent;

    /** @param parent where the directories are; exists */
    public StoreDirectories(Engine engine, World world, Path parent) {
        this.engine = engine;
        this.world = world;
        this.parent = parent;
    }

    /** The name of a store received up to this index. */
    public static String nameOf(long index) {
        return "db-%016x".formatted(index);
    }

    /**
     * Opens the store that goes with the log and removes all others: those it replaced, and those that were never
     * installed, in whatever state a crash left them. If none goes with the log, nothing is removed and the first is
     * opened: its owner says what is wrong.
     */
    public OpenStore openFor(WalRecovery log) {
        var names = names();
        UncheckedIOException unreadable = null;
        for (var name : names.reversed()) {
            try {
                var store = open(name);
                if (fits(store, log)) {
                    names.stream().filter(other -> !other.equals(name)).forEach(this::delete);
                    return store;
                }
                LOG.info("store {} does not go with the log", parent.resolve(name));
                store.engine().close();
            } catch (UncheckedIOException e) {
                LOG.warn("store {} can not be read", parent.resolve(name), e);
                if (unreadable == null) unreadable = e;
            }
        }
        if (unreadable != null) throw unreadable;
        return open(names.getFirst());
    }

    /** The log goes on from where the store is. */
    private static boolean fits(OpenStore store, WalRecovery log) {
        var applied = StoredMark.entry(store.engine());
        boolean complete = applied.index() > 0 || store.name().equals(FIRST);
        return complete
                && applied.index() >= log.mark().index()
                && applied.index() <= log.lastIndex()
                && applied.term() == log.termAt(applied.index());
    }

    private List<String> names() {
        try {
            var names = new ArrayList<>(world.disk().list(parent).stream()
                    .filter(name -> NAME.matcher(name).matches())
                    .toList());
            if (names.isEmpty()) names.add(FIRST);
            return names;
        } catch (IOException e) {
            throw failed("list", parent, e);
        }
    }

    /** Opens a store that was received; blocking I/O. */
    public OpenStore open(String name) {
        var directory = parent.resolve(name);
        try {
            world.disk().createDirectories(directory);
        } catch (IOException e) {
            throw failed("create", directory, e);
        }
        return new OpenStore(name, engine.open(directory, world));
    }

    /** Begins a store of what a leader sends; of the same index there must be none in use. Blocking I/O. */
    public StoreBuilder build(long clusterId, SnapshotMark mark) {
        var name = nameOf(mark.index());
        delete(name);
        return new StoreBuilder(open(name).engine(), world.failpoints(), clusterId, mark);
    }

    /** Removes a store that is closed; missing is fine. Blocking I/O. */
    public void delete(String name) {
        var directory = parent.resolve(name);
        try {
            world.failpoints().hit(CopyFailpoints.BEFORE_DELETE);
            engine.delete(directory, world);
            world.failpoints().hit(CopyFailpoints.AFTER_DELETE);
            world.disk().syncDirectory(parent);
        } catch (IOException e) {
            throw failed("delete", directory, e);
        }
    }

    private static UncheckedIOException failed(String what, Path path, IOException e) {
        return new UncheckedIOException("cannot " + what + " " + path, e);
    }
}
