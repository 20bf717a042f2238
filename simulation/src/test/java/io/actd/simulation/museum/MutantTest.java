package io.actd.simulation.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantTest {
    private static final List<String> PATCH = """
            Scenario: D1
            What: One becomes two.
            Members: 5

            --- a/some/File.java
            +++ b/some/File.java
            @@ -10,3 +10,4 @@
             begin

            -one
            +two
            +three
             end
            """.lines().toList();

    @TempDir
    Path root;

    @BeforeEach
    void project() throws IOException {
        Files.createDirectories(root.resolve("some"));
    }

    private void write(String text) throws IOException {
        Files.writeString(root.resolve("some/File.java"), text);
    }

    @Test
    void head_saysWhatItIsAbout() {
        var mutant = Mutant.parse("name", PATCH);
        assertEquals("D1", mutant.scenario());
        assertEquals("One becomes two.", mutant.what());
        assertEquals(5, mutant.members());
        assertEquals(1, mutant.hunks().size());
    }

    @Test
    void lines_areFoundWhereverTheyHaveGone() throws IOException {
        write("new\nbegin\n\none\nend\nbegin\n");
        assertEquals(
                "new\nbegin\n\ntwo\nthree\nend\nbegin\n",
                Mutant.parse("name", PATCH).applyTo(root).get("some/File.java"));
    }

    @Test
    void linesThatAreGone_orThereTwice_areAnError() throws IOException {
        var mutant = Mutant.parse("name", PATCH);
        write("begin\n\nanother\nend\n");
        assertThrows(IllegalStateException.class, () -> mutant.applyTo(root));
        write("begin\n\none\nend\nbegin\n\none\nend\n");
        assertThrows(IllegalStateException.class, () -> mutant.applyTo(root));
    }
}
