package io.actd.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both disks promise. */
class DiskContractTest {
    enum Kind {
        SYSTEM,
        SIMULATED;

        Disk make() {
            return this == SYSTEM ? new SystemDisk() : new SimulatedDisk();
        }
    }

    @TempDir
    Path temporary = Path.of("");

    @ParameterizedTest
    @EnumSource
    void usableSpace_isThereForADirectory(Kind kind) throws IOException {
        var disk = kind.make();
        assertThrows(NoSuchFileException.class, () -> disk.usableBytes(temporary.resolve("missing")));
        disk.createDirectories(temporary);
        assertTrue(disk.usableBytes(temporary) > 0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileSystemWithoutASize_isEndless() throws IOException {
        assertEquals(Long.MAX_VALUE, new SystemDisk().usableBytes(Path.of("/proc")));
    }

    @ParameterizedTest
    @EnumSource
    void file_holdsWhatIsWritten(Kind kind) throws IOException {
        var disk = kind.make();
        var path = temporary.resolve("a/b/file");
        disk.createDirectories(path.resolveSibling("."));
        assertThrows(IOException.class, () -> disk.openReadOnly(path));
        try (var file = disk.open(path)) {
            file.write(new ByteBuffer[] {utf8("hello "), utf8(""), utf8("world")}, 3);
            file.write(new ByteBuffer[] {utf8("abc")}, 0);
            file.sync();
            assertEquals("abchello world", read(file, 0, 14));
            assertEquals(-1, file.read(ByteBuffer.allocate(1), 14));
            file.truncate(5);
            file.preallocate(10_000);
            assertEquals(10_000, file.size());
            assertEquals("he\0\0", read(file, 3, 4));
            file.preallocate(10);
            assertEquals(10_000, file.size());
        }
        try (var file = disk.openReadOnly(path)) {
            assertEquals("abche", read(file, 0, 5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void names_canBeListedMovedAndDeleted(Kind kind) throws IOException {
        var disk = kind.make();
        assertEquals(List.of(), disk.list(temporary.resolve("none")));
        disk.createDirectories(temporary.resolve("x"));
        for (var name : List.of("b", "a", "c"))
            disk.open(temporary.resolve("x").resolve(name)).close();
        disk.rename(temporary.resolve("x/c"), temporary.resolve("x/a"));
        disk.syncDirectory(temporary.resolve("x"));
        assertEquals(List.of("a", "b"), disk.list(temporary.resolve("x")));
        disk.rename(temporary.resolve("x"), temporary.resolve("y"));
        assertFalse(disk.exists(temporary.resolve("x")));
        assertTrue(disk.exists(temporary.resolve("y/b")));
        disk.delete(temporary.resolve("y"));
        disk.delete(temporary.resolve("y"));
        assertFalse(disk.exists(temporary.resolve("y")));
    }

    @ParameterizedTest
    @EnumSource
    void lock_excludesOthersUntilClosed(Kind kind) throws IOException {
        var disk = kind.make();
        disk.createDirectories(temporary);
        var path = temporary.resolve("file");
        var holder = disk.open(path);
        assertTrue(holder.tryLock());
        try (var other = disk.open(path)) {
            assertFalse(other.tryLock());
        }
        holder.close();
        try (var other = disk.open(path)) {
            assertTrue(other.tryLock());
        }
    }

    @Test
    void systemDisk_keepsOthersOut() throws IOException { // spec FM-5
        var disk = new SystemDisk();
        disk.createDirectories(temporary.resolve("p/q"));
        disk.open(temporary.resolve("p/q/file")).close();
        assertEquals("rwx------", mode("p"));
        assertEquals("rwx------", mode("p/q"));
        assertEquals("rw-------", mode("p/q/file"));
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve(path)));
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(DiskFile file, long position, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {}
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
}
