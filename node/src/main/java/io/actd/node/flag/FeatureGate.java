package io.actd.node.flag;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Features that are switched by {@code --feature-gates} (spec operations.md §3, OP-21). Unlike etcd's, checkpoints of
 * leases are on, and what is recorded is always stored.
 */
public enum FeatureGate {
    StopGRPCServiceOnDefrag(false, Stage.ALPHA),
    InitialCorruptCheck(false, Stage.ALPHA),
    CompactHashCheck(false, Stage.ALPHA),
    TxnModeWriteWithSharedBuffer(true, Stage.BETA),
    LeaseCheckpoint(true, Stage.ALPHA),
    LeaseCheckpointPersist(true, Stage.ALPHA),
    SetMemberLocalAddr(false, Stage.ALPHA),
    FastLeaseKeepAlive(true, Stage.BETA),
    PriorityRequest(false, Stage.ALPHA);

    /** How far a feature is trusted; {@code AllAlpha} and {@code AllBeta} switch a whole stage. */
    public enum Stage {
        ALPHA,
        BETA
    }

    private static final Map<String, FeatureGate> BY_NAME = new HashMap<>();

    static {
        for (var gate : values()) BY_NAME.put(gate.name(), gate);
    }

    private final boolean byDefault;
    private final Stage stage;

    FeatureGate(boolean byDefault, Stage stage) {
        this.byDefault = byDefault;
        this.stage = stage;
    }

    public Stage stage() {
        return stage;
    }

    /**
     * The state of every gate under {@code A=true,B=false}; a gate named beats its stage, wherever it stands.
     *
     * @throws BadValueException for an unknown gate or a value that is no boolean
     */
    public static Map<FeatureGate, Boolean> parse(String given) throws BadValueException {
        var stages = new EnumMap<Stage, Boolean>(Stage.class);
        var named = new EnumMap<FeatureGate, Boolean>(FeatureGate.class);
        for (var part : given.split(",", -1)) {
            if (part.isBlank()) continue;
            var equals = part.indexOf('=');
            var name = (equals < 0 ? part : part.substring(0, equals)).trim();
            if (equals < 0) throw new BadValueException("missing bool value for " + name);
            var on = FlagType.parseBool(part.substring(equals + 1).trim());
            if (name.equals("AllAlpha")) {
                stages.put(Stage.ALPHA, on);
            } else if (name.equals("AllBeta")) {
                stages.put(Stage.BETA, on);
            } else {
                var gate = BY_NAME.get(name);
                if (gate == null) throw new BadValueException("unrecognized feature gate: " + name);
                named.put(gate, on);
            }
        }
        var states = new EnumMap<FeatureGate, Boolean>(FeatureGate.class);
        for (var gate : values()) {
            states.put(gate, named.getOrDefault(gate, stages.getOrDefault(gate.stage, gate.byDefault)));
        }
        if (!named.containsKey(LeaseCheckpointPersist)) {
            states.put(LeaseCheckpointPersist, states.get(LeaseCheckpoint));
        }
        return states;
    }
}
