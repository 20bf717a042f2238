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
import java.util.stream.Stream;

/** The frames of one segment of a member's log, found by their lengths alone (spec FM-9, FM-10). */
record WalFile(Path path, List<Record> records) {

    /** One record: where it begins, where the next begins, and its bytes as text. */
    record Record(long begin, long end, String text) {}

    /** The only segment of a small member. */
    static WalFile onlyOne(Path walDir) {
        try (Stream<Path> files = Files.list(walDir)) {
            List<Path> segments = files.filter(
                            file -> file.getFileName().toString().endsWith(".wal"))
                    .toList();
            if (segments.size() != 1) {
                throw new AssertionError("segments: " + segments);
            }
            return read(segments.get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WalFile read(Path path) throws IOException {
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

    static void flip(Path file, long offset, int bit) {
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
