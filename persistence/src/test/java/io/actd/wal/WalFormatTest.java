package io.actd.wal;

import static io.actd.wal.WalFixture.batch;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The bytes on disk against the worked examples of the specification. */
class WalFormatTest {
    private static final String BOOTSTRAP = """
            0400000000000084 0804 1000 00000000
            1f00000000000081 0801 10f6a9cefd07 1a15 08fcdbe6ebbeac989d9301 10d2deeaf68fe294b615 00
            0e00000000000082 0805 10a5fdf9ba04 1a04 0800 1000 0000
            7000000000000000 0802 10d1ac9d8807 1a66 0801 1001 1801 225e
            0800 1000 18fcdbe6ebbeac989d9301 224d
            7b226964223a31303630383839383935343033383435353830342c227065657255524c73223a5b22
            687474703a2f2f3132372e302e302e313a3235383030225d2c226e616d65223a226e31227d
            1900000000000087 0803 109bebeff006 1a0f 0801 10fcdbe6ebbeac989d9301 1801 00000000000000
            1d00000000000083 0805 10abe28ad10e 1a13 0801 1001 1a0d 08fcdbe6ebbeac989d9301 2800 000000
            """;
    private static final String CONF_CHANGE = """
            0800 1000 18fcdbe6ebbeac989d9301 224d
            7b226964223a31303630383839383935343033383435353830342c227065657255524c73223a5b22
            687474703a2f2f3132372e302e302e313a3235383030225d2c226e616d65223a226e31227d
            """;

    private final WalFixture fixture = new WalFixture();

    @Test
    void bootstrapLog_isByteForByteThatOfEtcd() throws IOException { // spec FM-36
        long node = WalFixture.METADATA.memberId();
        var first = new Entry(1, 1, Entry.Type.CONF_CHANGE, Payload.of(bytes(CONF_CHANGE)));
        var mark = new SnapshotMark(1, 1, Membership.of(Set.of(node), Set.of()));
        try (var wal = fixture.create(WalOptions.DEFAULTS)) {
            wal.append(new WalBatch(List.of(first), new HardState(1, node, 1), mark, true));
        }
        var content = fixture.content(fixture.segment(0, 0));
        assertEquals(64_000_000, content.length); // spec FM-8
        assertEquals(HexFormat.of().formatHex(bytes(BOOTSTRAP)), HexFormat.of().formatHex(content, 0, 0x118));
        assertArrayEquals(new byte[1024], Arrays.copyOfRange(content, 0x118, 0x118 + 1024));
    }

    @Test
    void put_isEncodedAsEtcdDoes() throws IOException { // spec FM-36, second example
        var payload = bytes("220a 0a03666f6f 1203626172 a2060b 0883cadbd7bebfa8fead01");
        var disk = fixture.disk;
        disk.createDirectories(WalFixture.DIRECTORY);
        try (var file = disk.open(fixture.segment(0, 0))) {
            var writer = new SegmentWriter(file, 0, 0xd809dbb1);
            writer.entry(new Entry(2, 5, Entry.Type.NORMAL, Payload.of(payload)));
            writer.flush();
        }
        assertEquals(
                HexFormat.of()
                        .formatHex(bytes("2c00000000000084 0802 10f1eaafaf01 1a22 0800 1002 1805 221a"
                                + "220a 0a03666f6f 1203626172 a2060b 0883cadbd7bebfa8fead01 00000000")),
                HexFormat.of().formatHex(fixture.content(fixture.segment(0, 0))));
    }

    @Test
    void emptyEntry_hasNoDataField() throws IOException { // spec FM-15
        try (var wal = fixture.create(WalFixture.SMALL)) {
            wal.append(batch(null, new Entry(2, 1, Entry.Type.NORMAL, Payload.EMPTY)));
        }
        var record = HexFormat.of().formatHex(fixture.content(fixture.segment(0, 0)), 0x50 + 8, 0x50 + 8 + 16);
        assertEquals("1a06080010021801", record.substring(16), record); // type, term and index, nothing else
    }

    @Test
    void fileNames_areSequenceAndFirstIndexInHex() { // spec FM-6
        var name = new SegmentName(0x1a, 0xfffffffffffffffeL);
        assertEquals("000000000000001a-fffffffffffffffe.wal", name.toString());
        assertEquals(name, SegmentName.parse(name.toString()).orElseThrow());
        for (var other :
                List.of("0.tmp", ".touch", name + ".broken", "1a-0.wal", "000000000000001A-0000000000000000.wal")) {
            assertEquals(java.util.Optional.empty(), SegmentName.parse(other)); // spec FM-7
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
}
