-- From power on to the shell, and what a person types first.

for _, memory in ipairs{ "4M", "16M" } do
    test("boots to the prompt with " .. memory, function()
        local pc = machine{ mem = memory }
        pc:wait_screen("# ", 30)
        pc:type("uname -a\n")
        pc:wait_screen("i386", 10)
        pc:close()
    end)
end

test("what is typed on the keyboard runs", function()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    pc:type("echo one two three | wc\n")
    local words = pc:match_screen("%s1%s+(%d+)%s+%d+", 10)
    assert(words == "3", "wc counted " .. words .. " words")
    pc:close()
end)

test("the echo of keys does not overtake what a program writes", function()
    for round = 8, 12, 2 do
        local pc = machine{}
        pc:wait_screen("# ", 30)
        pc:run(0.01 * round)
        for _ = 1, 6 do
            pc:type("echo again\n")
            pc:run(0.0113 + 0.0007 * round)
        end
        pc:run(3)
        for line in pc:screen():gmatch("%[/usr[^\n]*") do
            assert(line:find("^%[/usr/root%]# ?"), line)
        end
        pc:close()
    end
end)

test("a shell waits on the serial line too", function()
    local pc = machine{}
    pc:wait_serial("# ", 30)
    pc:serial_send("echo $((6*7)) over $(echo a) wire\r")
    pc:wait_serial("wire", 10)
    pc:close()
end)

test("^C ends a program and leaves the shell", function()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    pc:type("sleep 1000\n")
    pc:run(0.5)
    pc:sendkey("ctrl-c")
    pc:run(0.5)
    pc:type("echo still here\n")
    pc:wait_screen("\nstill here", 10)
    pc:close()
end)

test("segs prints the addresses of the 0.12 layout", function()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    pc:type("clear; segs\n")
    local main = pc:match_screen("Address of main%(Code Segment%):0x(%x+)", 10)
    local stack = pc:match_screen("Initial end of stack:0x(%x+)", 10)
    local heap = pc:match_screen("Initial end of heap:0x(%x+)", 10)
    assert(tonumber(main, 16) < 0x4000, "main at " .. main)
    assert(tonumber(stack, 16) > 0x3bf0000 and tonumber(stack, 16) < 0x3c00000, "stack at " .. stack)
    assert(tonumber(heap, 16) < 0x100000, "heap at " .. heap)
    pc:close()
end)

test("poweroff ends the machine", function()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    pc:type("poweroff\n")
    assert(pc:run(20) == "power off", "the machine runs on")
    pc:close()
end)
