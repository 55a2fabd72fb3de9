-- The guest's own tests, run on the emulated PC: each prints TAP on the serial line.

local pc = machine{ mem = "16M" }
pc:wait_serial("# ", 30)

for _, program in ipairs{ "forktest", "cowtest", "demand", "pipetest", "fstest", "sigtest", "brktest",
                          "exectest", "libtest", "limits", "maptest", "switchtest", "bigmem" } do
    test("/usr/tests/" .. program, function()
        pc:serial_send("/usr/tests/" .. program .. "; echo verdict=$?\r")
        local code = pc:wait_serial("verdict=(%d+)", 60)
        assert(code == "0", "exit code " .. code)
    end)
end
pc:close()

test("12 MB of pages on a machine of 4 MB, through swap", function()
    local small = machine{ mem = "4M" }
    small:wait_serial("# ", 30)
    small:serial_send("/usr/tests/bigmem 12; echo verdict=$?\r")
    local code = small:wait_serial("verdict=(%d+)", 120)
    assert(code == "0", "exit code " .. code)
    small:close()
end)
