package io.actd.api.service;

import java.util.List;
import java.util.regex.Pattern;

/** Peer URLs as clients hand them in. */
final class PeerUrls {
    private static final Pattern VALID =
            Pattern.compile("https?://(\\[[0-9a-fA-F:.%]+]|[^\\s/?#:\\[\\]@]*):\\d{0,5}|unixs?://\\S+");

    private PeerUrls() {}

    /** Trimmed and sorted; empty if there are none or one is no place to reach a member at (spec M-3). */
    static List<String> normal(List<String> given) {
        var urls = given.stream().map(String::strip).sorted().toList();
        return urls.stream().allMatch(url -> VALID.matcher(url).matches()) ? urls : List.of();
    }
}
