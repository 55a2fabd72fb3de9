-- What the claims share: machines that wait at their shell, commands in the guest, words of the monitor.
local guest = {}

local machines = {} -- by memory size: kept, since most claims only look

-- A row calls it when what it shows is not there yet; the row counts as skipped.
function guest.absent(what)
    error({absent = what}, 0)
end

-- "", "%", "+" and the like are plain text here.
local function plain(text)
    return (text:gsub("%p", "%%%0"))
end

-- A machine of that size at its prompt, the same one each time.
function guest.at_prompt(mem)
    if not machines[mem] then
        local pc = machine{ mem = mem }
        pc:wait_serial("# ", 60)
        pc:run(0.3)
        machines[mem] = pc
    end
    return machines[mem]
end

-- A machine that has just been switched on.
function guest.fresh(body, options)
    local pc <close> = machine(options or {})
    return body(pc)
end

-- Starts a machine at its prompt again, with boot options.
function guest.reboot(pc, words)
    if guest.run(pc, "bootopt " .. words) ~= 0 then
        guest.absent("boot options (bootopt " .. words .. ")")
    end
    pc:serial_send("reboot\r")
    pc:wait_serial("# ", 60)
    pc:run(0.3)
    return pc
end

-- Started again with the boot options given; body gets it at its prompt.
function guest.with_boot_options(words, body, mem)
    local pc <close> = machine{ mem = mem or "16M" }
    pc:wait_serial("# ", 60)
    return body(guest.reboot(pc, words))
end

-- Runs a line in the shell on the serial line: exit code and what it printed.
function guest.run(pc, line, seconds)
    pc:serial_send(line .. (line:find("&$") and "" or ";") .. " echo @$?@\r")
    local text, code = pc:wait_serial("(.-)@(%d+)@\r?\n", seconds or 60)
    pc:wait_serial("# ", 10)
    return tonumber(code), (text:gsub("^[^\n]*\n", "", 1):gsub("\r", ""))
end

-- The same, and it has to end well.
function guest.output(pc, line, seconds)
    local code, text = guest.run(pc, line, seconds)
    if code ~= 0 then
        error(("%s: exit code %d: %s"):format(line, code, text), 0)
    end
    return text
end

-- A program that has to be in the guest.
function guest.need(pc, program)
    if guest.run(pc, "test -f " .. program) ~= 0 then
        guest.absent("the guest has no " .. program)
    end
    return program
end

local taps = setmetatable({}, {__mode = "k"}) -- by machine, then by program and its arguments

-- One line of a guest test's TAP; the test runs once for all rows that ask it.
function guest.tap(pc, program, fact, seconds)
    taps[pc] = taps[pc] or {}
    if not taps[pc][program] then
        guest.need(pc, "/usr/tests/" .. program:match("%S+"))
        local _, text = guest.run(pc, "/usr/tests/" .. program, seconds or 120)
        taps[pc][program] = text
    end
    for verdict, line in taps[pc][program]:gmatch("(%a[%a ]-) %d+ %- ([^\n]*)") do
        if line == fact then
            if verdict ~= "ok" then
                error(("%s: %s %s"):format(program, verdict, line), 0)
            end
            return ("%s: %s"):format(program, line)
        end
    end
    error(("%s does not say '%s'"):format(program, fact), 0)
end

-- A comment of such a test, by its pattern.
function guest.tap_comment(pc, program, pattern)
    return taps[pc] and taps[pc][program] and taps[pc][program]:match("# (" .. pattern .. ")")
end

-- What the monitor answers, which has to match the pattern; its captures, or the match.
function guest.says(pc, command, pattern)
    local text = pc:monitor(command)
    local found = table.pack(text:match(pattern))
    if not found[1] then
        error(("mon> %s: nothing like %s in: %s"):format(command, pattern, text:sub(1, 300)), 0)
    end
    return table.unpack(found, 1, found.n)
end

-- "what = seen" with both sides compared.
function guest.same(what, seen, expected)
    if seen ~= expected then
        error(("%s is %s, expected %s"):format(what, tostring(seen), tostring(expected)), 0)
    end
    return ("%s = %s"):format(what, tostring(seen))
end

function guest.holds(condition, what)
    if not condition then
        error("does not hold: " .. what, 0)
    end
    return what
end

function guest.hex(text)
    return tonumber(text, 16)
end

-- The value of a kernel symbol, and the dword there.
function guest.symbol(pc, name)
    local ok, text = pcall(pc.monitor, pc, "p " .. name)
    return ok and guest.hex(text:match("0x(%x+)")) or nil
end

function guest.value(pc, name)
    return pc:peek_phys32(guest.symbol(pc, name) or guest.absent("kernel symbol " .. name))
end

-- Rows of "info slots": by slot number.
function guest.slots(pc)
    local slots = {}
    local row = "\n +(%d+) +(%d+) (%x+)%-(%x+) %[ *(%d+)%.%. *(%d+)%] +(%d+) +(%d+) +(%d+) +(%d+) +(%d+)  ([^\n]*)"
    for slot, pid, base, last, first, final, tables, pages, read_only, shared, swapped, name in
        ("\n" .. pc:monitor("info slots")):gmatch(row) do
        slots[tonumber(slot)] = {
            slot = tonumber(slot), pid = tonumber(pid), base = guest.hex(base), last = guest.hex(last),
            first = tonumber(first), final = tonumber(final), tables = tonumber(tables), pages = tonumber(pages),
            read_only = tonumber(read_only), shared = tonumber(shared), swapped = tonumber(swapped), name = name,
        }
    end
    return slots
end

function guest.slot_named(pc, name)
    for n = 63, 0, -1 do
        local slot = guest.slots(pc)[n]
        if slot and slot.name == name then
            return slot
        end
    end
    error("no task is called " .. name, 0)
