package io.actd.apply;

import com.google.protobuf.CodedInputStream;
import io.actd.protocol.membership.Attributes;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command of the v2 API, as etcd up to 3.5 writes it into its log to publish members and the cluster version (spec
 * FM-42). Everything else of that API has no effect here.
 */
record V2Entry(String method, String path, String value) {
    private static final int ID = 1 << 3;
    private static final int METHOD = 2 << 3 | 2;
    private static final int PATH = 3 << 3 | 2;
    private static final int VALUE = 4 << 3 | 2;
    private static final Set<String> METHODS = Set.of("PUT", "POST", "DELETE", "QGET", "SYNC", "GET", "HEAD");
    private static final Pattern ATTRIBUTES = Pattern.compile("/0/members/([0-9a-f]{1,16})/attributes");

    /** Null if the bytes are a command of our time: those never have a field 2. */
    static @Nullable V2Entry parse(byte[] bytes) {
        if (bytes[0] != ID && bytes[0] != METHOD) return null;
        try {
            var in = CodedInputStream.newInstance(bytes);
            int tag = in.readTag();
            if (tag == ID) {
                in.readUInt64();
                tag = in.readTag();
            }
            if (tag != METHOD) return null;
            var method = in.readString();
            return METHODS.contains(method) ? rest(method, in) : null;
        } catch (IOException e) {
            return null; // not that shape: let the parser of commands say what is wrong
        }
    }

    private static V2Entry rest(String method, CodedInputStream in) throws IOException {
        var path = "";
        var value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case PATH -> path = in.readString();
                case VALUE -> value = in.readString();
                default -> in.skipField(tag);
            }
        }
        return new V2Entry(method, path, value);
    }

    void execute(ClusterExecutor cluster) {
        if (!method.equals("PUT")) return;
        var attributes = ATTRIBUTES.matcher(path);
        if (attributes.matches()) {
            var member = MemberJson.attributes(value);
            cluster.publish(
                    Long.parseUnsignedLong(attributes.group(1), 16),
                    Attributes.newBuilder()
                            .setName(member.getName())
                            .addAllClientUrls(member.getClientURLsList())
                            .build());
        } else if (path.equals("/0/version")) {
            cluster.setVersion(value);
        }
    }
}
