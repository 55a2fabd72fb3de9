-- Stop the machine at the shell and look at what a student looks at.

local pc = machine{}
pc:wait_screen("# ", 30)

local function says(command, pattern)
    local text = pc:monitor(command)
    assert(text:find(pattern), command .. " said\n" .. text .. "\nexpected " .. pattern)
    return text
end

test("info gdt shows the kernel's segments and a TSS and LDT for each task", function()
    local text = says("info gdt", "GDT: base %x+, limit 07ff, 256 entries")
    assert(text:find("0008: 00000fff 00c09%x00 base=00000000 limit=00ffffff code"), text)
    assert(text:find("0010: 00000fff 00c09%x00 base=00000000 limit=00ffffff data"), text)
    assert(text:find("0020: .- TSS %(386"), text)
    assert(text:find("0028: .- LDT"), text)
    assert(text:find("0030: .- TSS %(386"), text)
end)

test("info idt shows 256 gates and the system call at 80h", function()
    says("info idt", "limit 07ff, 256 entries")
    says("info idt 0x80", "trap gate %(386%), DPL 3")
    says("info idt 14", "DPL 0")
end)

test("info pdir shows the four kernel tables first", function()
    local text = says("info pdir", "page directory at physical 00000000")
    for i = 0, 3 do
        assert(text:find(string.format("%%[ +%d%%] linear %08x", i, i << 22)), text)
    end
end)

test("info ldt shows code and data of a task at its slot of 64 MB", function()
    local text = pc:monitor("info ldt 0x38")
    assert(text:find("base=04000000"), text)
end)

test("info tasks shows what the kernel knows of its tasks", function()
    local text = says("info tasks", "0020")
    assert(text:find("interruptible"), text)
end)

test("info tss, tlb, pg, pic, registers, faults and time answer", function()
    says("info tss", "ss0 +0010")
    says("info tlb", "data entries")
    says("info pg", "table %x+ P RW US")
    says("info pic", "vectors 20%-27")
    says("info registers", "PG .*PE")
    says("info faults", "in all")
    says("info time", "guest seconds")
end)

test("translate shows every step of the address-mapping lab", function()
    local text = says("translate 0x0f:0", "LDT %(TI=1%), RPL 3")
    assert(text:find("linear %x+ = directory %d+, table"), text)
end)

test("x and xp see the same bytes through the tables and around them", function()
    local through = says("x /4wx 0", "00000000:"):match(":(.*)")
    local around = says("xp/4wx 0", "00000000:"):match(":(.*)")
    assert(through == around, through .. " and " .. around)
end)

test("u disassembles, print calculates", function()
    says("u /3", "%x+ ")
    says("p 0x5cb8+13*8", "0x00005d20")
end)

test("a breakpoint at the system call stops, counts and goes away", function()
    local entry = pc:monitor("info idt 0x80"):match("to 0008:(%x+)")
    says("b 0x" .. entry, "Breakpoint 1 at linear " .. entry)
    pc:type("\n")
    assert(pc:run(5) == "break", "no stop")
    assert(pc:reg("eip") == tonumber(entry, 16))
    says("info registers", "CPL 0")
    says("s", "%[%x+%]")
    says("info break", "hit %d")
    says("delete 1", "")
    pc:type("echo again\n")
    pc:wait_screen("again", 10)
end)

test("the kernel's own tables are shown and add up", function()
    says("info zones", "check: 0 buffers with data in a0000%-fffff, 0 outside the cache: ok")
    says("info slots", "1     1 04000000%-07ffffff")
    says("info frames", "check: 0 frames with more users than counted, 0 held[^\n]*: ok")
    says("info vma task 2", "check: [^\n]*: ok")
    says("info task 1", "esp0 0010:01000000")
    says("info vma", "check: ") -- of the task that runs
    says("translate task 2 0", "linear 08000000")
end)

test("a task is named by its slot or by its pid", function()
    local slot, pid = pc:monitor("info slots"):match("\n +(%d+) +(%d+) [^\n]+  sh\n")
    assert(slot ~= pid, "slot and pid of the shell differ")
    local by_slot, by_pid = pc:monitor("info task " .. slot), pc:monitor("info task pid " .. pid)
    assert(by_slot == by_pid and by_slot:find("pid +" .. pid), by_pid)
    assert(pc:monitor("info vma " .. pid) == pc:monitor("info vma task " .. slot))
    assert(says("info mm " .. pid, "task " .. slot .. ": pgd") == pc:monitor("info mm pid " .. pid))
end)

-- Each event of the kernel on a program that makes it; the line names time, task, function and values.
local traces = {
    {"fork", "ls / >/dev/null", "%d+ task %d+ sys_fork  %(a system call%)\n", "copy_page_tables task %x+  %(", "do_exit status 00000000"},
    {"exec", "ls / >/dev/null", "%d+ task %d+ sys_execve  %(", "free_page_tables task %x+  %(gives up all pages%)\n"},
    {"pagefault", "ls / >/dev/null", "do_no_page error 0000000[46] address %x+  %(a page that is not there%)\n",
        "do_wp_page error 00000007 address %x+  %("},
    {"mm", "ls / >/dev/null", "get_free_page  %(", "free_page frame %x+  %(", "un_wp_page entry at %x+  %(", "sys_brk end %x+  %("},
    {"swap", "bigmem 20 1 >/dev/null", "swap_out  %(", "swap_in entry at %x+  %(", "read_swap_page page %x+ to %x+  %(", "swap_free page %x+  %("},
}

test("trace mm, fork, exec, swap and pagefault tell what the kernel does, and leave no breakpoint", function()
    for _, row in ipairs(traces) do
        local event, line = row[1], row[2]
        pc:type(line .. "; echo traced $((70+7)) " .. event .. "\n")
        if event == "swap" then pc:run(4) end -- until memory is full
        local text = pc:monitor("trace " .. event .. " 500")
        for i = 3, #row do
            assert(text:find(row[i]), "trace " .. event .. " has no " .. row[i] .. ":\n" .. text:sub(1, 2000))
        end
        pc:wait_screen("traced 77 " .. event, 100)
        says("info break", "no breakpoints")
    end
end)

local function refuses(command, pattern)
    local ok, message = pcall(pc.monitor, pc, command)
    assert(not ok and tostring(message):find(pattern), command .. " said " .. tostring(message))
end

test("an unknown command, a bad number and a missing argument are told", function()
    refuses("frobnicate", "command 'frobnicate' is unknown")
    refuses("x 0x123456789", "is no number of 32 bits")
    refuses("b", "use: break address")
    refuses("info vma 9999", "no task has pid 9999")
    refuses("info task 77", "there are slots 0 to 63")
    says("x /4wx 0x7f000000", "no page is mapped")
    says("xp /1wx 0x7f000000", "nothing at physical address")
end)

test("info fpu shows the coprocessor, and registers have its values", function()
    says("info fpu", "fctrl=%x+ .-rounding to nearest")
    says("info fpu", "\nst7  r%d ")
    assert(math.type(pc:reg("st0")) == "float")
    assert(pc:reg("fctrl") & 0x40 == 0x40)
end)

pc:close()

test("-fpu none leaves the socket empty, and the guest sees it", function()
    local bare = machine{fpu = "none", m = "4"}
    bare:run(0.05)
    assert(bare:monitor("info fpu"):find("socket is empty"))
    assert(bare:reg("cr0") & 0x10 == 0, "CR0.ET is set")
    bare:close()
end)
