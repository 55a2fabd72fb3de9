# Sourced by tests that talk to a guest's serial line: start a command, wait for text, type text.
# Every test prints TAP; `finish` gives the plan and the exit code.

number=0
failures=0
workdir=$(mktemp -d)
seen=$workdir/seen
child=

cleanup() {
    [ -n "$child" ] && kill -9 "$child" 2>/dev/null
    rm -rf "$workdir"
}
trap cleanup EXIT

ok() { # NAME
    number=$((number + 1))
    echo "ok $number - $1"
}

not_ok() { # NAME [DETAILS]
    number=$((number + 1))
    failures=$((failures + 1))
    [ -n "${2:-}" ] && sed 's/^/# /' <<<"$2"
    echo "not ok $number - $1"
}

skip() { # NAME WHY
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

check() { # NAME COMMAND...: ok when the command succeeds
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$output"; fi
}

finish() {
    echo "1..$number"
    [ "$failures" = 0 ]
    exit
}

# start COMMAND...: in the background; what it prints is kept, what `say` says reaches its input.
start() {
    rm -f "$workdir/in"
    mkfifo "$workdir/in"
    : >"$seen"
    "$@" <"$workdir/in" >"$seen" 2>"$workdir/errors" &
    child=$!
    exec 9>"$workdir/in"
}

say() { printf '%s' "$1" >&9; }

# stop_child: waits for its end; its exit code.
stop_child() {
    exec 9>&-
    local code=0
    wait "$child" || code=$?
    child=
    return $code
}

# wait_for TEXT SECONDS [COUNT]: until the output holds the text (COUNT times).
wait_for() {
    local text=$1 tries=$(($2 * 20)) count=${3:-1}
    while [ "$tries" -gt 0 ]; do
        [ "$(tr -d '\r' <"$seen" | grep -aoF -- "$text" | wc -l)" -ge "$count" ] && return 0
        kill -0 "$child" 2>/dev/null || { sleep 0.1; break; }
        sleep 0.05
        tries=$((tries - 1))
    done
    [ "$(tr -d '\r' <"$seen" | grep -aoF -- "$text" | wc -l)" -ge "$count" ]
}

# run TEXT ANSWER SECONDS: types a line and waits for an answer and the next prompt.
run() {
    local before
    before=$(grep -aoF '# ' "$seen" | wc -l)
    say "$1"$'\n'
    wait_for "$2" "$3" && wait_for '# ' "$3" $((before + 1))
}

tail_seen() { tail -c 2000 "$seen" | tr -d '\r'; }

# root_of IMAGE FILE: copies the Minix root partition out of a disk image.
root_of() { dd if="$1" of="$2" bs=512 skip=1008 count=31248 status=none; }

fsck_root() { # IMAGE [-a]
    root_of "$1" "$workdir/root"
    fsck.minix -f ${2:-} "$workdir/root"
}
