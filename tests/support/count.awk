# Reads the log of `ctest -V`, of tests one after the other or side by side, and prints every failure and one last line
# "N passed, N failed, N skipped". Counted are single checks: those of Check programs ("97%: Checks: 30, Failures: 1, Errors: 0")
# and TAP lines ("ok 1 - name", "not ok 2 - name", "ok 3 - name # SKIP why"). A test program that prints
# neither counts as one. A program that fails without a failed check of its own counts as one failure.

# Every line of a test starts with its number.
function finish(id, verdict) {
    if (verdict == "Passed") {
        if (checks[id] == 0)
            passed++
    } else if (verdict ~ /Skipped|Not Run|Disabled/) {
        skipped++
        print "skipped: " names[id]
    } else if (bad[id] == 0) {
        failed++
        print "FAILED: " names[id] " (" verdict ")"
    }
    checks[id] = bad[id] = 0
}

function report(word) { print word ": " names[id] ": " substr($0, index($0, " ") + 1) }

{ sub(/\r$/, ""); id = $1 + 0 }

/^[ \t]*Start +[0-9]+: / {
    id = $2 + 0
    names[id] = $0
    sub(/^[ \t]*Start +[0-9]+: /, "", names[id])
    next
}

/^[0-9]+: [0-9]+%: Checks: / {
    total = $4 + 0
    broken = $6 + $8
    passed += total - broken
    failed += broken
    checks[id] += total
    bad[id] += broken
    next
}

/^[0-9]+: [^ ].*:[0-9]+:[FE]:/ { report("FAILED") }

/^[0-9]+: ok [0-9]+.*# SKIP/ { skipped++; checks[id]++; report("skipped"); next }
/^[0-9]+: ok [0-9]+/ { passed++; checks[id]++; next }
/^[0-9]+: not ok [0-9]+/ { failed++; checks[id]++; bad[id]++; report("FAILED"); next }

/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
    match($0, /#[0-9]+/)
    id = substr($0, RSTART + 1, RLENGTH - 1) + 0
    names[id] = $4
    if ($0 ~ / Passed +[0-9.]+ sec/)
        finish(id, "Passed")
    else if (match($0, /\*\*\*[A-Za-z ]+/))
        finish(id, substr($0, RSTART + 3, RLENGTH - 3))
    else
        finish(id, "unknown verdict")
}

END {
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit (failed > 0 || passed == 0)
}
