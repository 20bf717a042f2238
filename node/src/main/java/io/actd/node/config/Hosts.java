package io.actd.node.config;

import io.actd.node.flag.BadValueException;
import io.actd.node.flag.Url;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Addresses in URLs. */
final class Hosts {
    private Hosts() {}

    /** Whether it is an IP address, so that asking for it needs no name service. */
    static boolean isAddress(String host) {
        return host.contains(":") ? host.matches("[0-9a-fA-F:.]+(%\\S+)?") : host.matches("(\\d{1,3}\\.){3}\\d{1,3}");
    }

    /** The URLs with names replaced by addresses; unix URLs stay. */
    static Set<String> resolved(Collection<Url> urls) throws UnknownHostException {
        var resolved = new TreeSet<String>();
        for (var url : urls) {
            resolved.add(
                    url.unix()
                            ? url.text()
                            : url.scheme() + "://"
                                    + InetAddress.getByName(url.host()).getHostAddress() + ":" + url.port());
        }
        return resolved;
    }

    /** The same for URLs as others sent them; one that is none is as good as unknown. */
    static Set<String> resolvedTexts(Collection<String> texts) throws UnknownHostException {
        var urls = new ArrayList<Url>();
        for (var text : texts) {
            try {
                urls.add(Url.parse(text));
            } catch (BadValueException e) {
                throw new UnknownHostException(text);
            }
        }
        return resolved(urls);
    }
}
