-- The guest's own tests, run on the emulated PC: each prints TAP on the serial line.

local programs = { "forktest", "cowtest", "demand", "pipetest", "fstest", "sigtest", "brktest", "exectest", "libtest",
                   "limits", "malltest", "maptest", "sharetest", "switchtest", "bigmem", "churn", "hostile", "breakout" }
local regions = { "brktest", "cowtest", "exectest", "forktest", "libtest", "limits", "malltest", "maptest", "sigtest", "sharetest", "churn 100" }

-- Runs a command in the serial line's shell; an error unless its exit code is 0.
local function succeeds(pc, command, seconds)
    pc:serial_send(command .. "; echo verdict=$?\r")
    local code = pc:wait_serial("verdict=(%d+)", seconds or 60)
    assert(code == "0", "exit code " .. code)
end

-- A machine whose kernel was started with these options, as a user would do it.
local function boot(memory, options)
    local pc = machine{ mem = memory }
    pc:wait_serial("# ", 30)
    if options then
        succeeds(pc, "bootopt " .. options)
        pc:serial_send("sync; reboot\r")
        pc:wait_serial("reboot", 10)
        pc:wait_serial("# ", 60)
        succeeds(pc, "grep '" .. options .. "' /proc/cmdline")
    end
    return pc
end

local pc = boot("16M")
for _, program in ipairs(programs) do
    test("/usr/tests/" .. program, function() succeeds(pc, "/usr/tests/" .. program, 120) end)
end
test("1000 regions in list and tree", function() succeeds(pc, "vmastress 1000 && vmastress 300 7") end)
test("/proc/self/maps has the form of later systems", function()
    pc:serial_send("cat /proc/self/maps\r")
    pc:wait_serial("00000000%-%x+ r%-xp %x+ 03:01 %d+ /bin/cat", 10)
    pc:wait_serial("%x+%-%x+ rw%-p %x+ 03:01 %d+ /bin/cat", 10)
    pc:wait_serial("%x+%-03c00000 rwxp 00000000 00:00 0", 10)
end)
test("help has a line for every program", function()
    succeeds(pc, "for p in $(ls /bin); do help $p | grep -v 'nothing about' >/dev/null || test $p = help || echo $p; done >/tmp/f; test ! -s /tmp/f")
end)
-- Keys as a terminal sends them: left and right, start and end, words, the line before.
test("the shell's line can be edited, and older ones come back", function()
    local function types(keys, answer)
        pc:serial_send(keys .. "\r")
        pc:wait_serial("\n" .. answer .. "\r\n", 10)
        pc:wait_serial("# ", 10)
    end
    types("cho one tw\27[D\27[Dto \5o\1e", "one to two")
    types("\27[A\27[A\27[B\27[H\27[3~\27[3~\27[3~\27[3~printf\23echo", "one to two")
    types("echo abc def\127\127\127\23xyz", "xyz")
    types("nothing\21echo cut here\2\2\2\2\11", "cut")
    pc:serial_send("cat >/tmp/typed\rahead\r\4")
    pc:wait_serial("# ", 10)
    types("cat /tmp/typed", "ahead")
    pc:serial_send("gone\3")
    pc:wait_serial("%^C", 10)
    types("echo $?", "130")
end)
test("strace names calls, arguments and results", function()
    pc:serial_send("strace cat /etc/motd\r")
    pc:wait_serial('execve%("/bin/cat", 0x%x+, 0x%x+%) = 0', 10)
    pc:wait_serial('open%("/etc/motd", 0x0, 0x%x+%) = 3', 10)
end)
pc:close()

for _, options in ipairs{ "strict", "vm=private", "vm=private strict" } do
    local moded = boot("16M", options)
    for _, program in ipairs(regions) do
        test(options .. ": " .. program, function() succeeds(moded, "/usr/tests/" .. program, 120) end)
    end
    if options:find("private") then
        test(options .. ": a program linked at 0x8048000", function()
            moded:serial_send("/usr/root/example\r")
            moded:wait_serial("Address of main%(Code Segment%):0x8048", 10)
        end)
    end
    moded:close()
end

test("a RAM disk keeps what is written", function()
    local ram = boot("16M", "ramdisk=512")
    succeeds(ram, "cat /bin/sh >/dev/ram; cat /dev/ram >/tmp/ram; cat /tmp/ram >/dev/ram; cmp /tmp/ram /dev/ram && wc -c /tmp/ram | grep 524288")
    ram:close()
end)

test("12 MB of pages on a machine of 4 MB, through swap", function()
    local small = boot("4M")
    succeeds(small, "/usr/tests/bigmem 12", 120)
    succeeds(small, "/usr/tests/pressure 12", 200)
    small:close()
end)

test("out of memory ends the largest task, and only that", function()
    local small = boot("2M")
    small:serial_send("/usr/tests/bigmem 20; echo verdict=$?\r")
    local code = small:wait_serial("verdict=(%d+)", 200)
    assert(code ~= "0", "20 MB fitted")
    succeeds(small, "memcheck")
    succeeds(small, "/usr/tests/bigmem 4", 100)
    small:close()
end)
