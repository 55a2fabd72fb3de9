-- What only shows after many rounds, or in bad company: each test starts its own machine.
local function succeeds(pc, command, seconds)
    pc:serial_send(command .. "; echo verdict=$?\r")
    local code = pc:wait_serial("verdict=(%d+)", seconds or 60)
    assert(code == "0", "exit code " .. code)
end

local function at_prompt(memory)
    local pc = machine{ mem = memory }
    pc:wait_serial("# ", 30)
    return pc
end

test("fork and exit 10,000 times, and 2,500 times with exec, lose nothing", function()
    local pc <close> = at_prompt("16M")
    local before = pc:monitor("info frames"):match("(%d+) free\n")
    succeeds(pc, "/usr/tests/churn 10000", 600)
    pc:run(0.2)
    local after = pc:monitor("info frames")
    assert(after:find("check: 0 frames [^\n]* 0 held by a call under way or lost, 0 pages [^\n]*: ok"), after)
    assert(tonumber(after:match("(%d+) free\n")) >= tonumber(before) - 4, after)
end)

test("63 tasks are alive at once, each in its slot", function()
    local pc <close> = at_prompt("16M")
    pc:serial_send("/usr/tests/forktest; echo verdict=$?\r")
    local most = 0
    for _ = 1, 4000 do
        pc:run(0.002)
        most = math.max(most, tonumber(pc:monitor("info slots"):match("(%d+) of 64 slots in use")))
        if most == 64 then break end
    end
    assert(most == 64, most .. " slots at most, task 0 among them")
    assert(pc:monitor("info frames"):find("check: 0 frames [^\n]*: ok"))
    assert(pc:wait_serial("verdict=(%d+)", 60) == "0")
end)

-- The seeds' orders of write, fork and exit, while another program's pages push theirs out to swap.
test("copy-on-write in seeded orders, with all pages going through swap", function()
    local pc <close> = at_prompt("4M")
    local function written()
        return tonumber(pc:monitor("info swap"):match("(%d+) written"))
    end
    for seed = 1, 3 do
        local before = written()
        succeeds(pc, ("bigmem 14 >/dev/null & /usr/tests/churn 100 %d && wait && memcheck -q"):format(seed), 300)
        assert(written() - before > 2000, "too little went out to swap")
    end
end)

test("2 to 16 MB: every size comes to its prompt, and its books agree", function()
    for megabytes = 2, 16 do
        local pc <close> = at_prompt(megabytes .. "M")
        succeeds(pc, "memcheck -q && /usr/tests/cowtest >/dev/null && ls -l / >/dev/null && memcheck -q")
        local cache_end = megabytes > 12 and 0x400000 or megabytes > 6 and 0x200000 or 0x100000
        local main = tonumber(pc:monitor("info zones"):match("(%x+)%-%x+ +%d+ KB  main memory"), 16)
        assert(main == cache_end, ("%d MB: main memory begins at %x"):format(megabytes, main))
        assert(pc:monitor("info frames"):find("check: 0 frames [^\n]*: ok"), megabytes .. " MB")
    end
end)
