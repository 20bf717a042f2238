#!/bin/sh
# Makes the caches bin/actd starts from: train.sh DIST, at package time. Members are started, asked some ten thousand
# requests and stopped, and the JVM of one writes down what it loaded and what was hot: an AOT cache (JDK 25 on) or a CDS
# archive. Whatever goes wrong here only costs speed.
dist=$1
scripts=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
launcher=$scripts/../../../../bin/actd
rm -f "$dist/actd.aot" "$dist/actd.jsa" "$dist/jdk" "$dist/version"

skip() {
    echo "actd: starting without an AOT cache: $1" >&2
    exit 0
}

. "$scripts/find-jdk.sh"
[ -n "$jdk" ] || skip "no JDK 21 or newer found"
"$launcher" -version >"$dist/version.new" 2>/dev/null && mv "$dist/version.new" "$dist/version" || skip "it does not start"
if [ "$jdk_feature" -ge 25 ]; then
    cache=$dist/actd.aot option=-XX:AOTCacheOutput=
else
    cache=$dist/actd.jsa option=-XX:ArchiveClassesAtExit=
fi

work=$(mktemp -d) || skip "no temporary directory"
trap 'rm -rf "$work"' EXIT
classpath=$(for jar in "$dist"/lib/*.jar; do printf ':%s' "$jar"; done)
quiet=-Xlog:disable
[ "$jdk_feature" -lt 24 ] || quiet="$quiet --sun-misc-unsafe-memory-access=allow"
# shellcheck disable=SC2086
"$jdk/bin/java" $quiet -cp "${classpath#:}" io.actd.node.rehearsal.Rehearsal "$launcher" "$work" "$option$work/cache" ||
    echo "actd: the rehearsal was cut short, the first requests will be slower" >&2
[ -s "$work/cache" ] || skip "the JVM wrote no cache"
mv "$work/cache" "$cache" && cp "$jdk/release" "$dist/jdk"
