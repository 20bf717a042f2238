package io.actd.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.actd.protocol.mvcc.KeyValue;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Decodes the values of history rows (spec FM-65). A row that is no {@code KeyValue} is a damaged store. */
final class Pairs {
    private static final byte[] NO_KEY = new byte[0];

    private Pairs() {}

    /** The whole pair; it keeps the row's array instead of copying out of it. */
    static KeyValue parse(byte[] row) {
        try {
            var input = UnsafeByteOperations.unsafeWrap(row).newCodedInput();
            input.enableAliasing(true);
            return KeyValue.parser().parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The key alone; empty for the row without value that {@code --bump-revision} leaves. */
    static byte[] key(byte[] row) {
        return head(row).key;
    }

    /** What the index needs of a pair; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Head(byte[] key, long createRevision, long version, long lease) {}

    /** All but the value. */
    static Head head(byte[] row) {
        var key = NO_KEY;
        long createRevision = 0;
        long version = 0;
        long lease = 0;
        try {
            var input = CodedInputStream.newInstance(row);
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case KeyValue.KEY_FIELD_NUMBER -> key = input.readByteArray();
                    case KeyValue.CREATE_REVISION_FIELD_NUMBER -> createRevision = input.readInt64();
                    case KeyValue.VERSION_FIELD_NUMBER -> version = input.readInt64();
                    case KeyValue.LEASE_FIELD_NUMBER -> lease = input.readInt64();
                    default -> input.skipField(tag);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Head(key, createRevision, version, lease);
    }

    /** The value of a tombstone row. */
    static byte[] tombstone(byte[] key) {
        return KeyValue.newBuilder()
                .setKey(UnsafeByteOperations.unsafeWrap(key))
                .build()
                .toByteArray();
    }

    /** The pair of a DELETE event (spec W-11). */
    static KeyValue deleted(ByteString key, long modRevision) {
        return KeyValue.newBuilder().setKey(key).setModRevision(modRevision).build();
    }
}
