# Reads the log of `ctest -V` and prints every failure and one last line "N passed, N failed, N skipped".
# Counted are single checks: those of Check programs ("97%: Checks: 30, Failures: 1, Errors: 0") and
# TAP lines ("ok 1 - name", "not ok 2 - name", "ok 3 - name # SKIP why"). A test program that prints
# neither counts as one. A program that fails without a failed check of its own counts as one failure.

function finish(verdict) {
    if (verdict == "Passed") {
        if (checks == 0)
            passed++
    } else if (verdict ~ /Skipped|Not Run|Disabled/) {
        skipped++
        print "skipped: " name
    } else if (bad == 0) {
        failed++
        print "FAILED: " name " (" verdict ")"
    }
    checks = bad = 0
}

{ sub(/\r$/, "") }

/^[ \t]*Start +[0-9]+: / {
    name = $0
    sub(/^[ \t]*Start +[0-9]+: /, "", name)
    next
}

/^[0-9]+: [0-9]+%: Checks: / {
    total = $4 + 0
    broken = $6 + $8
    passed += total - broken
    failed += broken
    checks += total
    bad += broken
    next
}

/^[0-9]+: [^ ].*:[0-9]+:[FE]:/ { print "FAILED: " name ": " substr($0, index($0, " ") + 1) }

/^[0-9]+: ok [0-9]+.*# SKIP/ { skipped++; checks++; print "skipped: " name ": " substr($0, index($0, " ") + 1); next }
/^[0-9]+: ok [0-9]+/ { passed++; checks++; next }
/^[0-9]+: not ok [0-9]+/ { failed++; checks++; bad++; print "FAILED: " name ": " substr($0, index($0, " ") + 1); next }

/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
    name = $4
    if ($0 ~ / Passed +[0-9.]+ sec/)
        finish("Passed")
    else if (match($0, /\*\*\*[A-Za-z ]+/))
        finish(substr($0, RSTART + 3, RLENGTH - 3))
    else
        finish("unknown verdict")
}

END {
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit (failed > 0 || passed == 0)
}
