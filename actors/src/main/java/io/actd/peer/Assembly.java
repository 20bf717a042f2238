package io.actd.peer;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts letters together from their pieces, one at a time per sender. A piece that does not continue its sender's letter
 * ends that letter: they come in order or not at all. Holds at most {@link Envelopes#MAX_LETTER_BYTES} per sender.
 */
final class Assembly {
    private record Partial(long letterId, int count, int next, ByteString bytes) {}

    private final Map<Long, Partial> partials = new HashMap<>();

    /** The letter this piece was the last of, {@link Packet.Unreadable} if it does not fit, null while pieces lack. */
    @Nullable
    Packet add(Packet.Piece piece) {
        var before = partials.remove(piece.from());
        var known = piece.index() == 0 ? new Partial(piece.letterId(), piece.count(), 0, ByteString.EMPTY) : before;
        if (known == null
                || known.letterId() != piece.letterId()
                || known.count() != piece.count()
                || known.next() != piece.index()) {
            return new Packet.Unreadable("a piece without those before it");
        }
        if (known.bytes().size() > Envelopes.MAX_LETTER_BYTES - piece.slice().size()) {
            return new Packet.Unreadable("pieces of more than " + Envelopes.MAX_LETTER_BYTES + " bytes");
        }
        int next = piece.index() + 1;
        var bytes = known.bytes().concat(piece.slice());
        if (next < piece.count()) {
            partials.put(piece.from(), new Partial(piece.letterId(), piece.count(), next, bytes));
            return null;
        }
        return Reading.read(bytes.asReadOnlyByteBuffer());
    }
}
