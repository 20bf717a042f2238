package io.actd.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WalFailpointsTest {
    @Test
    void documentation_listsEachOnce() throws IOException {
        var rows = Pattern.compile("^\\| `(wal-[a-z-]+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../docs/failpoints.md")));
        assertEquals(WalFailpoints.ALL, rows.results().map(row -> row.group(1)).toList());
    }
}
