#!/usr/bin/env bash
# The executable as a person starts it: each case is one command line, its exit code, and a text that
# must be in what it says. Prints TAP.
set -u
glass386=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
number=0
failed=0

expect() { # CODE TEXT ARGUMENTS... (standard input is empty)
    local code=$1 text=$2 said found lines
    shift 2
    said=$(timeout 60 "$glass386" "$@" </dev/null 2>&1)
    found=$?
    lines=$(wc -l <<<"$said")
    number=$((number + 1))
    if [ $found -eq "$code" ] && [[ $said == *"$text"* ]] && { [ "$code" -ne 2 ] || [ "$lines" -eq 1 ]; }; then
        echo "ok $number - $*"
    else
        failed=1
        echo "# exit $found instead of $code, or '$text' is not in (or not one line):"
        sed 's/^/# /' <<<"$said"
        echo "not ok $number - $*"
    fi
}

touch empty.img
mkdir folder.img
head -c 1000 /dev/zero >odd.img
head -c 1474560 /dev/zero >floppy.img
head -c 10321920 /dev/zero >blank.img
printf 'error("wrong")' >failing.lua
printf 'x(' >broken.lua
printf 'test("a", function() end) test("b", function() equal(1, 2) end)' >mixed.lua
printf 'local pc = machine{} pc:type("x") while true do pc:run(1) end' >endless.lua
# cli; lidt of a limit 0; int3: a triple fault in the boot sector
printf '\xfa\x31\xc0\x8e\xd8\x0f\x01\x1e\x20\x7c\xcc' | dd of=blank.img conv=notrunc status=none
printf '\x55\xaa' | dd of=blank.img bs=1 seek=510 conv=notrunc status=none
cp blank.img before.img

expect 0 'glass386' -version
expect 0 '-max-insns' --help
expect 0 'm = 4' -m 4 -print-config
expect 2 'none.img' -hda none.img
expect 2 'empty' empty.img
expect 2 'directory' folder.img
expect 2 '512' -hda odd.img
expect 8 'limit' -display none -timeout 0.1 floppy.img
expect 2 "'0'" -m 0
expect 2 'no such option' -frobnicate
expect 2 'x.iso' -cdrom x.iso
expect 2 '-hda' -drive if=ide
expect 2 'x: No such' -drive file=x
expect 2 'odd.img' -bios odd.img
expect 2 'odd.img' -restore odd.img
expect 2 'already used' -serial stdio -monitor stdio
expect 2 'terminal' -display terminal
expect 2 '-S' -S -display none
expect 2 'blank.img' -hda blank.img -serial file:blank.img -display none
expect 2 'in use' -hda blank.img -hdb blank.img -display none
expect 2 'nope.lua' -script nope.lua
expect 2 'broken.lua:1' -script broken.lua
expect 6 'failing.lua:1: wrong' -script failing.lua
expect 6 'not ok 2 - b' -script mixed.lua
expect 0 'address-map' lab
expect 2 "'nope' is no lab: address-map" lab nope
expect 2 '-labs nowhere: No such' lab -labs nowhere
expect 2 'expected en or zh' lab -lang perl
expect 6 '0 of 14 right' lab address-map -exam
mkdir labs
printf 'return { title = { en = "Mine" }, questions = {} }' >labs/mine.lua
expect 0 'Mine' lab -labs labs
expect 8 'endless.lua:1' -script endless.lua -timeout 2
expect 8 'limit' -display none -max-insns 1000000
expect 8 'blank.img: read 1 at sector 0' -display none -hda blank.img,ro -trace disk -timeout 1 -reboot-on-triple-fault
expect 8 'floppy.img: read 1 at sector 0' -display none -fda floppy.img,ro -trace disk -timeout 8
expect 8 'limit' -display none -timeout 0.01
expect 4 'triple fault' -display none -hda blank.img,ro
expect 8 'limit' -display none -hda blank.img,ro -reboot-on-triple-fault -timeout 2


# Options from files: the command line wins, then -config, then -bochsrc.
mkdir beside
cp blank.img beside/disk.img
printf '# a comment\nm = 8\ncpu=486\n-snapshot\nbios = rom.bin\n' >beside/glass386.ini
printf '[machine]\nm = 2\nlog = log.txt\n' >mine.ini
printf 'megs: 32\nfloppya: 1_44=floppy.img, status=inserted\nboot: floppy, disk\nsound: x\nlog: y\ncpu: model=pentium, ips=50000000\n' >bochsrc.txt
printf '%s\n' '# made by hand' 'romimage: file="/usr/share/bochs/BIOS-bochs-latest", options=fastboot' \
    'ata0-slave: type=disk, path="d.img", mode=flat, cylinders=20, heads=16, spt=63' 'ata1-master: type=cdrom, path="cd.iso", status=inserted' \
    'ata2-master: type=disk, path=no.img' 'clock: sync=realtime, time0=1000000000' 'cpuid: level=4' 'port_e9_hack: enabled=1' \
    'gdbstub: enabled=1, port=4321' >more.txt
