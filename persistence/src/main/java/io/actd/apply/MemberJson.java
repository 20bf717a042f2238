package io.actd.apply;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import io.actd.protocol.api.DowngradeInfo;
import io.actd.protocol.api.Member;
import io.actd.raft.Membership;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The JSON of etcd for members, contexts of conf changes, conf states and downgrades (spec FM-20, FM-68, FM-72, FM-73).
 * Ids are unsigned decimal numbers (spec FM-4); keys stand in a fixed order, empty ones are left out.
 */
final class MemberJson {
    /** @param promote whether a learner is to become a voter; then nothing but the id counts */
    record Context(Member member, boolean promote) {}

    @FunctionalInterface
    private interface Body {
        void write(JsonWriter json) throws IOException;
    }

    private MemberJson() {}

    static byte[] context(Member member, boolean promote) {
        return object(json -> {
            members(json, member);
            if (promote) json.name("isPromote").value(true);
        });
    }

    static Context context(byte[] text) {
        var object = object(text);
        return new Context(member(object), flag(object, "isPromote"));
    }

    static byte[] member(Member member) {
        return object(json -> members(json, member));
    }

    static Member member(byte[] text) {
        return member(object(text));
    }

    /** Name and client URLs of the text, nothing else (spec FM-42). */
    static Member attributes(String text) {
        var object = object(text);
        return Member.newBuilder()
                .setName(text(object, "name"))
                .addAllClientURLs(texts(object, "clientURLs"))
                .build();
    }

    static byte[] confState(Membership membership) {
        return object(json -> {
            ids(json, "voters", membership.voters());
            ids(json, "learners", membership.learners());
            json.name("auto_leave").value(false);
        });
    }

    static byte[] downgrade(DowngradeInfo downgrade) {
        return object(json -> json.name("target-version")
                .value(downgrade.getTargetVersion())
                .name("enabled")
                .value(downgrade.getEnabled()));
    }

    static DowngradeInfo downgrade(byte[] text) {
        var object = object(text);
        return DowngradeInfo.newBuilder()
                .setTargetVersion(text(object, "target-version"))
                .setEnabled(flag(object, "enabled"))
                .build();
    }

    private static void members(JsonWriter json, Member member) throws IOException {
        json.name("id").jsonValue(Long.toUnsignedString(member.getID()));
        json.name("peerURLs");
        if (member.getPeerURLsCount() == 0) {
            json.nullValue();
        } else {
            texts(json, member.getPeerURLsList());
        }
        if (member.getIsLearner()) json.name("isLearner").value(true);
        if (!member.getName().isEmpty()) json.name("name").value(member.getName());
        if (member.getClientURLsCount() > 0) {
            json.name("clientURLs");
            texts(json, member.getClientURLsList());
        }
    }

    private static Member member(JsonObject object) {
        var id = object.get("id");
        if (id == null) throw new JsonParseException("a member without id");
        return Member.newBuilder()
                .setID(Long.parseUnsignedLong(id.getAsString()))
                .addAllPeerURLs(texts(object, "peerURLs"))
                .setIsLearner(flag(object, "isLearner"))
                .setName(text(object, "name"))
                .addAllClientURLs(texts(object, "clientURLs"))
                .build();
    }

    private static byte[] object(Body body) {
        var text = new StringWriter();
        try (var json = new JsonWriter(text)) {
            json.setSerializeNulls(true);
            json.setHtmlSafe(false);
            json.beginObject();
            body.write(json);
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Rows.ascii(text.toString());
    }

    private static void ids(JsonWriter json, String name, Collection<Long> ids) throws IOException {
        if (ids.isEmpty()) return;
        json.name(name).beginArray();
        for (long id : ids) json.jsonValue(Long.toUnsignedString(id));
        json.endArray();
    }

    private static void texts(JsonWriter json, List<String> texts) throws IOException {
        json.beginArray();
        for (String text : texts) json.value(text);
        json.endArray();
    }

    private static JsonObject object(byte[] text) {
        return object(Rows.text(text));
    }

    private static JsonObject object(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    private static String text(JsonObject object, String name) {
        var element = object.get(name);
        return element == null || element.isJsonNull() ? "" : element.getAsString();
    }

    private static boolean flag(JsonObject object, String name) {
        var element = object.get(name);
        return element != null && !element.isJsonNull() && element.getAsBoolean();
    }

    private static List<String> texts(JsonObject object, String name) {
        var texts = new ArrayList<String>();
        if (object.get(name) instanceof JsonArray array) {
            for (JsonElement element : array) texts.add(element.getAsString());
        }
        return texts;
    }
}
