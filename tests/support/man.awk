# Makes the manual page of what `glass386 -help` prints.
function escape(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    sub(/^\./, "\\\\\\&.", text)
    return text
}
BEGIN {
    print ".\\\" Made by ./dev docs from the table in emu/app/options.c."
    print ".TH GLASS386 1 \"\" \"" version "\" \"User Commands\""
}
NR == 1 {
    sub(/^glass386: /, "")
    print ".SH NAME\nglass386 \\- " escape($0)
    next
}
/^usage: / { print ".SH SYNOPSIS\n.nf"; sub(/^usage: /, ""); print escape($0); synopsis = 1; next }
synopsis && /^       / { sub(/^ +/, ""); print escape($0); next }
synopsis { print ".fi\n.SH DESCRIPTION"; synopsis = 0 }
/^  -/ {
    if (!options++)
        print ".SH OPTIONS\nOne or two dashes; an option of a file\n(\\-config, glass386.ini)\nbears the same name without a dash."
    line = substr($0, 3)
    at = index(line, "  ")
    if (at == 0)
        at = match(line, / [a-z]/)
    name = substr(line, 1, at - 1)
    text = substr(line, at)
    sub(/^ +/, "", text)
    print ".TP\n.B " escape(name) "\n" escape(text)
    next
}
/^Exit codes: / { print ".SH EXIT STATUS"; sub(/^Exit codes: /, "") }
/^$/ { next }
{ print escape($0) }
END { print ".SH SEE ALSO\nemu/docs/MONITOR.md, emu/docs/OPTIONS.md and the README.md of each folder" }
