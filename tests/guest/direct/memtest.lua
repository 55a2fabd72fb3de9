-- memtest86+ 6.10 for the i386: a whole pass without errors, started by -kernel.
local image = arg[1]

local function passes(pc)
    pc:wait_screen("Memtest86+ v6", 30)
    pc:match_screen("Pass:%s+[1-9]", 400)
    equal(pc:match_screen("Errors:%s+(%d+)", 1), "0")
    pc:close()
end

test("memtest86+ passes without errors, started by -kernel", function()
    passes(machine{ mem = "5M", cpu = "586", kernel = image })
end)
