package io.actd.node.metrics;

import java.math.BigDecimal;

/** Numbers as Go's Prometheus client prints them, so that scripts that compare text keep working. */
final class GoNumber {
    /** From this decimal exponent on the scientific form is used: 100000, 1e+06. */
    private static final int LARGE = 6;
    /** Below this one, too: 0.0001, 1e-05. */
    private static final int SMALL = -4;

    private GoNumber() {}

    static String format(double value) {
        if (Double.isNaN(value)) return "NaN";
        if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
        if (value == 0) return "0";
        // Double.toString gives the shortest digits that read back as the same value.
        var exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        var exponent = exact.precision() - exact.scale() - 1;
        var digits = exact.unscaledValue().abs().toString();
        if (exponent >= SMALL && exponent < LARGE) return exact.toPlainString();
        var mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        var size = Math.abs(exponent);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }
}
