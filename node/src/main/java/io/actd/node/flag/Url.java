package io.actd.node.flag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A place to listen at or to be reached at (spec V1).
 *
 * @param scheme http, https, unix or unixs
 * @param host without brackets; may be empty for http; the path of a unix URL
 * @param port empty for unix URLs
 * @param text as it was given
 */
public record Url(String scheme, String host, String port, String text) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "unix", "unixs");

    /** @throws BadValueException with the text of V1 */
    public static Url parse(String given) throws BadValueException {
        var text = given.trim();
        var mark = text.indexOf("://");
        var scheme = mark < 0 ? "" : text.substring(0, mark);
        if (!SCHEMES.contains(scheme)) {
            throw new BadValueException("URL scheme must be http, https, unix, or unixs: " + text);
        }
        var rest = text.substring(mark + 3);
        if (scheme.startsWith("unix")) return new Url(scheme, rest, "", text);
        var end = endOfAuthority(rest);
        var authority = rest.substring(0, end);
        var colon = authority.lastIndexOf(':');
        var host = colon < 0 ? authority : authority.substring(0, colon);
        var bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon < 0 || (!bracketed && host.contains(":")) || !isPort(authority.substring(colon + 1))) {
            throw new BadValueException("URL address does not have the form \"host:port\": " + text);
        }
        if (end < rest.length()) throw new BadValueException("URL must not contain a path: " + text);
        return new Url(
                scheme, bracketed ? host.substring(1, host.length() - 1) : host, authority.substring(colon + 1), text);
    }

    /** A comma list, sorted by text without repetition. */
    public static List<Url> parseList(String given) throws BadValueException {
        var texts = new TreeSet<String>();
        for (var part : given.split(",", -1)) texts.add(part.trim());
        var urls = new ArrayList<Url>();
        for (var text : texts) urls.add(parse(text));
        return List.copyOf(urls);
    }

    /** {@code n1=url,n2=url,n2=url}: peer URLs by member name, in the order given. */
    public static Map<String, List<Url>> parseMap(String given) throws BadValueException {
        var byName = new LinkedHashMap<String, List<Url>>();
        for (var part : given.split(",", -1)) {
            var equals = part.indexOf('=');
            var name = equals < 0 ? part.trim() : part.substring(0, equals).trim();
            var url = equals < 0 ? "" : part.substring(equals + 1);
            if (url.isEmpty()) throw new BadValueException("empty URL given for \"" + name + "\"");
            byName.computeIfAbsent(name, n -> new ArrayList<>()).add(parse(url));
        }
        return byName;
    }

    public boolean secure() {
        return scheme.endsWith("s");
    }

    public boolean unix() {
        return scheme.startsWith("unix");
    }

    public int portNumber() {
        return Integer.parseInt(port);
    }

    private static int endOfAuthority(String rest) {
        for (var i = 0; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) return i;
        }
        return rest.length();
    }

    private static boolean isPort(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65535;
    }

    @Override
    public String toString() {
        return text;
    }
}
