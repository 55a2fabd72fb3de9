#!/bin/sh
# check.sh MKDISK ARGUMENTS...: lays an image twice and checks it: same bits, a clean file system by
# fsck.minix, large files and bad manifests as README.md says. Prints TAP.
set -u
mkdisk=$1
shift
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
count=0
failed=0

check() { # check NAME STATUS
    count=$((count + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        failed=1
    fi
}

fsck() {
    dd if="$1" of="$work/root.img" bs=512 skip=1008 count=31248 status=none
    PATH=$PATH:/usr/sbin:/sbin fsck.minix -f "$work/root.img" >"$work/fsck.txt" 2>&1 || return 1
    ! grep -qvE '^(Forcing filesystem check|$)' "$work/fsck.txt"
}

refuses() { # refuses NAME LINE: one line of complaint that names the manifest's line
    printf '%s\n' "$2" >"$work/bad"
    if "$mkdisk" -o "$work/bad.img" --manifest "$work/bad" 2>"$work/bad.txt"; then
        check "$1" 1
    else
        test "$(wc -l <"$work/bad.txt")" -eq 1 && grep -q 'bad:1: ' "$work/bad.txt"
        check "$1" $?
    fi
}

"$mkdisk" -o "$work/one.img" "$@"
check "lays the image" $?
"$mkdisk" -o "$work/two.img" "$@"
cmp -s "$work/one.img" "$work/two.img"
check "the same bits again" $?
test "$(wc -c <"$work/one.img")" -eq 33030144
check "16 x 63 x 40 sectors" $?
fsck "$work/one.img"
check "fsck.minix finds nothing wrong" $?

head -c 7000000 "$work/one.img" >"$work/large"
{
    echo 'dir /many 755'
    echo 'file /large 644 large'
    echo 'link /many/again /large'
    echo 'symlink /many/soft ../large'
    i=0
    while [ $i -lt 200 ]; do
        echo "node /many/n$i c 4 $i 600"
        i=$((i + 1))
    done
} >"$work/manifest"
"$mkdisk" -o "$work/large.img" --manifest "$work/manifest" -I "$work" && fsck "$work/large.img"
check "a file with double indirect zones, a directory of several blocks, links" $?

head -c 17000000 /dev/zero >"$work/toolarge"
refuses "a full disk" "file /x 644 $work/toolarge"
refuses "a source that is not there" "file /x 644 nothing"
refuses "an unknown verb" "fifo /x 644"
refuses "a bad mode" "dir /x 9"
refuses "a missing directory" "dir /x/y 755"
refuses "a name of 15 letters" "dir /abcdefghijklmno 755"
refuses "a missing word" "node /x c 4"
refuses "a link to nothing" "link /x /y"
refuses "an include of itself" "include $work/bad"
echo "1..$count"
exit $failed
