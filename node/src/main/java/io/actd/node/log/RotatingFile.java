package io.actd.node.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A log file that is put aside as {@code name-<time>.ext} before it outgrows its size (spec OP-87). One write is one
 * line; a line never straddles two files. Used under the appender's lock.
 */
final class RotatingFile extends OutputStream {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS");

    private final Path file;
    private final LogSettings.Rotation rotation;
    private OutputStream out;
    private long size;

    RotatingFile(Path file, LogSettings.Rotation rotation) throws IOException {
        this.file = file;
        this.rotation = rotation;
        this.out = new FileOutputStream(file.toFile(), true);
        this.size = Files.size(file);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (size > 0 && size + length > rotation.maxMegabytes() << 20) rotate();
        out.write(bytes, offset, length);
        size += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void rotate() throws IOException {
        out.close();
        var zone = rotation.localTime() ? ZoneId.systemDefault() : ZoneOffset.UTC;
        var backup =
                file.resolveSibling(stem() + "-" + STAMP.format(Instant.now().atZone(zone)) + extension());
        Files.move(file, backup);
        out = new FileOutputStream(file.toFile(), true);
        size = 0;
        if (rotation.compress()) compress(backup);
        deleteSurplus();
    }

    private static void compress(Path backup) throws IOException {
        var packed = backup.resolveSibling(backup.getFileName() + ".gz");
        try (var to = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(backup, to);
        }
        Files.delete(backup);
    }

    private void deleteSurplus() throws IOException {
        var newestFirst = backups();
        var oldest = Instant.now().minus(Duration.ofDays(rotation.maxAgeDays()));
        for (var i = 0; i < newestFirst.size(); i++) {
            var backup = newestFirst.get(i);
            var surplus = rotation.maxBackups() > 0 && i >= rotation.maxBackups();
            var old = rotation.maxAgeDays() > 0
                    && Files.getLastModifiedTime(backup).toInstant().isBefore(oldest);
            if (surplus || old) Files.deleteIfExists(backup);
        }
    }

    private List<Path> backups() throws IOException {
        try (var files = Files.list(file.toAbsolutePath().getParent())) {
            return files.filter(f -> {
                        var name = f.getFileName().toString();
                        return name.startsWith(stem() + "-")
                                && (name.endsWith(extension()) || name.endsWith(extension() + ".gz"));
                    })
                    .sorted(Comparator.comparing(Path::toString).reversed())
                    .toList();
        }
    }

    private String stem() {
        var name = file.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private String extension() {
        var name = file.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }
}
