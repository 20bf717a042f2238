package io.actd.wal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.actd.protocol.wal.HardStateRecord;
import io.actd.protocol.wal.Metadata;
import io.actd.protocol.wal.SnapshotMarkRecord;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.wal.SegmentReader.Found.Good;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the state of a log out of its records, in one pass (spec FM-29, FM-31).
 *
 * <p>A mark counts once a hard state says its index is committed; from then on entries up to it are forgotten, so memory
 * holds little more than the entries behind the last mark. A gap between entries only matters if no mark covers it.
 */
final class WalReplay {
    private enum Expect {
        CRC,
        METADATA,
        ANY
    }

    private @Nullable WalMetadata metadata;
    private HardState hardState = HardState.ZERO;
    private @Nullable SnapshotMark mark;
    private final List<SnapshotMark> uncommittedMarks = new ArrayList<>();
    private final Map<Long, Long> termsOfMarks = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable WalDamaged gap;
    private Expect expect = Expect.CRC;
    private Path path = Path.of("");

    /** Each segment starts with a checksum and the metadata (spec FM-21). */
    void startSegment(Path segment) {
        path = segment;
        expect = Expect.CRC;
    }

    /** True once the head of the current segment has been seen. */
    boolean headComplete() {
        return expect == Expect.ANY;
    }

    void accept(Good record) throws IOException {
        var expected = expect;
        if (expected == Expect.CRC && record.type() != RecordFrame.CRC)
            throw damaged(record, "no checksum at the head");
        if (expected == Expect.METADATA && record.type() != RecordFrame.METADATA)
            throw damaged(record, "no metadata at the head");
        switch (record.type()) {
            case RecordFrame.METADATA -> metadata(record);
            case RecordFrame.ENTRY -> entry(record);
            case RecordFrame.STATE -> state(record);
            case RecordFrame.CRC -> {}
            case RecordFrame.MARK -> mark(record);
            default -> throw damaged(record, "unknown record type " + record.type());
        }
        if (expected != Expect.ANY) expect = expected == Expect.CRC ? Expect.METADATA : Expect.ANY;
    }

    /** Known once a head is complete. */
    WalMetadata metadata() {
        return Objects.requireNonNull(metadata);
    }

    /** What was read, the log ending at {@code offset} of the current segment. */
    WalRecovery finish(long offset) {
        if (metadata == null) throw new WalDamaged(path, offset, "no metadata");
        if (mark == null) throw new WalDamaged(path, offset, "no snapshot mark within the committed entries");
        long firstIndex =
                entries.isEmpty() ? mark.index() + 1 : entries.getFirst().index();
        if (firstIndex > mark.index() + 1) {
            if (gap != null) throw gap;
            throw new WalDamaged(
                    path, offset, "entries start at " + firstIndex + ", the last mark is at " + mark.index());
        }
        var recovery = new WalRecovery(metadata, hardState, mark, entries);
        if (hardState.commitIndex() > recovery.lastIndex()) { // spec FM-35
            throw new WalDamaged(
                    path,
                    offset,
                    "commit index " + hardState.commitIndex() + " is behind the last entry " + recovery.lastIndex());
        }
        return recovery;
    }

    private void metadata(Good record) throws IOException {
        var message = message(record, Metadata.parser());
        var read = new WalMetadata(message.getNodeID(), message.getClusterID());
        if (metadata != null && !metadata.equals(read)) throw damaged(record, "metadata differ from those before");
        metadata = read;
    }

    private void state(Good record) throws IOException {
        var message = message(record, HardStateRecord.parser());
        if (message.getTerm() == 0) throw damaged(record, "hard state without term");
        hardState = new HardState(message.getTerm(), message.getVote(), message.getCommit());
        for (var candidate : uncommittedMarks) {
            if (candidate.index() <= hardState.commitIndex()) adopt(candidate);
        }
        uncommittedMarks.removeIf(candidate -> candidate.index() <= hardState.commitIndex());
    }

    private void mark(Good record) throws IOException {
        var message = message(record, SnapshotMarkRecord.parser());
        var conf = message.getConfState();
        if (conf.getVotersOutgoingCount() + conf.getLearnersNextCount() > 0)
            throw damaged(record, "mark within a joint configuration, which is not supported");
        var earlierTerm = termsOfMarks.putIfAbsent(message.getIndex(), message.getTerm());
        if (earlierTerm != null && earlierTerm != message.getTerm())
            throw damaged(record, "mark at index " + message.getIndex() + " has another term than before");
        var read = new SnapshotMark(
                message.getIndex(),
                message.getTerm(),
                Membership.of(new TreeSet<>(conf.getVotersList()), new TreeSet<>(conf.getLearnersList())));
        if (read.index() <= hardState.commitIndex()) adopt(read);
        else uncommittedMarks.add(read);
    }

    private void adopt(SnapshotMark committed) {
        if (mark != null && committed.index() < mark.index()) return;
        mark = committed;
        int covered = 0;
        while (covered < entries.size() && entries.get(covered).index() <= committed.index()) covered++;
        var last = covered == 0 ? null : entries.get(covered - 1);
        // §7: what follows is retained only if the log has the entry the mark speaks of.
        boolean otherEntry = last != null && last.index() == committed.index() && last.term() != committed.term();
        entries.subList(0, otherEntry ? entries.size() : covered).clear();
    }

    private void entry(Good record) throws IOException {
        var entry = parseEntry(record);
        if (mark != null && entry.index() <= mark.index()) return;
        if (!entries.isEmpty()) {
            long known = entry.index() - entries.getFirst().index();
            if (known > entries.size()) {
                gap = damaged(
                        record,
                        "entry " + entry.index() + " follows entry "
                                + entries.getLast().index());
                known = 0;
            }
            entries.subList((int) Math.max(known, 0), entries.size()).clear(); // spec FM-22
        }
        entries.add(entry);
    }

    /** By hand, since this is most of a log: one copy, and no field passes that is not known. */
    private Entry parseEntry(Good record) throws IOException {
        long type = 0;
        long term = 0;
        long index = 0;
        var payload = Payload.EMPTY;
        try {
            var in = CodedInputStream.newInstance(record.data());
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 0x08 -> type = in.readInt64();
                    case 0x10 -> term = in.readUInt64();
                    case 0x18 -> index = in.readUInt64();
                    case 0x22 -> payload = Payload.of(in.readByteArray());
                    default -> throw damaged(record, "entry has an unknown field");
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw damaged(record, "entry does not parse: " + e.getMessage());
        }
        if (term <= 0 || index <= 0) throw damaged(record, "entry without term or index");
        if (type != 0 && type != 1) throw damaged(record, "entry type " + type + " is not supported");
        // A flipped record type makes a conf change of a hard state: it has no data.
        if (type == 1 && payload == Payload.EMPTY) throw damaged(record, "conf change without data");
        return new Entry(term, index, type == 0 ? Entry.Type.NORMAL : Entry.Type.CONF_CHANGE, payload);
    }

    private <M extends Message> M message(Good record, Parser<M> parser) throws IOException {
        M message;
        try {
            message = parser.parseFrom(record.data());
        } catch (InvalidProtocolBufferException e) {
            throw damaged(record, "record of type " + record.type() + " does not parse: " + e.getMessage());
        }
        if (!message.getUnknownFields().asMap().isEmpty())
            throw damaged(record, "record of type " + record.type() + " has an unknown field");
        return message;
    }

    private WalDamaged damaged(Good record, String reason) {
        return new WalDamaged(path, record.offset(), reason);
    }
}
