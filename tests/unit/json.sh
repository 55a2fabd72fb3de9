#!/usr/bin/env bash
# Every command of the monitor answers -json with one JSON value in valid UTF-8, no name twice in an
# object. Use: json.sh GLASS386
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo 1..2
if "$1" -script "$(dirname "$0")/answers.lua" "$folder/answers" "$folder" >"$folder/log" 2>&1; then
    echo "ok 1 - every command has an example and answers"
else
    sed 's/^/# /' "$folder/log"
    echo "not ok 1 - every command has an example and answers"
    exit 1
fi
if python3 - "$folder/answers" >"$folder/log" 2>&1 <<'PYTHON'; then
import json, sys

def members(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a name twice: {names}"
    return dict(pairs)

failed = count = named = 0
for answer in open(sys.argv[1], "rb").read().split(b"\0")[:-1]:
    line, text = answer.decode().split("\n", 1)
    count += 1
    try:
        value = json.loads(text, object_pairs_hook=members)
        assert value["command"].strip() == line.strip(), "not the command"
        assert isinstance(value["ok"], bool) and isinstance(value["lines"], list)
        named += len(value) > 3
    except Exception as problem:
        failed += 1
        print(f"{line}: {problem}: {text[:300]}")
print(f"{count} answers, {named} with names, {failed} wrong")
sys.exit(failed > 0 or count < 100 or named < 60)
PYTHON
    sed 's/^/# /' "$folder/log"
    echo "ok 2 - every answer is JSON"
else
    sed 's/^/# /' "$folder/log"
    echo "not ok 2 - every answer is JSON"
    exit 1
fi
