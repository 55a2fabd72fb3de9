# Reads `path:line:#include "target"` lines (grep -n over emu/) and holds every include against the layer
# picture of emu/README.md, then looks for header cycles. Prints one TAP line a check.

BEGIN {
    split("base loader files bus cpu devices machine snapshot debug monitor gdb script ui app", order, " ")
    may["base"] = "base"
    may["loader"] = "loader base"
    may["files"] = "files base"
    may["bus"] = "bus base"
    may["cpu"] = "cpu bus base"
    may["devices"] = "devices bus base"
    may["machine"] = "machine loader cpu devices bus base"
    may["snapshot"] = "snapshot machine loader cpu devices bus base"
    may["debug"] = "debug machine loader cpu devices bus base"
    may["monitor"] = "monitor debug snapshot machine loader cpu devices bus base"
    may["gdb"] = "gdb debug machine loader cpu devices bus base"
    may["script"] = "script monitor debug snapshot machine loader cpu devices bus base"
    may["ui"] = "ui base"
    may["app"] = "app files script gdb ui monitor debug snapshot machine loader cpu devices bus base disks bios"
}

{
    split($0, part, ":")
    file = part[1]
    sub(/^emu\//, "", file)
    match($0, /"[^"]+"/)
    target = substr($0, RSTART + 1, RLENGTH - 2)
    from = file
    sub(/\/.*/, "", from)
    to = target
    sub(/\/.*/, "", to)
    includes++
    if (!(from in may))
        problem[++problems] = file ": the folder " from " is not in the picture"
    else if (index(target, "/") == 0)
        problem[++problems] = file ": includes \"" target "\" without its folder"
    else if ((" " may[from] " ") !~ (" " to " ") && !(from == "ui" && target == "machine/host.h"))
        problem[++problems] = file ": " from " must not see " target
    if (file ~ /\.h$/)
        edges[file] = edges[file] " " target
}

# Depth-first search; state 1 = on the path, 2 = done.
function visit(node, trail,    list, count, i) {
    if (state[node] == 2)
        return
    if (state[node] == 1) {
        cycle[++cycles] = trail " -> " node
        return
    }
    state[node] = 1
    count = split(edges[node], list, " ")
    for (i = 1; i <= count; i++)
        visit(list[i], trail " -> " node)
    state[node] = 2
}

END {
    for (node in edges)
        visit(node, "")
    for (i = 1; i <= problems; i++)
        print "# " problem[i]
    for (i = 1; i <= cycles; i++)
        print "# cycle" cycle[i]
    print "1..3"
    print (includes > 100 ? "ok" : "not ok") " 1 - the includes of emu/ were found (" includes + 0 ")"
    print (problems ? "not ok" : "ok") " 2 - every include goes down the layer picture"
    print (cycles ? "not ok" : "ok") " 3 - no headers include each other in a circle"
    exit (problems > 0 || cycles > 0 || includes <= 100)
}
