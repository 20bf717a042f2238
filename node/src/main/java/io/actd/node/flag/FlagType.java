package io.actd.node.flag;

import java.util.List;

/**
 * What a flag's value may be.
 *
 * @param choices the allowed texts of a {@link Kind#CHOICE}, else empty
 */
public record FlagType(Kind kind, List<String> choices) {
    /** The kinds of value. */
    public enum Kind {
        STRING,
        BOOL,
        INT,
        UINT,
        FLOAT,
        DURATION,
        URLS,
        URL_MAP,
        LIST,
        GATES,
        CHOICE
    }

    /** Reads the notation of {@code flags.table}. */
    static FlagType of(String notation) {
        return switch (notation) {
            case "string" -> new FlagType(Kind.STRING, List.of());
            case "bool" -> new FlagType(Kind.BOOL, List.of());
            case "int" -> new FlagType(Kind.INT, List.of());
            case "uint" -> new FlagType(Kind.UINT, List.of());
            case "float" -> new FlagType(Kind.FLOAT, List.of());
            case "duration" -> new FlagType(Kind.DURATION, List.of());
            case "urls" -> new FlagType(Kind.URLS, List.of());
            case "url-map" -> new FlagType(Kind.URL_MAP, List.of());
            case "list" -> new FlagType(Kind.LIST, List.of());
            case "gates" -> new FlagType(Kind.GATES, List.of());
            default -> {
                if (!notation.startsWith("choice(")) throw new IllegalArgumentException("type " + notation);
                yield new FlagType(
                        Kind.CHOICE,
                        List.of(notation.substring(7, notation.length() - 1).split(",")));
            }
        };
    }

    /** @throws BadValueException if the text is no value of this type; the empty text passes where it means "unset" */
    void check(String value) throws BadValueException {
        switch (kind) {
            case STRING, LIST -> {}
            case BOOL -> parseBool(value);
            case INT -> parseLong(value);
            case UINT -> {
                if (parseLong(value) < 0) throw new BadValueException("parse error");
            }
            case FLOAT -> parseFloat(value);
            case DURATION -> {
                try {
                    GoDuration.parse(value);
                } catch (BadValueException e) {
                    throw new BadValueException("parse error");
                }
            }
            case URLS -> {
                if (!value.isEmpty()) Url.parseList(value);
            }
            case URL_MAP -> {
                if (!value.isEmpty()) Url.parseMap(value);
            }
            case GATES -> FeatureGate.parse(value);
            case CHOICE -> {
                if (!choices.contains(value)) {
                    throw new BadValueException("invalid value, must be one of " + String.join(", ", choices));
                }
            }
        }
    }

    boolean isBool() {
        return kind == Kind.BOOL;
    }

    /** Go's booleans: {@code 1 t T true TRUE True 0 f F false FALSE False}. */
    static boolean parseBool(String value) throws BadValueException {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new BadValueException("parse error");
        };
    }

    static long parseLong(String value) throws BadValueException {
        try {
            return Long.decode(value);
        } catch (NumberFormatException e) {
            throw new BadValueException("parse error");
        }
    }

    private static void parseFloat(String value) throws BadValueException {
        try {
            Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new BadValueException("parse error");
        }
    }
}