printf 'clock: time0=soon\n' >time.txt
printf 'm = 8\nlog = x\n' >folder.img/glass386.ini
printf 'm = 8\nmm = 9\n' >wrong.ini
printf 'm = lots\n' >value.ini
cp blank.img folder.img/disk.img
expect 0 'm = 8' beside/disk.img -print-config
expect 0 'snapshot = on' beside/disk.img -print-config
expect 0 'bios = beside/rom.bin' beside/disk.img -print-config
expect 0 'options from beside/glass386.ini' beside/disk.img -print-config
expect 0 'm = 4' beside/disk.img -m 4 -print-config
expect 0 'm = 2' beside/disk.img -config mine.ini -print-config
expect 0 'log = log.txt' -config mine.ini -print-config
expect 0 'm = 32' -bochsrc bochsrc.txt -print-config
expect 0 'boot = ac' -bochsrc bochsrc.txt -print-config
expect 0 'm = 2' -config mine.ini -bochsrc bochsrc.txt -print-config
expect 0 'bochsrc.txt: ignored, without a counterpart here: sound, log' -bochsrc bochsrc.txt -print-config
expect 0 'cdrom = cd.iso' -bochsrc more.txt -print-config
expect 0 'hdb = d.img' -bochsrc more.txt -print-config
expect 0 'cpu = 486' -bochsrc more.txt -print-config
expect 0 'rtc = 2001-09-09T01:46:40' -bochsrc more.txt -print-config
expect 0 'speed = real' -bochsrc more.txt -print-config
expect 0 'debugcon = stdio' -bochsrc more.txt -print-config
expect 0 'gdb = 4321' -bochsrc more.txt -print-config
expect 0 'more.txt:2: romimage: ignored: the built-in one is used' -bochsrc more.txt -print-config
expect 0 'more.txt:5: ata2-master: ignored: there are two channels' -bochsrc more.txt -print-config
expect 2 'time.txt:1: clock: time0=soon' -bochsrc time.txt
expect 0 'cpu = 586' -bochsrc bochsrc.txt -print-config
expect 2 '-config' folder.img/disk.img
rm folder.img/glass386.ini
expect 2 'wrong.ini:2: -mm' -config wrong.ini
expect 2 "value.ini:1: -m: 'lots'" -config value.ini
expect 2 'nothing.ini' -config nothing.ini
expect 2 'nothing.rc' -bochsrc nothing.rc
expect 2 'no network' -netdev user
expect 2 '-hostdir' -virtfs x
expect 2 'nothing' -hostdir nothing
expect 8 'limit' -display none -timeout 0.1 -hostdir beside
expect 6 'not ok 2 - b' -script mixed.lua -junit out.xml

case_of() { # NAME VERDICT
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then echo "ok $number - $1"; else failed=1; echo "not ok $number - $1"; fi
}
grep -q '<testsuite name="glass386" tests="2" failures="1">' out.xml && grep -q '<failure>not ok 2' out.xml &&
    { ! command -v python3 >/dev/null || python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("out.xml")'; }
case_of 'JUnit XML holds both tests and one failure' $?
cmp -s blank.img before.img
case_of 'a refused or read-only image is not changed' $?
"$glass386" -version >&- 2>said
[ $? -eq 2 ] && [ "$(wc -l <said)" -eq 1 ]
case_of 'a closed standard output is one line and exit 2' $?
"$glass386" -display none -serial stdio </dev/null >/dev/full 2>said
[ $? -eq 12 ] && [ "$(wc -l <said)" -eq 1 ]
case_of 'a full standard output is one line and exit 12' $?
(sleep 3; printf 'echo kept >/usr/root/f; sync; poweroff\r') |
    timeout 60 "$glass386" -display none -serial stdio -disk-save kept.img >said 2>&1
case_of 'poweroff on the serial line exits 0' $?
cp kept.img full.img
(sleep 3; printf 'cat /bin/* >/big; sync; poweroff\r') |
    (trap '' XFSZ; ulimit -f 2000; timeout 60 "$glass386" -display none -serial stdio -hda full.img >said 2>&1)
[ $? -eq 12 ] && grep -q 'glass386: full.img: cannot write sector' said
case_of 'what the host cannot store is told and exits 12' $?
(sleep 3; printf 'reboot\r') | timeout 60 "$glass386" -display none -serial stdio -no-reboot >said 2>&1
case_of 'a reset with -no-reboot exits 0' $?
"$glass386" -cdrom c.iso -hda a.img -serial null -serial file:x -append ' two words ' -print-config >first.ini
"$glass386" -config first.ini -print-config >second.ini
cmp -s first.ini second.ini && grep -q 'boot = dca' first.ini
case_of '-print-config is read again as it was' $?
(sleep 3; printf 'cat /usr/root/f; poweroff\r') |
    timeout 60 "$glass386" -display none -serial stdio -hda kept.img 2>&1 | tr -d '\r' | grep -qx kept
case_of 'a file made on a kept disk is found again' $?
(sleep 3; printf 'echo one two\r'; sleep 0.4; printf 'poweroff\r') |
    timeout 60 "$glass386" -display none -serial stdio -record run.rec >first 2>&1
"$glass386" -display none -serial file:second -speed max -replay run.rec 2>said
[ $? -eq 0 ] && cmp -s first second && grep -q 'the same state as was recorded' said
case_of '-replay gives the recorded run, its output and its state' $?
"$glass386" -display none -serial null -speed max -m 8 -replay run.rec 2>said
[ $? -eq 14 ] && [ "$(wc -l <said)" -eq 1 ]
case_of 'a recording of another machine is one line and exit 14' $?
sed 's/ serial 65/ serial 66/' run.rec >other.rec
"$glass386" -display none -serial null -speed max -replay other.rec 2>said
[ $? -eq 14 ] && grep -q 'another state at tick' said
case_of 'a replay that ends in another state exits 14' $?
"$glass386" -display none -serial null -replay blank.img 2>said
[ $? -eq 2 ] && [ "$(wc -l <said)" -eq 1 ]
case_of 'a recording that is none is one line and exit 2' $?
timeout -s TERM 3 "$glass386" -display none -serial null </dev/null
[ $? -eq 124 ]
case_of 'SIGTERM ends it' $?
echo "1..$number"
exit $failed
