package io.actd.node.run;

import io.actd.wal.Wal;
import io.actd.wal.WalDamaged;
import io.actd.wal.WalFailed;
import io.actd.wal.WalMetadata;
import io.actd.world.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data directory before anything in it is opened (spec OP-23, OP-32). */
final class DataDir {
    private static final Logger log = LoggerFactory.getLogger(DataDir.class);
    private static final List<String> KNOWN = List.of("member", "fixtures", "lost+found");

    private DataDir() {}

    /** Creates it with mode 0700 if missing; warns of wider permissions and unknown names. */
    static void prepare(Path dataDir) throws StartException {
        try {
            if (Files.isDirectory(dataDir)) {
                inspect(dataDir);
            } else {
                Files.createDirectories(
                        dataDir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StartException("cannot access data directory \"" + dataDir + "\": " + e, e);
        }
        if (!Files.isWritable(dataDir)) {
            throw new StartException("cannot access data directory \"" + dataDir + "\": permission denied");
        }
    }

    private static void inspect(Path dataDir) throws StartException, IOException {
        if (Files.isDirectory(dataDir.resolve("proxy"))) {
            throw new StartException("data directory \"" + dataDir + "\" holds a \"proxy\" directory: "
                    + "it belonged to a v2 proxy, which is gone");
        }
        try (var names = Files.list(dataDir)) {
            for (var name : names.map(p -> p.getFileName().toString()).sorted().toList()) {
                if (KNOWN.contains(name)) continue;
                log.atWarn()
                        .addKeyValue("filename", name)
                        .addKeyValue("data-dir", dataDir)
                        .log("found invalid file under data directory");
            }
        }
        var wider = EnumSet.copyOf(Files.getPosixFilePermissions(dataDir));
        wider.removeAll(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (!wider.isEmpty()) {
            log.atWarn()
                    .addKeyValue("data-dir", dataDir)
                    .addKeyValue("permission", PosixFilePermissions.toString(Files.getPosixFilePermissions(dataDir)))
                    .addKeyValue("recommended-permission", "rwx------")
                    .log("check file permission");
        }
    }

    /** Whose log is there, if there is one; that makes this start a restart (spec OP-32, OP-37). */
    static Optional<WalMetadata> owner(Disk disk, Path walDir) throws StartException {
        try {
            return Wal.exists(disk, walDir) ? Optional.of(Wal.owner(disk, walDir)) : Optional.empty();
        } catch (WalFailed | WalDamaged e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }
}
