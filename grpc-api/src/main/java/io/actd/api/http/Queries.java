package io.actd.api.http;

import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.Query;

/** Reads repeatable query parameters. */
final class Queries {
    private Queries() {}

    static Set<String> all(Query query, String name) {
        var values = new HashSet<String>();
        for (var pair : query.toList()) {
            if (pair.first().equals(name)) values.add(pair.second());
        }
        return values;
    }

    static boolean has(Query query, String name) {
        return query.get(name).isPresent();
    }
}
