package io.actd.apply;

import static io.actd.apply.Requests.get;
import static io.actd.apply.Requests.op;
import static io.actd.apply.Requests.put;
import static io.actd.apply.Requests.txn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.TxnResponse;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Readers on other threads while the writer applies, compacts and flushes. */
class ConcurrentReadsTest {
    private static final int WRITES = 3000;

    private final Machine machine = new Machine();
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void read_only_txn_sees_one_revision_whatever_is_written() throws Exception { // spec TX-17, TX-12
        both(0);
        var readers = new ArrayList<Future<Long>>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            try {
                for (int i = 0; i < 2; i++) readers.add(threads.submit((Callable<Long>) this::readUntilDone));
                for (int i = 1; i <= WRITES; i++) {
                    both(i);
                    if (i % 50 == 0) machine.compact(machine.state().store().revision());
                    if (i % 70 == 0) machine.flush();
                }
            } finally {
                done.set(true);
            }
            for (var reader : readers) assertTrue(reader.get() > 0);
        }
        assertEquals(WRITES + 2, machine.state().store().revision());
        machine.close();
    }

    private void both(int number) {
        var value = Integer.toString(number);
        machine.txn(txn(op(put("a", value)), op(put("b", value))));
    }

    /** How many reads were made; each sees both keys as one txn left them, and never an older state than before. */
    private long readUntilDone() {
        var read = txn(op(get("a")), op(get("b"))).build();
        long reads = 0;
        long seen = 0;
        do {
            var response = Machine.ok(TxnResponse.class, machine.state().readOnlyTxn(read));
            var a = response.getResponses(0).getResponseRange().getKvs(0);
            var b = response.getResponses(1).getResponseRange().getKvs(0);
            assertEquals(a.getValue(), b.getValue());
            assertEquals(response.getHeader().getRevision(), a.getModRevision());
            assertTrue(a.getModRevision() >= seen);
            seen = a.getModRevision();
            reads++;
        } while (!done.get());
        return reads;
    }
}
