package io.actd.e2e.measure;

import java.util.ArrayList;
import java.util.List;

/** Words of a command line: pairs of a name and a number, and what is left. */
final class Arguments {
    private final List<String> words;

    Arguments(String... words) {
        this.words = new ArrayList<>(List.of(words));
    }

    /** The number behind the name, which is taken out; or the default. */
    long number(String name, long otherwise) {
        int at = words.indexOf(name);
        if (at < 0 || at + 1 >= words.size()) {
            return otherwise;
        }
        words.remove(at);
        return Long.parseLong(words.remove(at));
    }

    /** What nobody asked for. */
    String[] rest() {
        return words.toArray(String[]::new);
    }
}
