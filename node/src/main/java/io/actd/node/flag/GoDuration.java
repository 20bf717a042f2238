package io.actd.node.flag;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1h30m}, {@code 1.5s}, {@code 100ms} (spec OP-2, OP-85). */
public final class GoDuration {
    private static final Pattern WHOLE = Pattern.compile("[+-]?((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /** @throws BadValueException if the text is no duration, or longer than 292 years */
    public static Duration parse(String text) throws BadValueException {
        if (text.equals("0") || text.equals("+0") || text.equals("-0")) return Duration.ZERO;
        if (!WHOLE.matcher(text).matches()) throw new BadValueException("time: invalid duration \"" + text + "\"");
        var sum = BigDecimal.ZERO;
        var parts = PART.matcher(text);
        while (parts.find()) {
            var unit = NANOS.get(parts.group(2));
            if (unit == null) throw new IllegalStateException("unit " + parts.group(2));
            sum = sum.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        var nanos = text.startsWith("-") ? sum.negate().toBigInteger() : sum.toBigInteger();
        if (nanos.bitLength() > 63) throw new BadValueException("time: invalid duration \"" + text + "\"");
        return Duration.ofNanos(nanos.longValue());
    }

    /** The shortest exact form, e.g. {@code 1.135796ms}, {@code 1m0s}, {@code 0s}. */
    public static String format(Duration duration) {
        var nanos = duration.toNanos();
        if (nanos == 0) return "0s";
        var sign = nanos < 0 ? "-" : "";
        var rest = Math.abs(nanos);
        if (rest < 1_000) return sign + rest + "ns";
        if (rest < 1_000_000) return sign + decimal(rest, 3) + "µs";
        if (rest < 1_000_000_000) return sign + decimal(rest, 6) + "ms";
        var minutes = rest / 60_000_000_000L;
        var seconds = decimal(rest % 60_000_000_000L, 9) + "s";
        if (minutes == 0) return sign + seconds;
        if (minutes < 60) return sign + minutes + "m" + seconds;
        return sign + minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long value, int scale) {
        var text = BigDecimal.valueOf(value, scale).stripTrailingZeros().toPlainString();
        return text.isEmpty() ? "0" : text;
    }
}
