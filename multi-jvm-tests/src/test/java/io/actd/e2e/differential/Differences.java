package io.actd.e2e.differential;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;

/** How differences are shown. */
final class Differences {
    private static final int ENOUGH_CHARACTERS = 3_000;

    private Differences() {}

    static String oneLine(Message message) {
        String text = TextFormat.printer().printToString(message).replaceAll("\\s+", " ");
        return text.length() <= ENOUGH_CHARACTERS
                ? text
                : text.substring(0, ENOUGH_CHARACTERS) + "… (" + message.getSerializedSize() + " bytes)";
    }
}
