# Finds the JDK that runs actd; sourced by bin/actd and train.sh. Sets jdk (its directory) and jdk_feature (25).
# Order: ACTD_JAVA_HOME, JAVA_HOME, the newest below /usr/lib/jvm, java on PATH. The first that is 21 or newer wins.

# Sets found to the feature version of the JDK in directory $1, empty if there is none.
feature_of() {
    found=
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    while IFS='="' read -r key _ value _; do
        case $key in JAVA_VERSION) found=${value%%[!0-9]*} ;; esac
    done <"$1/release"
}

# Takes the JDK in directory $1 if it is new enough and newer than the one taken so far.
consider() {
    [ -n "$1" ] || return 0
    feature_of "$1"
    [ -n "$found" ] && [ "$found" -ge 21 ] && [ "$found" -gt "$jdk_feature" ] || return 0
    jdk=$1 jdk_feature=$found
}

jdk= jdk_feature=0
consider "${ACTD_JAVA_HOME-}"
[ -n "$jdk" ] || consider "${JAVA_HOME-}"
if [ -z "$jdk" ]; then
    for directory in /usr/lib/jvm/*; do consider "$directory"; done
fi
if [ -z "$jdk" ] && on_path=$(command -v java 2>/dev/null); then
    on_path=$(readlink -f -- "$on_path")
    consider "${on_path%/bin/java}"
fi
