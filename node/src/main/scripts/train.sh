#!/bin/sh
# Makes the caches bin/actd starts from: train.sh DIST, at package time. A member is started, asked some tens of thousands
# of requests and stopped, and the JVM writes down what it loaded and what was hot: an AOT cache (JDK 25 on) or a CDS
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
trap 'kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT
: >"$work/log"
ACTD_JAVA_OPTS="${ACTD_JAVA_OPTS-} $option$work/cache" "$launcher" --data-dir "$work/data" \
    --listen-peer-urls http://127.0.0.1:0 --listen-client-urls http://127.0.0.1:0 \
    --advertise-client-urls http://127.0.0.1:0 >"$work/log" 2>&1 &
pid=$!
tries=0
until grep -q 'serving client traffic' "$work/log"; do
    kill -0 "$pid" 2>/dev/null || skip "$(tail -n 1 "$work/log")"
    tries=$((tries + 1))
    [ "$tries" -le 300 ] || skip "the training run was not ready in time"
    sleep 0.1
done
address=$(sed -n 's/.*serving client traffic.*"address":"\([^"]*\)".*/\1/p' "$work/log")
classpath=$(for jar in "$dist"/lib/*.jar; do printf ':%s' "$jar"; done)
"$jdk/bin/java" -Xlog:disable -cp "${classpath#:}" io.actd.node.Rehearsal "$address" ||
    echo "actd: the rehearsal was cut short, the first requests will be slower" >&2
kill -TERM "$pid"
wait "$pid"
[ -s "$work/cache" ] || skip "the JVM wrote no cache"
mv "$work/cache" "$cache" && cp "$jdk/release" "$dist/jdk"
