#!/bin/sh
# run.sh hd|fd PROGRAM-IMAGE EMULATOR [ARGUMENTS...]: boots the BIOS tests from a disk of 40 x 16 x 63
# sectors or from a 1.44 MB floppy on glass386 or qemu-system-i386, and shows their TAP. Succeeds when
# all passed.
set -u
medium=$1
program=$2
emulator=$3
shift 3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
image=$work/image

cp "$program" "$image"
if [ "$medium" = hd ]; then
    truncate -s 20643840 "$image"
    option=-hda
    drive=file=$image,format=raw,if=ide
else
    truncate -s 1474560 "$image"
    option=-fda
    drive=file=$image,format=raw,if=floppy
fi
case $emulator in
*qemu*)
    set -- -accel tcg -nic none -vga std -monitor none -drive "$drive" "$@"
    ;;
*)
    set -- "$option" "$image" -speed max "$@"
    ;;
esac
timeout 120 "$emulator" -m 16 -display none -serial "file:$work/tap" -serial null \
    -device isa-debug-exit,iobase=0xf4,iosize=4 "$@"
status=$?
cat "$work/tap"
grep -q '^1\.\.' "$work/tap" || echo "Bail out! the tests did not end (status $status)"
[ "$status" -eq 33 ]