end

-- Starts a program in the background, gives its slot to body, and ends it.
function guest.background(pc, line, body)
    local name = line:match("([%w_]+)[^/]*$"):match("^%S+")
    guest.output(pc, line .. " &")
    pc:run(0.2)
    local slot = guest.slot_named(pc, name)
    local result = table.pack(pcall(body, slot))
    guest.run(pc, "kill " .. slot.pid)
    pc:run(0.1)
    guest.run(pc, "true")
    if not result[1] then
        error(result[2], 0)
    end
    return table.unpack(result, 2, result.n)
end

-- Runs until a user program with its own segments is in ring 3, then body looks.
function guest.in_user_program(pc, body)
    pc:serial_send("seq 1 3000 >/dev/null; echo @$?@\r")
    for _ = 1, 20000 do
        pc:step(500)
        local slot = pc:reg("cs") == 0x0f and guest.slots(pc)[(pc:reg("ldtr") - 0x28) // 16]
        if slot and slot.name == "seq" then
            break
        end
    end
    guest.same("CS", pc:reg("cs"), 0x0f)
    local result = table.pack(pcall(body, (pc:reg("ldtr") - 0x28) // 16))
    pc:wait_serial("@(%d+)@\r?\n", 60)
    pc:wait_serial("# ", 10)
    if not result[1] then
        error(result[2], 0)
    end
    return table.unpack(result, 2, result.n)
end

-- Which system calls a program in slot 5 or above makes, by number: how often.
function guest.system_calls(pc, line)
    pc:serial_send(line .. " >/dev/null; echo @$?@\r")
    local calls, number = {}, pc:monitor("b system_call"):match("Breakpoint (%d+)")
    for _ = 1, 5000 do
        if pc:run(0.2) ~= "break" then break end
        if (pc:reg("tr") - 0x20) // 16 > 4 then
            local call = pc:reg("eax")
            calls[call] = (calls[call] or 0) + 1
        end
        pc:monitor("step")
    end
    pc:monitor("delete " .. number)
    pc:wait_serial("@(%d+)@\r?\n", 60)
    pc:wait_serial("# ", 10)
    return calls
end

-- The first of two programs that the guest has.
function guest.either(pc, wanted, instead)
    return guest.run(pc, "test -f " .. wanted) == 0 and wanted or instead
end

-- The entry of a linear address in the kernel's directory, 0 where there is no table.
function guest.entry_of(pc, linear)
    local directory = pc:peek_phys32((linear >> 22) * 4)
    if directory & 1 == 0 then
        return 0, directory
    end
    return pc:peek_phys32((directory & ~0xfff) + (linear >> 12 & 0x3ff) * 4), directory
end

-- At the entry of do_no_page or do_wp_page: the linear address of the page, and the task. Its second
-- argument is the offset in the task's segment.
function guest.fault_linear(pc)
    local slot = (pc:reg("tr") - 0x20) // 16
    return (slot << 26) + pc:peek_phys32(pc:reg("esp") + 8), slot
end

-- What the program segs prints, as numbers.
function guest.segs(pc, text)
    text = text or guest.output(pc, "segs")
    local function at(pattern)
        return tonumber(text:match(pattern .. ":0x(%x+)") or error("segs prints no " .. pattern, 0), 16)
    end
    return {
        main = at("Address of main%(Code Segment%)"), stack0 = at("Initial end of stack"), stack1 = at("new end of stack"),
        data0 = at("Address of data_var%(Data Segment%)"), data1 = at("New end of data_var%(Data Segment%)"),
        bss = at("Address of bss_var"), heap0 = at("Initial end of heap"), heap1 = at("New end of heap"),
    }
end

-- Runs to an address (a breakpoint that goes away); false when it is not reached.
function guest.run_to(pc, address, seconds)
    local number = pc:monitor(("b %s"):format(address)):match("Breakpoint (%d+)")
    local stop = pc:run(seconds or 20)
    pc:monitor("delete " .. number)
    return stop == "break"
end

-- A line in the shell, traced: the monitor's lines from its start on.
function guest.trace(pc, line, events, milliseconds)
    pc:serial_send(line .. "; echo @$?@\r")
    local text = pc:monitor(("trace %s %d"):format(events, milliseconds or 1000))
    pc:wait_serial("@(%d+)@\r?\n", 60)
    pc:wait_serial("# ", 10)
    return text
end

-- Numbers of "info frames" by kind, and its verdict.
function guest.frames(pc)
    local text = pc:monitor("info frames")
    local kinds = {}
    for count, kind in text:gmatch(" +(%d+) ([^\n]+)\n") do
        kinds[kind] = tonumber(count)
    end
    return kinds, text:match("check: ([^\n]*)")
end

-- The pages of a slot: {logical, linear, frame, flags, users} in order.
function guest.pages(pc, slot)
    local pages = {}
    for logical, linear, frame, flags in
        pc:monitor("info pages task " .. slot):gmatch("logical (%x+) linear (%x+) %-> (%x+) ([^\n]*)") do
        pages[#pages + 1] = {
            logical = guest.hex(logical), linear = guest.hex(linear), frame = guest.hex(frame), flags = flags,
        }
    end
    return pages
end

-- All claims by number: {number, "the claim", function that shows it}.
function guest.rows(folder)
    local rows = {}
    for _, file in ipairs{ "tables.lua", "tasks.lua", "regions.lua" } do
        for _, row in ipairs(dofile(folder .. "/" .. file)(guest)) do
            rows[#rows + 1] = row
        end
    end
    table.sort(rows, function(a, b) return a[1] < b[1] end)
    return rows
end

guest.plain = plain
return guest
