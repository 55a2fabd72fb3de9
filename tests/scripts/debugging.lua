-- What scripts and the monitor do beyond looking: callbacks, answers as tables, going back, asking why.

local pc = machine{}
pc:wait_screen("# ", 30)

test("on_break calls a function at each fork, and the run goes on", function()
    local calls = 0
    local number = pc:on_break("sys_fork", function(at)
        calls = calls + 1
        equal(at:query("where").lines[1].text:match("<sys_fork>"), "<sys_fork>")
    end)
    pc:type("ls /\n")
    equal((pc:run(2)), "time")
    equal(calls, 1)
    pc:monitor("delete " .. number)
end)

test("a callback that gives true ends the run", function()
    local number = pc:on_io(0x60, function() return true end)
    pc:type("x")
    local stop, text = pc:run(2)
    equal(stop, "break")
    assert(text:find("read of 1 bytes, port 0060h"), text)
    pc:monitor("delete " .. number)
end)

test("on_fault sees page faults with the address in CR2", function()
    local addresses = {}
    local number = pc:on_fault(14, function(at) addresses[#addresses + 1] = at:reg("cr2") end)
    pc:type("\b\nls /\n")
    pc:run(2)
    pc:monitor("delete " .. number)
    assert(#addresses > 0, "no page fault")
end)

test("query gives the monitor's answer as a table", function()
    local answer = pc:query("info registers")
    assert(answer.ok)
    equal(answer.command, "info registers")
    equal(tonumber(answer.lines[1].values.eax, 16), pc:reg("eax"))
    assert(not pcall(pc.query, pc, "nonsense"))
    assert(pc:monitor('p 1+1 -json'):find('"ok": true', 1, true))
end)

test("translate gives linear and physical address, or the fault", function()
    local way = pc:translate("0008:00001234")
    equal(way.linear, 0x1234)
    equal(way.physical, 0x1234)
    assert(#way.steps > 4)
    equal(pc:translate("0ff8:0").fault, "#GP")
end)

test("reverse-step undoes a step, goto finds any moment again", function()
    local before, _, ticks = pc:hash(), pc:time()
    pc:step(1000)
    local after = pc:hash()
    pc:monitor("reverse-step 1000")
    equal(pc:hash(), before)
    pc:monitor("goto " .. ticks + 1000)
    equal(pc:hash(), after)
    pc:monitor("goto " .. ticks)
    equal(pc:hash(), before)
end)

test("who-wrote names the instruction that last counted jiffies, and changes nothing", function()
    local before = pc:hash()
    local text = pc:monitor("who-wrote jiffies")
    local jiffies = tonumber(pc:monitor("print jiffies"):match("0x(%x+)"), 16)
    assert(text:find("<do_timer%+0x%x+> %a+ .*" .. ("%08X"):format(jiffies)), text)
    equal(pc:hash(), before)
    assert(pc:monitor("who-wrote 0x100000"):len() > 0)
    equal(pc:hash(), before)
end)

test("explain tells the last exception in words", function()
    assert(pc:monitor("explain"):find("^#PF page"), pc:monitor("explain"))
    local answer = pc:query("explain")
    equal(answer.vector, 14)
    assert(answer.rule:find("^P = 1, but") or answer.rule:find("^U/S and R/W"), answer.rule)
    assert(answer.look_at:find("^walk 0x%x+$"), answer.look_at)
    assert(answer.source:find("^PRM"))
end)

test("diff-pages shows what a program's pages became", function()
    local _, from = pc:time()
    pc:type("ls /\n")
    pc:run(2)
    local _, to = pc:time()
    local text = pc:monitor(("diff-pages %d %d"):format(from, to))
    assert(tonumber(text:match("(%d+) entries differ")) > 0, text)
    equal(select(2, pc:time()), to)
end)

-- A machine that starts the 16-bit code of a boot sector.
local function bare(code)
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(code, ("\0"):rep(510 - #code), "\x55\xaa", ("\0"):rep(1474560 - 512))
    file:close()
    local machine = machine{fda = path .. ",ro", boot = "a"}
    os.remove(path)
    return machine
end

test("explain names the divisor, in real mode too", function()
    local machine = bare("\x31\xc9\xf7\xf1\xeb\xfe") -- xor cx,cx; div cx
    machine:run(3)
    local answer = machine:query("explain")
    equal(answer.vector, 0)
    equal(answer.instruction, "div cx")
    assert(answer.rule:find("the divisor is 0x0", 1, true), answer.rule)
end)

test("explain leads a triple fault back to the IDT's limit", function()
    local machine = bare("\xfa\x31\xc0\x8e\xd8\x0f\x01\x1e\x20\x7c\xcc") -- cli; xor ax,ax; mov ds,ax; lidt [7c20h]; int3
    machine:run(3)
    equal((machine:power()), "triple fault")
    local first = machine:query("explain").chain[1]
    assert(first.rule:find("its limit is 0000", 1, true), first.rule)
    assert(machine:monitor("explain"):find("mend the first of these", 1, true))
end)

test("explain tells what a program did that only the kernel may do", function()
    local rules = {}
    for vector, _ in pairs{[6] = "#UD", [10] = "#TS", [12] = "#SS", [13] = "#GP"} do
        pc:monitor("break-fault " .. vector)
    end
    pc:type("/usr/tests/breakout\n")
    for _ = 1, 60 do
        local stop = pc:run(5)
        if stop ~= "break" then
            break
        end
        local before = pc:hash()
        local answer = pc:query("explain")
        equal(pc:hash(), before)
        assert(answer.rule ~= "" and answer.source ~= "" and answer.cause ~= "", answer.fault)
        rules[#rules + 1] = answer.instruction .. ": " .. answer.rule
    end
    pc:monitor("delete")
    local text = table.concat(rules, "\n")
    for _, expected in ipairs{"cli: 'cli' needs CPL <= IOPL, but CPL is 3", "hlt: 'hlt' is executed at CPL 0 only",
        "mov eax, cr0: 'mov' is executed at CPL 0 only", "push eax: last byte <= limit, but ss:", "ud2: the bytes",
        "iretd: type and privilege fit (CPL 3"} do
        assert(text:find(expected, 1, true), expected .. " is not in\n" .. text)
    end
    pc:run(5)
end)

test("draw writes pictures of slots, directory and memory", function()
    for _, what in ipairs{"slots", "pdir", "phys"} do
        local path = os.tmpname()
        pc:monitor(("draw %s %s.svg"):format(what, path))
        pc:monitor(("draw %s %s.png"):format(what, path))
        local svg <close> = assert(io.open(path .. ".svg"))
        local text = svg:read("a")
        assert(text:find("^<svg ") and text:find("</svg>\n$") and text:find(">[^<]*init<"), what)
        local png <close> = assert(io.open(path .. ".png", "rb"))
        equal(png:read(8), "\x89PNG\r\n\x1a\n")
        for _, ending in ipairs{"", ".svg", ".png"} do
            os.remove(path .. ending)
        end
    end
    assert(not pcall(pc.monitor, pc, "draw nothing a.svg"))
    assert(not pcall(pc.monitor, pc, "draw slots a.gif"))
end)

test("a loaded machine has a past of its own", function()
    local path = os.tmpname()
    pc:monitor("savevm " .. path .. ".snap")
    local _, saved = pc:time()
    pc:type("ls /\n")
    pc:run(1)
    pc:monitor("loadvm " .. path .. ".snap")
    local before = pc:hash()
    pc:run(0.5)
    pc:monitor("goto " .. saved)
    equal(pc:hash(), before)
    assert(not pcall(pc.monitor, pc, "goto " .. saved - 1))
    pc:monitor("delvm " .. path .. ".snap")
    os.remove(path)
end)

test("a change by hand stays, whatever is asked of the past", function()
    pc:run(0.1)
    pc:monitor("setpmem 0x9f000 4 0x1234")
    pc:monitor("who-wrote jiffies")
    pc:monitor("explain")
    pc:monitor("reverse-step")
    pc:monitor("goto " .. select(2, pc:time()) + 1)
    equal(pc:peek_phys32(0x9f000), 0x1234)
end)
