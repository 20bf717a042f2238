package io.actd.e2e.wal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The frames of one segment of a member's log, found by their lengths alone (spec FM-9, FM-10). */
public record WalFile(Path path, List<Record> records) {
    /** How a member names a place in its log. */
    public static final Pattern PLACE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{16}\\.wal at byte \\d+");

    /** One record: where it begins, where the next begins, and its bytes as text. */
    public record Record(long begin, long end, String text) {}

    /** The only segment of a small member. */
    static WalFile onlyOne(Path walDir) {
        List<Path> segments = segments(walDir);
        if (segments.size() != 1) {
            throw new AssertionError("segments: " + segments);
        }
        return read(segments.get(0));
    }

    /** The segment in use of a stopped member. */
    public static WalFile newest(Path walDir) {
        List<Path> segments = segments(walDir);
        return read(segments.get(segments.size() - 1));
    }

    private static List<Path> segments(Path walDir) {
        try (Stream<Path> files = Files.list(walDir)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".wal"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WalFile read(Path path) {
        List<Record> records = new ArrayList<>();
        try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
            long position = 0;
            byte[] word = new byte[8];
            while (position + 8 <= in.length()) {
                in.seek(position);
                in.readFully(word);
                long length =
                        ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getLong();
                if (length == 0) {
                    break;
                }
                int data = (int) (length & 0x00ff_ffff_ffff_ffffL);
                int pad = length < 0 ? (int) (length >>> 56) & 7 : 0;
                byte[] bytes = new byte[data];
                in.readFully(bytes);
                long end = position + 8 + data + pad;
                records.add(new Record(position, end, new String(bytes, StandardCharsets.ISO_8859_1)));
                position = end;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WalFile(path, records);
    }

    /** Where the first unused byte is. */
    long end() {
        return records.get(records.size() - 1).end();
    }

    /** How many records that contain the text lie wholly before the offset. */
    long countBefore(long offset, String text) {
        return records.stream()
                .filter(record -> record.end() <= offset && record.text().contains(text))
                .count();
    }

    static void truncate(Path file, long size) {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns over one bit. */
    public static void flip(Path file, long offset, int bit) {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(offset);
            int value = out.read();
            out.seek(offset);
            out.write(value ^ (1 << bit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
