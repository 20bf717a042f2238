package io.actd.join;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.actd.join.JoinMessage.ClusterQuestion;
import io.actd.join.JoinMessage.Described;
import io.actd.join.JoinMessage.NotReady;
import io.actd.protocol.join.ClusterAnswer;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Carries {@link JoinMessage}s: the message in protobuf, behind its CRC-32C. Made by Pekko, by its configuration. */
public final class JoinSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 1_100_201;
    private static final String QUESTION = "q";
    private static final String ANSWER = "a";

    private final ExtendedActorSystem system;

    public JoinSerializer(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch ((JoinMessage) message) {
            case ClusterQuestion question -> QUESTION;
            case JoinMessage.ClusterAnswer answer -> ANSWER;
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        return switch ((JoinMessage) message) {
            case ClusterQuestion question ->
                checked(io.actd.protocol.join.ClusterQuestion.newBuilder()
                        .setAbout(question.about())
                        .setReplyTo(resolver().toSerializationFormat(question.replyTo()))
                        .build());
            case NotReady notReady -> checked(ClusterAnswer.getDefaultInstance());
            case Described described ->
                checked(ClusterAnswer.newBuilder()
                        .setReady(true)
                        .setClusterId(described.cluster().id())
                        .setClusterVersion(described.cluster().version())
                        .addAllMembers(described.cluster().members())
                        .setRemoved(described.removed())
                        .build());
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        var body = body(bytes);
        try {
            return switch (manifest) {
                case QUESTION -> question(io.actd.protocol.join.ClusterQuestion.parseFrom(body));
                case ANSWER -> answer(ClusterAnswer.parseFrom(body));
                default -> throw new NotSerializableException("no join message " + manifest);
            };
        } catch (InvalidProtocolBufferException e) {
            throw new NotSerializableException("join message " + manifest + ": " + e.getMessage());
        }
    }

    private ClusterQuestion question(io.actd.protocol.join.ClusterQuestion question) {
        return new ClusterQuestion(question.getAbout(), resolver().resolveActorRef(question.getReplyTo()));
    }

    private static JoinMessage.ClusterAnswer answer(ClusterAnswer answer) {
        if (!answer.getReady()) return NotReady.INSTANCE;
        var cluster = new RunningCluster(answer.getClusterId(), answer.getClusterVersion(), answer.getMembersList());
        return new Described(cluster, answer.getRemoved());
    }

    private ActorRefResolver resolver() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }

    private static byte[] checked(MessageLite message) {
        byte[] body = message.toByteArray();
        return ByteBuffer.allocate(Integer.BYTES + body.length)
                .putInt(crc(ByteBuffer.wrap(body)))
                .put(body)
                .array();
    }

    private static ByteBuffer body(byte[] bytes) throws NotSerializableException {
        var buffer = ByteBuffer.wrap(bytes);
        if (bytes.length < Integer.BYTES || buffer.getInt() != crc(buffer.duplicate())) {
            throw new NotSerializableException("a join message of " + bytes.length + " bytes was damaged on its way");
        }
        return buffer;
    }

    private static int crc(ByteBuffer body) {
        var crc = new CRC32C();
        crc.update(body);
        return (int) crc.getValue();
    }
}
