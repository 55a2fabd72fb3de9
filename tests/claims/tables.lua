-- S1-S38: physical zones, the kinds of address, segments, pages, the kernel's tables.
return function(guest)
    local says, same, holds, hex, absent = guest.says, guest.same, guest.holds, guest.hex, guest.absent

    local function pc()
        return guest.at_prompt("16M")
    end

    local function zones(machine)
        local list = {}
        for first, last, name in machine:monitor("info zones"):gmatch("(%x+)%-(%x+) +%d+ KB  ([^\n]*)") do
            list[#list + 1] = {first = hex(first), last = hex(last), name = name}
        end
        return list
    end

    local function zone(machine, name, number)
        for _, z in ipairs(zones(machine)) do
            if z.name == name then
                number = (number or 1) - 1
                if number == 0 then return z end
            end
        end
        error("there is no zone called " .. name, 0)
    end

    local function range(z)
        return ("%s %x-%x"):format(z.name, z.first, z.last)
    end

    -- A descriptor of the GDT or of a task's LDT: base, limit and the words behind.
    local function gdt(selector)
        local base, limit, kind = says(pc(), ("info gdt 0x%x"):format(selector),
            "base=(%x+) limit=(%x+) ([^\n]*)")
        return {base = hex(base), limit = hex(limit), kind = kind}
    end

    local function ldt(slot, selector)
        local base, limit, kind = says(pc(), ("info ldt 0x%x"):format(0x28 + slot * 16),
            ("%04x: %%x+ %%x+ base=(%%x+) limit=(%%x+) ([^\n]*)"):format(selector & ~3))
        return {base = hex(base), limit = hex(limit), kind = kind}
    end

    -- Segment, linear and physical address as "translate" shows them.
    local function chain(address)
        local text = pc():monitor("translate " .. address)
        local base = text:match("base (%x+)")
        return hex(base), hex(text:match("\nlinear (%x+)")), hex(text:match("\nphysical (%x+)") or "ffffffff"), text
    end

    local function buffer_line(memory, end_of_cache)
        local machine <close> = machine{ mem = memory }
        machine:wait_serial("# ", 60)
        local count = says(machine, "info zones", "(%d+) buffers: heads")
        same(memory .. ": end of cache", guest.value(machine, "buffer_memory_end"), end_of_cache)
        says(machine, "info zones", "check: 0 buffers with data in a0000%-fffff, 0 outside the cache: ok")
        local told = machine:screen():match("(%d+) buffers = %d+ bytes")
        holds(told == nil or told == count, "the boot line counts the same buffers")
        return ("%s: cache to %dM, %s buffers"):format(memory, end_of_cache >> 20, count)
    end

    return {
        {1, "the kernel occupies the start of physical memory", function()
            local kernel_end = guest.symbol(pc(), "end")
            same("page directory", zone(pc(), "page directory").first, 0)
            same("page tables", zone(pc(), "page tables").last, 0x4fff)
            same("end of the kernel", zone(pc(), "kernel").last + 1, kernel_end)
            return ("page directory 0-fff, tables 1000-4fff, kernel to %x (symbol end)"):format(kernel_end)
        end},
        {2, "the buffer cache comes next and leaves out 640 KB to 1 MB", function()
            return table.concat({buffer_line("4M", 1 << 20), buffer_line("8M", 2 << 20), buffer_line("16M", 4 << 20),
                "no buffer in a0000-fffff"}, "; ")
        end},
        {3, "the RAM disk follows the cache, where one is asked for", function()
            for _, z in ipairs(zones(pc())) do
                holds(z.name ~= "RAM disk", "without the option there is no RAM disk")
            end
            return guest.with_boot_options("ramdisk=512", function(machine)
                local disk = zone(machine, "RAM disk")
                same("its start", disk.first, guest.value(machine, "buffer_memory_end"))
                same("its size", disk.last + 1 - disk.first, 512 * 1024)
                same("main memory", zone(machine, "main memory").first, disk.last + 1)
                return "bootopt ramdisk=512: " .. range(disk) .. ", then " .. range(zone(machine, "main memory"))
            end)
        end},
        {4, "all the rest is main memory, given out on demand", function()
            local main = zone(pc(), "main memory")
            local before = guest.frames(pc()).free
            local during = guest.background(pc(), "sleep 100", function() return guest.frames(pc()).free end)
            same("free after", guest.frames(pc()).free, before)
            same("the end of main memory", main.last, (16 << 20) - 1)
            holds(during < before, "fewer frames are free while a program runs")
            return ("%s = %d frames; free %d, with a program %d, afterwards %d"):format(range(main),
                (main.last + 1 - main.first) // 4096, before, during, before)
        end},
        {5, "segmentation and paging are both on", function()
            return guest.in_user_program(pc(), function(slot)
                local cr0 = pc():reg("cr0")
                holds(cr0 & 0x80000001 == 0x80000001, "PG and PE are set")
                local base = hex(says(pc(), "info segments", "cs +000f base=(%x+)"))
                same("CS base", base, slot << 26)
                return ("CR0 %08x: PE=1 PG=1; task %d runs with CS base %08x"):format(cr0, slot, base)
            end)
        end},
        {6, "a virtual address is selector and offset; GDT for the global half, LDT for the local", function()
            local _, _, _, locally = chain("0x0f:0x2c")
            local _, _, _, globally = chain("0x08:0")
            same("base through the LDT", hex(locally:match("base (%x+)")), (pc():reg("ldtr") - 0x28) // 16 << 26)
            same("base through the GDT", hex(globally:match("base (%x+)")), 0)
            return locally:match("selector 000f = index 1, LDT %(TI=1%), RPL 3") .. "; " ..
                globally:match("selector 0008 = index 1, GDT %(TI=0%), RPL 0")
        end},
        {7, "linear address = segment base + offset", function()
            return guest.in_user_program(pc(), function()
                local offset = pc():reg("esp")
                local base, linear, physical = chain(("0x17:0x%x"):format(offset))
                same("base + offset", base + offset, linear)
                return ("17:%08x, base %08x -> linear %08x -> physical %08x"):format(offset, base, linear, physical)
            end)
        end},
        {8, "the physical address is what reaches the memory bus", function()
            return guest.in_user_program(pc(), function()
                local _, linear, physical = chain(("0x17:0x%x"):format(pc():reg("esp")))
                local through = says(pc(), ("x /2wx 0x%x"):format(linear), ": ([^\n]*)")
                local around = says(pc(), ("xp /2wx 0x%x"):format(physical), ": ([^\n]*)")
                same("the bytes", through, around)
                return ("linear %08x and physical %08x both hold %s"):format(linear, physical, through)
            end)
        end},
        {9, "virtual memory is far larger than real memory", function()
            local small = guest.at_prompt("4M")
            local line = guest.tap(small, "bigmem 12", "every page keeps its value", 200)
            local ins, outs = says(small, "info swap", "(%d+) read, (%d+) written")
            holds(tonumber(ins) > 0 and tonumber(outs) > 0, "pages went out and came back")
            return ("4 MB machine, %s: %s pages out, %s in"):format(line, outs, ins)
        end},
        {10, "each process has 64 MB, logical 0 to 3FFFFFF", function()
            local code, data = ldt(1, 0x0f), ldt(1, 0x17)
            same("code limit", code.limit, 0x3ffffff)
            same("data limit", data.limit, 0x3ffffff)
            return "limits 03ffffff; " .. guest.tap(pc(), "limits", "reading at 0x4000000 is SIGSEGV")
        end},
        {11, "real mode: segment * 16 + offset, 64 KB segments", function()
            return guest.fresh(function(machine)
                holds(guest.run_to(machine, "0x7c00"), "the boot sector is reached")
                local selector, base, limit = says(machine, "info segments", "cs +(%x+) base=(%x+) limit=(%x+)")
                same("base", hex(base), hex(selector) * 16)
                same("limit", limit, "0000ffff")
                says(machine, "info cpu", "real mode")
                return ("at 7c00: CS %s, base %s = CS * 16, limit %s"):format(selector, base, limit)
            end)
        end},
        {12, "protected mode: a segment register holds an index, lengths vary", function()
            local limits = {}
            for _, selector in ipairs{0x08, 0x20, 0x28} do
                limits[#limits + 1] = ("%04x limit %x"):format(selector, gdt(selector).limit)
            end
            local first, other = ldt(0, 0x0f).limit, ldt(1, 0x0f).limit
            same("the kernel's code limit", gdt(0x08).limit, 0xffffff)
            same("a TSS's limit", gdt(0x20).limit, 104)
            same("an LDT's limit", gdt(0x28).limit, 3 * 8 - 1)
            holds(first == 0x9ffff and other == 0x3ffffff, "640 KB and 64 MB")
            limits[#limits + 1] = ("task 0's 0f limit %x, task 1's 0f limit %x"):format(first, other)
            return "GDT " .. table.concat(limits, ", ")
        end},
        {13, "linear space that no descriptor covers cannot be addressed", function()
            local line = guest.tap(pc(), "limits", "writing there too")
            guest.run(pc(), "/usr/tests/limits")
            local fault = says(pc(), "info faults", "(exception 0d #GP[^\n]*error code 0000)")
            return line .. "; " .. fault
        end},
        {14, "three tables: GDT, LDT per task, IDT in place of the real-mode vectors", function()
            says(pc(), "info gdt", "GDT: base %x+, limit 07ff")
            says(pc(), "info idt", "limit 07ff")
            says(pc(), "info pic", "vectors 20%-27")
            return "IDT limit 07ff, interrupts at 20h, 80h: " .. says(pc(), "info idt 0x80", "trap gate %(386%), DPL 3")
        end},
        {15, "a task's LDT is a segment that the GDT describes; LDT and TSS are short", function()
            local tss, ldt_segment = gdt(0x30), gdt(0x38)
            holds(tss.kind:find("TSS") and ldt_segment.kind:find("LDT"), "kinds")
            holds(tss.limit < 256 and ldt_segment.limit < 256, "both are short")
            return ("0030: %s, limit %x; 0038: %s, limit %x"):format(tss.kind, tss.limit, ldt_segment.kind, ldt_segment.limit)
        end},
        {16, "GDT and IDT lie inside the kernel's segments", function()
            local g, i = says(pc(), "info segments", "gdtr base=(%x+) limit=%x+\nidtr base=(%x+)")
            holds(hex(g) < guest.symbol(pc(), "end") and hex(i) < guest.symbol(pc(), "end"), "both below the kernel's end")
            return ("GDT %s, IDT %s, kernel to %x"):format(g, i, guest.symbol(pc(), "end"))
        end},
        {17, "code and data segments overlap, the kernel's and each task's", function()
            local function equal(a, b)
                return holds(a.base == b.base and a.limit == b.limit, "same base and limit")
            end
            equal(gdt(8), gdt(16))
            for n in pairs(guest.slots(pc())) do
                equal(ldt(n, 0x0f), ldt(n, 0x17))
            end
            return ("0008 and 0010: %x-%x; 0f and 17 equal in every task"):format(gdt(8).base, gdt(8).limit)
        end},
        {18, "paging redirects every reference, in pages of 4 KB", function()
            local shown, last = {}, nil
            for _, page in ipairs(guest.pages(pc(), 1)) do
                shown[#shown + 1] = ("%08x -> %08x"):format(page.linear, page.frame)
                holds(page.linear ~= page.frame, "moved")
                last = page
            end
            holds(last, "task 1 has pages")
            return "task 1: " .. table.concat(shown, ", ")
        end},
        {19, "entries have 4 bytes; a table is one page of 1024", function()
            local dump = pc():monitor("xp /1024wx 0")
            local entries = select(2, dump:gsub("0x%x+", ""))
            return same("entries in the page at CR3", entries, 1024) .. ", first " .. dump:match("0x%x+")
        end},
        {20, "a table maps 4 MB, a directory 4 GB", function()
            local first = says(pc(), "info pdir", "%[ +1%] linear (00400000%-007fffff)")
            local last = says(pc(), "walk 0xffffffff", "PDE%[1023%] at physical 00000ffc")
            return "entry 1: " .. first .. "; ffffffff: " .. last
        end},
        {21, "kernel and all tasks share one page directory", function()
            local text = guest.trace(pc(), "ls / >/dev/null", "cr3,task", 300)
            local loads = 0
            for value in text:gmatch("cr3: cr3 (%x+)") do
                loads = loads + 1
                same("CR3", value, "00000000")
            end
            for slot in pairs(guest.slots(pc())) do
                says(pc(), "info task " .. slot, "cr3 00000000")
            end
            holds(loads > 0, "CR3 was loaded")
            return ("CR3 loaded %d times while a program ran, always 0; 0 in every TSS"):format(loads)
        end},
        {22, "so tasks lie in different linear ranges", function()
            local seen = {}
            for n = 0, 63 do
                local slot = guest.slots(pc())[n]
                if slot then
                    same("base of slot " .. n, slot.base, n << 26)
                    seen[#seen + 1] = ("%d at %08x"):format(n, slot.base)
                end
            end
            return table.concat(seen, ", ")
        end},
        {23, "linear = logical + task number * 64 MB", function()
            local slot = 2
            local page = guest.pages(pc(), slot)[1]
            local linear = says(pc(), ("translate task %d 0x%x"):format(slot, page.logical + 0x2c), "\nlinear (%x+)")
            same("linear", hex(linear), page.logical + 0x2c + slot * 0x4000000)
            return ("task %d, logical %08x -> linear %s"):format(slot, page.logical + 0x2c, linear)
        end},
        {24, "the GDT has 256 entries: 2 free, 2 of the kernel, 2 for each process", function()
            says(pc(), "info gdt", "256 entries\n  0008: [^\n]* code[^\n]*\n  0010: [^\n]* data[^\n]*\n  0020: [^\n]* TSS[^\n]*\n  0028: [^\n]* LDT")
            return says(pc(), "info gdt summary", "GDT: [^\n]*") .. "; 0 and 3 empty, 1 code, 2 data, then pairs"
        end},
        {25, "so the table would allow 126 tasks", function()
            return says(pc(), "info gdt summary", "(126 pairs [^\n]*)")
        end},
        {26, "but there are 64", function()
            local line = guest.tap(pc(), "forktest", "fork fails only when all 64 slots are used")
            guest.tap(pc(), "forktest", "and then with EAGAIN")
            return line .. ", with EAGAIN; " .. (guest.tap_comment(pc(), "forktest", "%d+ slots[^\n]*") or "")
        end},
        {27, "64 * 64 MB = 4 GB: the whole linear space", function()
            pc():serial_send("/usr/tests/forktest; echo @$?@\r")
            local slot
            for _ = 1, 4000 do
                pc():run(0.002)
                slot = guest.slots(pc())[63]
                if slot and slot.tables > 1 then break end
            end
            local line = pc():monitor("info pdir by-task"):match("  63  [^\n]*")
            pc():wait_serial("@(%d+)@\r?\n", 60)
            pc():wait_serial("# ", 10)
            same("base of slot 63", slot and slot.base, 0xfc000000)
            same("its last byte", slot.last, 0xffffffff)
            return "slot 63: fc000000-ffffffff," .. line:match("entries.*")
        end},
        {28, "code, data and stack of a process are in one segment", function()
            return guest.in_user_program(pc(), function()
                local offset = pc():reg("eip")
                local _, _, as_code = chain(("0x0f:0x%x"):format(offset))
                local _, _, as_data = chain(("0x17:0x%x"):format(offset))
                same("physical address through 17", as_data, as_code)
                return ("0f:%08x and 17:%08x are both physical %08x"):format(offset, offset, as_code)
            end) .. "; iandd: " .. guest.output(pc(), guest.need(pc(), "/bin/iandd"))
        end},
        {29, "a program's segments are not the CPU's", function()
            guest.need(pc(), "/proc/self/maps")
            local areas = select(2, guest.output(pc(), "cat /proc/self/maps"):gsub("[^\n]+\n", ""))
            holds(areas >= 3, "text, data and stack are areas of their own")
            local segments = select(2, pc():monitor("info ldt 0x48"):gsub("base=%x+ limit=%x+ %l+, DPL 3", ""))
            same("segments in the LDT of task 2", segments, 2)
            return ("%d areas in /proc/self/maps; the LDT of task 2 has %d segments"):format(areas, segments)
        end},
        {30, "logical layout: text, data, bss, heap ... stack", function()
            local seen = guest.segs(pc())
            local at = {seen.main, seen.data0, seen.bss, seen.heap0, seen.stack0}
            for i = 2, #at do
                holds(at[i - 1] < at[i], "in this order")
            end
            holds(at[1] < 0x10000 and at[5] < 0x3c00000 and at[5] > 0x3bf0000, "text low, stack below 3c00000")
            return ("main %x, data %x, bss %x, heap %x, stack %x"):format(table.unpack(at))
        end},
        {31, "only privilege levels 0 and 3 are used", function()
            says(pc(), "info gdt summary", "DPL 1: 0, DPL 2: 0")
            local seen = {[0] = 0, 0, 0, 0}
            pc():serial_send("seq 1 2000 >/dev/null; echo @$?@\r")
            for _ = 1, 3000 do
                pc():step(1201)
                local level = pc():reg("cs") & 3
                seen[level] = seen[level] + 1
            end
            pc():wait_serial("@(%d+)@\r?\n", 60)
            pc():wait_serial("# ", 10)
            same("looks at level 1 and 2", seen[1] + seen[2], 0)
            holds(seen[0] > 0 and seen[3] > 0, "both others are seen")
            return ("3000 looks: level 0 %d, 1 %d, 2 %d, 3 %d times; no descriptor has DPL 1 or 2"):format(
                seen[0], seen[1], seen[2], seen[3])
        end},
        {32, "a task's own space is local, closed to others", function()
            local selectors, previous = {}, {}
            for _, n in ipairs{1, 2, 3} do
                local selector = says(pc(), "info task " .. n, "LDT %x+ %(selector (%x+)%)")
                holds(not previous[selector], "each its own LDT")
                previous[selector] = true
                selectors[#selectors + 1] = selector
            end
            return "LDTR " .. table.concat(selectors, ", ") .. " in tasks 1, 2, 3; " ..
                guest.tap(pc(), "limits", "the kernel's segment cannot be loaded")
        end},
        {33, "each process has a kernel stack beside its user stack", function()
            pc():serial_send("true; echo @$?@\r")
            local slot
            repeat
                holds(guest.run_to(pc(), "system_call"), "a system call comes")
                slot = (pc():reg("tr") - 0x20) // 16
                pc():monitor(slot == 0 and "step" or "info cpu")
            until slot > 0
            local task = guest.value(pc(), "current")
            local esp = pc():reg("esp")
            same("SS", pc():reg("ss"), 0x10)
            same("ESP", esp, task + 4096 - 20)
            local user_esp, user_ss = pc():peek_phys32(esp + 12), pc():peek_phys32(esp + 16)
            same("user SS on the stack", user_ss, 0x17)
            pc():wait_serial("@(%d+)@\r?\n", 60)
            pc():wait_serial("# ", 10)
            return ("INT 80h in task %d: 17:%08x -> 10:%08x, the end of its page at %08x"):format(slot, user_esp, esp, task)
        end},
        {34, "head sets code and data segments of 16 MB", function()
            local code = says(pc(), "info gdt 8", "GDT 0008: (00000fff 00c09[ab]00)")
            local data = says(pc(), "info gdt 16", "GDT 0010: (00000fff 00c09[23]00)")
            return "0008: " .. code .. ", 0010: " .. data .. ", limit ffffff"
        end},
        {35, "in them lie kernel, GDT, IDT, TSS, directory, tables and stack", function()
            local seen = {}
            for _, name in ipairs{"pg_dir", "pg0", "main", "idt", "gdt", "init_task", "task", "end"} do
                local address = guest.symbol(pc(), name) or absent("kernel symbol " .. name)
                holds(address < 16 << 20, name .. " below 16 MB")
                seen[#seen + 1] = ("%s %x"):format(name, address)
            end
            return table.concat(seen, ", ")
        end},
        {36, "4 directory entries and 4 tables map the first 16 MB to themselves", function()
            for i = 0, 3 do
                says(pc(), "info pdir", ("%%[ +%d%%] linear %08x%%-%%x+: %08x"):format(i, i << 22, (i + 1) * 0x1000 + 7):sub(1, -3))
            end
            local last = says(pc(), "xp /1wx 0x4ffc", ": (0x%x+)")
            holds(hex(last:sub(3)) & ~0x60 == 0xfff007, "the last entry")
            for _, address in ipairs{0x1234, 0x100000, 0xfffabc} do
                says(pc(), ("walk 0x%x"):format(address), ("physical %08x"):format(address))
            end
            return "entries 0-3: tables 1000-4000; last entry " .. last .. "; 1234, 100000, fffabc map to themselves"
        end},
        {37, "at most 16 MB are managed; more is ignored", function()
            local pages = {}
            for _, mem in ipairs{"16M", "32M", "64M"} do
                guest.fresh(function(machine)
                    machine:wait_serial("# ", 60)
                    machine:run(0.3)
                    local main = zone(machine, "main memory")
                    pages[#pages + 1] = (main.last + 1 - main.first) // 4096
                end, {mem = mem})
            end
            same("frames with 16 MB", pages[1], (16 - 4) * 256)
            holds(pages[1] == pages[2] and pages[2] == pages[3], "the same number")
            return ("frames of main memory with 16, 32, 64 MB: %d, %d, %d"):format(table.unpack(pages))
        end},
        {38, "GDT and IDT are set anew by head, in protected mode", function()
            return guest.fresh(function(machine)
                holds(guest.run_to(machine, "0x7c00"), "the boot sector")
                holds(guest.run_to(machine, "0"), "head, at address 0")
                local pattern = "gdtr base=(%x+) limit=(%x+)\nidtr base=(%x+) limit=(%x+)"
                local g, gl, i, il = says(machine, "info segments", pattern)
                holds(hex(g) >= 0x90000, "setup's GDT")
                holds(guest.run_to(machine, "main"), "main")
                local g2, gl2, i2, il2 = says(machine, "info segments", pattern)
                same("GDT", hex(g2), guest.symbol(machine, "gdt"))
                same("IDT", hex(i2), guest.symbol(machine, "idt"))
                return ("entering head: GDT %s limit %s, IDT limit %s; leaving it: GDT %s limit %s, IDT %s limit %s"):format(
                    g, gl, il, g2, gl2, i2, il2)
            end)
        end},
    }
end
