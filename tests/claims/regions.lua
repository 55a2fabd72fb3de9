-- S59-S100: a process's areas, address spaces, regions, page faults and frames, as later Linux has them.
return function(guest)
    local says, same, holds, hex, absent = guest.says, guest.same, guest.holds, guest.hex, guest.absent

    local function pc()
        return guest.at_prompt("16M")
    end

    -- With a page directory for each task; rows are skipped while the kernel does not do it.
    local function in_private_mode(body)
        return guest.with_boot_options("vm=private", function(machine)
            if says(machine, "info task 2", "cr3 (%x+)") == "00000000" then
                absent("vm=private: every CR3 is 0")
            end
            return body(machine)
        end)
    end

    -- Lines of a maps file: {first, last, rights, offset, device, inode, path}.
    local function maps(machine, pid)
        guest.need(machine, "/proc/self/maps")
        local regions = {}
        for line in guest.output(machine, "cat /proc/" .. (pid or "self") .. "/maps"):gmatch("[^\n]+") do
            local first, last, rights, offset, device, inode, path =
                line:match("^(%x+)%-(%x+) ([r-][w-][x-][ps]) (%x+) (%x%x:%x%x) +(%d+) *(.*)$")
            holds(first and #first == 8 and #last == 8 and #offset == 8, "the form of the line: " .. line)
            regions[#regions + 1] = {first = hex(first), last = hex(last), rights = rights, offset = hex(offset),
                device = device, inode = tonumber(inode), path = path, line = line}
        end
        return regions
    end

    local function of_sleeper(body)
        guest.need(pc(), "/proc/self/maps")
        return guest.background(pc(), "sleep 100", function(slot)
            return body(maps(pc(), slot.pid), slot)
        end)
    end

    local function sizes(program)
        local text, data, bss, dec, hexadecimal = guest.output(pc(), "size " .. program):match(
            "(%d+)%s+(%d+)%s+(%d+)%s+(%d+)%s+(%x+)%s+" .. guest.plain(program))
        return {text = tonumber(text), data = tonumber(data), bss = tonumber(bss), dec = tonumber(dec), hex = hexadecimal}
    end

    local function region_test(fact)
        return guest.tap(pc(), "maptest", fact)
    end

    return {
        {59, "five areas: text, data, bss, heap, stack", function()
            local at = guest.segs(pc())
            holds(at.main < at.data0 and at.data0 < at.bss and at.bss < at.heap0 and at.heap0 < at.stack1, "in this order")
            return ("text %x, data %x, bss %x, heap %x, stack %x"):format(at.main, at.data0, at.bss, at.heap0, at.stack0)
        end},
        {60, "text may not be written", function()
            return guest.with_boot_options("strict", function(machine)
                return "bootopt strict: " .. guest.tap(machine, "maptest", "strict: text cannot be written") .. "; without: " ..
                    guest.tap(pc(), "maptest", "text can be written, as in 0.12")
            end)
        end},
        {61, "data holds initialised globals and statics", function()
            local at = guest.segs(pc())
            local file = guest.output(pc(), ("hexdump -n 8 -s %d /bin/segs"):format(1024 + at.data0))
            holds(file:find("01 00 00 00 04 00 00 00", 1, true), "the file has 1 and 4 at 1024 + address")
            return ("the file has 1 and 4 at 1024 + %x; %s"):format(at.data0,
                guest.tap(pc(), "demand", "the pages that are touched hold what the file holds"))
        end},
        {62, "bss starts as zeros and takes no room in the file", function()
            local s = sizes("/bin/sh")
            local length = tonumber(guest.output(pc(), "wc -c /bin/sh"):match("%d+"))
            same("the file's length", length, 1024 + s.text + (s.data + 4095) // 4096 * 4096)
            holds(length < 1024 + s.dec, "less than with its bss")
            return ("sh has %d bytes of bss; its file %d = 1024 + text %d + data %d in whole pages; %s"):format(s.bss, length,
                s.text, s.data, guest.tap(pc(), "exectest", "bss is clean again"))
        end},
        {63, "the heap grows and shrinks", function()
            return guest.tap(pc(), "brktest", "the end of data moved") .. "; " ..
                guest.tap(pc(), "brktest", "and its region with it") .. "; " ..
                guest.tap(pc(), "brktest", "to where it was, and its region")
        end},
        {64, "the stack holds return addresses; last in, first out", function()
            return guest.in_user_program(pc(), function()
                for _ = 1, 2000 do
                    if pc():reg("cs") == 0x0f and says(pc(), "u /1", "[^\n]*"):find("call 0x") then break end
                    pc():step(1)
                end
                local before, from = pc():reg("esp"), pc():reg("eip")
                pc():step(1)
                local top = pc():peek32(pc():reg("esp") + (pc():reg("tr") - 0x20) // 16 * 0x4000000)
                same("ESP after CALL", pc():reg("esp"), before - 4)
                same("the address on top", top, from + 5)
                holds(guest.run_to(pc(), ("0x0f:0x%x"):format(top)), "the return")
                same("ESP after RET", pc():reg("esp"), before)
                return ("CALL at %x: ESP %x -> %x with %x on top; back there ESP is %x again"):format(from, before,
                    before - 4, top, before)
            end)
        end},
        {65, "data, bss and heap follow one another; the stack is apart", function()
            local at = guest.segs(pc())
            holds(at.heap0 - at.data0 < 65536 and at.stack1 - at.heap0 > 0x3000000, "near and far")
            return ("data %x to heap %x: %d bytes; from there to the stack %d MB"):format(at.data0, at.heap0,
                at.heap0 - at.data0, (at.stack1 - at.heap0) >> 20)
        end},
        {66, "stack down, heap up, a large gap between", function()
            local at = guest.segs(pc())
            holds(at.stack1 < at.stack0 and at.heap1 > at.heap0, "towards each other")
            return ("stack %x -> %x, heap %x -> %x, gap %d MB"):format(at.stack0, at.stack1, at.heap0, at.heap1,
                (at.stack1 - at.heap1) >> 20)
        end},
        {67, "the sample program prints one address of each area", function()
            local function told(at)
                return ("main %x; stack %x, %x; data %x, %x; bss %x; heap %x -> %x"):format(at.main, at.stack0, at.stack1,
                    at.data0, at.data1, at.bss, at.heap0, at.heap1)
            end
            return told(guest.segs(pc())) .. "; " .. in_private_mode(function(machine)
                guest.need(machine, "/usr/root/example")
                local at = guest.segs(machine, guest.output(machine, "/usr/root/example"))
                holds(at.main > 0x8048000 and at.main < 0x8049000 and at.stack0 > 0xbff00000, "the shape of the text's values")
                return "linked as later Linux does, in vm=private: " .. told(at)
            end)
        end},
        {68, "the second local is 4 lower, the second datum 4 higher, the heap 4 longer", function()
            local at = guest.segs(pc())
            return table.concat({same("stack", at.stack1 - at.stack0, -4), same("data", at.data1 - at.data0, 4),
                same("heap", at.heap1 - at.heap0, 4)}, ", ")
        end},
        {69, "size prints text, data, bss, and their sum twice", function()
            local s = sizes("/bin/segs")
            same("dec", s.dec, s.text + s.data + s.bss)
            same("hex", hex(s.hex), s.dec)
            return ("segs: %d + %d + %d = %d = %sh"):format(s.text, s.data, s.bss, s.dec, s.hex)
        end},
        {70, "logical to linear to physical", function()
            local page = guest.pages(pc(), 2)[1]
            local text = pc():monitor(("translate task 2 0x%x"):format(page.logical + 0x123))
            local linear, physical = hex(text:match("\nlinear (%x+)")), hex(text:match("\nphysical (%x+)"))
            same("linear", linear, page.logical + 0x123 + (2 << 26))
            same("physical", physical, (guest.entry_of(pc(), linear) & ~0xfff) + 0x123)
            return ("task 2, 17:%08x -> linear %08x -> physical %08x"):format(page.logical + 0x123, linear, physical)
        end},
        {71, "later Linux: every base is 0, every limit 4 GB, logical = linear", function()
            return in_private_mode(function(machine)
                local base, limit = says(machine, "info task 2", "0017: base=(%x+) limit=(%x+)")
                same("base", base, "00000000")
                same("limit", limit, "ffffffff")
                return ("segment 17: base %s, limit %s"):format(base, limit)
            end)
        end},
        {72, "each process has its own address space", function()
            local line = guest.tap(pc(), "cowtest", "the child sees its own values")
            guest.tap(pc(), "cowtest", "the parent does not")
            local a, b = guest.pages(pc(), 2), guest.pages(pc(), 3)
            same("top page of both shells", a[#a].logical, b[#b].logical)
            holds(a[#a].frame ~= b[#b].frame, "in two frames")
            return ("%s, the parent does not; page %x is frame %x in task 2, %x in task 3"):format(line, a[#a].logical,
                a[#a].frame, b[#b].frame)
        end},
        {73, "virtual addressing protects the system", function()
            local line = guest.tap(pc(), "limits", "far beyond")
            return line .. " is SIGSEGV; " .. guest.tap(pc(), "limits", "ports are closed")
        end},
        {74, "a program can use more memory than there is", function()
            local small = guest.at_prompt("4M")
            local line = guest.tap(small, "bigmem 12", "every page keeps its value", 200)
            return line .. "; " .. says(small, "info swap", "%d+ read, %d+ written")
        end},
        {75, "0 to 3 GB for the user, 3 to 4 GB for the kernel alone", function()
            return in_private_mode(function(machine)
                local line = guest.tap(machine, "limits", "the kernel's first byte cannot be read")
                guest.run(machine, "/usr/tests/limits")
                return line .. "; " .. says(machine, "info faults", "#PF[^\n]*error code 0005, linear c%x+")
            end)
        end},
        {76, "a switch changes the user's half, never the kernel's", function()
            return in_private_mode(function(machine)
                local directories = {}
                for n = 1, 3 do
                    directories[n] = machine:peek_phys(hex(says(machine, "info task " .. n, "cr3 (%x+)")), 4096)
                end
                local kernel, user = directories[1]:sub(768 * 4 + 1), directories[1]:sub(1, 768 * 4)
                for n = 2, 3 do
                    same("entries 768 to 1023", directories[n]:sub(768 * 4 + 1), kernel)
                    holds(directories[n]:sub(1, 768 * 4) ~= user, "the others differ")
                end
                local values = {}
                local count = 0
                for value in guest.trace(machine, "ls / >/dev/null", "cr3", 500):gmatch("cr3: cr3 (%x+)") do
                    count = count + (values[value] and 0 or 1)
                    values[value] = true
                end
                holds(count > 1, "CR3 changes")
                return ("entries 768-1023 equal in tasks 1, 2, 3, the rest not; %d values of CR3 in half a second"):format(count)
            end)
        end},
        {77, "ten programs at once show the same addresses", function()
            guest.output(pc(), "for i in 0 1 2 3 4 5 6 7 8 9; do segs >/tmp/s$i & done; sleep 1")
            for i = 1, 9 do
                same("comparison", guest.run(pc(), "cmp /tmp/s0 /tmp/s" .. i), 0)
            end
            guest.run(pc(), "rm /tmp/s?")
            guest.output(pc(), "for i in 0 1 2 3 4 5 6 7 8 9; do sleep 50 & done; true")
            pc():run(0.3)
            local bases, code, stack, count = {}, {}, {}, 0
            for n, slot in pairs(guest.slots(pc())) do
                if slot.name == "sleep" then
                    local pages = guest.pages(pc(), n)
                    code[pages[1].frame], stack[pages[#pages].frame], bases[slot.base] = true, true, true
                    count = count + 1
                end
            end
            guest.run(pc(), "kill " .. table.concat((function()
                local pids = {}
                for _, slot in pairs(guest.slots(pc())) do
                    pids[#pids + 1] = slot.name == "sleep" and slot.pid or nil
                end
                return pids
            end)(), " "))
            pc():run(0.2)
            local function size(set) local n = 0 for _ in pairs(set) do n = n + 1 end return n end
            same("sleepers", count, 10)
            same("bases", size(bases), 10)
            same("stack frames", size(stack), 10)
            same("frames of the first code page", size(code), 1)
            return "10 equal outputs of segs; 10 sleepers at 10 linear bases, one frame of code, 10 of stack"
        end},
        {78, "the space is divided in regions of whole pages", function()
            for _, region in ipairs(maps(pc())) do
                same("offset in page", (region.first | region.last) & 0xfff, 0)
            end
            return ("%d regions of cat, all bounds multiples of 4096"):format(#maps(pc()))
        end},
        {79, "cat /proc/<pid>/maps shows them; & prints the pid", function()
            return of_sleeper(function(regions, slot)
                local told = pc():serial():match(".*sleep 100 &[^%d\n]*\r?\n[^%d\n]*%[?%d*%]? ?(%d+)")
                same("the pid that & printed", tonumber(told), slot.pid)
                return ("pid %d, as & printed: %s ..."):format(slot.pid, regions[1].line)
            end)
        end},
        {80, "a line: bounds, rights, offset, device, inode, file", function()
            return maps(pc())[1].line
        end},
        {81, "text r-xp, data rw-p, stack", function()
            return of_sleeper(function(regions)
                holds(#regions >= 3, "three regions at least")
                same("text", regions[1].rights, "r-xp")
                same("data", regions[2].rights, "rw-p")
                same("stack may be written", regions[#regions].rights:sub(1, 2), "rw")
                return regions[1].line .. "; " .. regions[2].line .. "; " .. regions[#regions].line
            end)
        end},
        {82, "heap, bss and data are one region", function()
            return of_sleeper(function(regions, slot)
                local brk = hex(says(pc(), "info task " .. slot.slot, "brk +(%x+)"))
                local data = regions[2]
                holds(data.first <= brk and data.last >= brk, "brk lies in the region of data")
                return ("%s holds brk %x"):format(data.line, brk)
            end)
        end},
        {83, "one object for each region, with operations by kind", function()
            local kinds, seen = {}, {}
            for kind, nopage in pc():monitor("info vma task 2"):gmatch("%x+%-%x+ %S+ %x+ +(%S+) +nopage ([^,\n]*)") do
                if not seen[kind] then
                    kinds[#kinds + 1] = kind .. ": " .. nopage
                    seen[kind] = true
                end
            end
            holds(seen.exec and seen.stack and #kinds >= 2, "regions of several kinds")
            return "task 2, kind and nopage: " .. table.concat(kinds, "; ")
        end},
        {84, "regions are in a sorted list and in a balanced tree", function()
            for n in pairs(guest.slots(pc())) do
                says(pc(), "info vma task " .. n, "check: [^\n]*: ok")
            end
            guest.need(pc(), "/bin/vmastress")
            pc():serial_send("vmastress 500; echo @$?@\r")
            local best, deep = 0, nil
            for _ = 1, 400 do
                pc():run(0.02)
                for n, slot in pairs(guest.slots(pc())) do
                    local count = slot.name == "vmastress" and
                        tonumber(says(pc(), "info vma task " .. n, "check: (%d+) regions in the list")) or 0
                    if count > best then
                        best, deep = count, says(pc(), "info vma task " .. n, "check: [^\n]*: ok")
                    end
                end
                if pc():serial():sub(-60):find("@%d+@") then break end
            end
            pc():wait_serial("@(%d+)@\r?\n", 120)
            pc():wait_serial("# ", 10)
            holds(best > 100, "more than 100 regions at once")
            return deep
        end},
        {85, "one descriptor for the whole space", function()
            local count, pages, present = says(pc(), "info mm task 2", "(%d+) regions of (%d+) pages, (%d+) pages present")
            local regions, size = maps(pc(), guest.slots(pc())[2].pid), 0
            for _, region in ipairs(regions) do
                size = size + (region.last - region.first) // 4096
            end
            same("regions in /proc", #regions, tonumber(count))
            same("their pages", size, tonumber(pages))
            same("pages present", #guest.pages(pc(), 2), tonumber(present))
            return says(pc(), "info mm task 2", "task 2: [^\n]*") .. "; " .. says(pc(), "info mm task 2", "addresses [^\n]*")
        end},
        {86, "fork, exec, mmap and brk only allot regions", function()
            return region_test("a map of 1 MB") .. "; " .. region_test("costs no frame") .. "; " ..
                guest.tap(pc(), "brktest", "no frame was given") .. " by brk"
        end},
        {87, "a new interval beside one of equal rights is merged with it", function()
            return region_test("a neighbour with equal rights is merged")
        end},
        {88, "otherwise a region is made", function()
            return region_test("one with other rights is not")
        end},
        {89, "brk is a system call of its own", function()
            local calls = guest.system_calls(pc(), "/usr/tests/brktest")
            holds((calls[45] or 0) > 0 and not calls[90], "45, not 90")
            return ("brktest: %d times number 45, never 90"):format(calls[45])
        end},
        {90, "munmap removes a region, or splits it", function()
            return region_test("munmap of a page in the middle") .. "; " .. region_test("splits the region") .. "; " ..
                region_test("and frees its frame")
        end},
        {91, "only virtual space is given; frames come with the first access", function()
            return region_test("10 touched pages are 10 frames")
        end},
        {92, "the fault gets a frame and writes the table entry", function()
            pc():serial_send("ls / >/dev/null; echo @$?@\r")
            local task, linear, before
            repeat
                holds(guest.run_to(pc(), "do_no_page"), "a page is missed")
                linear, task = guest.fault_linear(pc())
                before = guest.entry_of(pc(), linear)
                if before ~= 0 then pc():monitor("step") end
            until before == 0
            local code, back = pc():peek_phys32(pc():reg("esp") + 4), pc():peek_phys32(pc():reg("esp"))
            local cr2 = pc():reg("cr2")
            holds(guest.run_to(pc(), ("0x%x"):format(back)), "the handler's end")
            for _ = 1, 50 do -- other tasks may come first
                if guest.entry_of(pc(), linear) & 1 == 1 then break end
                pc():monitor("step")
                guest.run_to(pc(), ("0x%x"):format(back), 1)
            end
            local after = guest.entry_of(pc(), linear)
            pc():wait_serial("@(%d+)@\r?\n", 60)
            pc():wait_serial("# ", 10)
            holds(after & 1 == 1, "the entry is present afterwards")
            return ("task %d: error code %d, CR2 %08x, entry 0 -> %08x"):format(task, code, cr2, after)
        end},
        {93, "a page in swap faults too, and needs no new table", function()
            local small = guest.at_prompt("4M")
            small:serial_send("/usr/tests/bigmem 12; echo @$?@\r")
            local at, entry, number
            for _ = 1, 40 do
                holds(guest.run_to(small, "swap_in", 60), "a page comes back from swap")
                at = small:peek_phys32(small:reg("esp") + 4)
                entry, number = small:peek_phys32(at), small:peek_phys32(small:reg("esp"))
                if entry & 1 == 0 and entry ~= 0 then break end
                small:monitor("step")
            end
            local slot = (small:reg("tr") - 0x20) // 16
            local function table_of()
                for index = slot * 16, slot * 16 + 15 do
                    if small:peek_phys32(index * 4) & ~0xfff == at & ~0xfff then return index end
                end
            end
            local index = table_of()
            for _ = 1, 50 do -- other tasks run while the disk works
                holds(guest.run_to(small, ("0x%x"):format(number), 60), "the end of swap_in")
                if small:peek_phys32(at) & 1 == 1 then break end
                small:monitor("step")
            end
            local after = small:peek_phys32(at)
            same("directory entry of the table", table_of(), index)
            small:wait_serial("@(%d+)@\r?\n", 200)
            small:wait_serial("# ", 10)
            holds(entry & 1 == 0 and after & 1 == 1, "it came back")
            return ("task %d: entry %08x = page %d of swap -> %08x; directory entry %d still names the table at %x"):format(
                slot, entry, entry >> 1, after, index, at & ~0xfff)
        end},
        {94, "laziness and locality save frames", function()
            guest.tap(pc(), "demand", "each touch loads one page")
            local start = guest.tap_comment(pc(), "demand", "resident at the start[^\n]*")
            local s = sizes("/usr/tests/demand")
            local resident, pages = start and tonumber(start:match("%d+")), (s.dec + 4095) // 4096
            holds(resident and resident * 10 < pages, "less than a tenth is resident at the start")
            return ("demand has %d pages of text, data and bss; %s"):format((s.dec + 4095) // 4096, start)
        end},
        {95, "the region's nopage operation supplies the page", function()
            return region_test("a device's nopage fills the page")
        end},
        {96, "translation goes through directory and table to the page", function()
            local page = guest.pages(pc(), 2)[1]
            local text = pc():monitor(("walk 0x%x"):format(page.linear))
            local entry, directory = guest.entry_of(pc(), page.linear)
            same("directory entry", hex(text:match("PDE%[32%][^\n]*: (%x+)")), directory)
            same("table entry", hex(text:match("PTE%[%d+%][^\n]*: (%x+)")), entry)
            same("frame", hex(text:match("\nphysical (%x+)")), entry & ~0xfff)
            return text:match("PDE[^\n]*") .. "; " .. text:match("PTE[^\n]*")
        end},
        {97, "each process has page tables; its pgd is CR3", function()
            return in_private_mode(function(machine)
                local a, b = says(machine, "info task 2", "cr3 (%x+)"), says(machine, "info task 3", "cr3 (%x+)")
                holds(a ~= b, "two directories")
                same("pgd of task 2", says(machine, "info mm task 2", "pgd (%x+)"), a)
                machine:serial_send("echo $((1+1))\r") -- the shell on the serial line, task 3
                local running
                for _ = 1, 20000 do
                    machine:step(500)
                    running = (machine:reg("tr") - 0x20) // 16
                    if running == 3 and machine:reg("cs") == 0x0f then break end
                end
                same("the task that runs", running, 3)
                same("CR3 meanwhile", machine:reg("cr3"), hex(b))
                return ("vm=private: CR3 %s in task 2, %s in task 3, and in the register while task 3 runs"):format(a, b)
            end)
        end},
        {98, "frames come from the kernel's allocator, the highest free one first", function()
            pc():serial_send("true; echo @$?@\r")
            holds(guest.run_to(pc(), "get_free_page"), "a frame is asked for")
            local map = pc():peek_phys(guest.symbol(pc(), "mem_map"), 3840)
            local highest = 0x100000 + (#map - 1) * 4096
            for i = #map, 1, -1 do
                if map:byte(i) == 0 then
                    highest = 0x100000 + (i - 1) * 4096
                    break
                end
            end
            holds(guest.run_to(pc(), ("0x%x"):format(pc():peek_phys32(pc():reg("esp")))), "its end")
            same("EAX", pc():reg("eax"), highest)
            pc():wait_serial("@(%d+)@\r?\n", 60)
            pc():wait_serial("# ", 10)
            local text = guest.trace(pc(), "ls / >/dev/null", "mm,pagefault", 300)
            local order = text:match("(do_no_page error %x+ address %x+)[^\n]*\n%d+ task %d+ get_free_page")
            holds(order, "a missing page asks for a frame")
            return ("get_free_page returned %x, the highest free frame; then %s: get_free_page"):format(highest, order)
        end},
        {99, "static allocation when compiled, dynamic when run", function()
            local s, at = sizes("/bin/segs"), guest.segs(pc())
            local static_end = (s.text + 4095) // 4096 * 4096 + s.data + s.bss
            holds(at.heap0 >= s.dec and at.heap0 - static_end < 4096 and at.heap1 == at.heap0 + 4, "size gives the start")
            return ("size: %d bytes; the heap begins at %x and ends at %x after brk"):format(s.dec, at.heap0, at.heap1)
        end},
        {100, "bss gets zeroed frames, so the file stays small", function()
            local s = sizes("/bin/sh")
            pc():serial_send("sh -c 'echo $HOME' >/dev/null; echo @$?@\r")
            local first = (s.text + s.data + 4095) // 4096 * 4096 -- the first page of bss alone
            local number = pc():monitor("b do_no_page"):match("Breakpoint (%d+)")
            local linear, slot
            for _ = 1, 400 do
                if pc():run(2) ~= "break" then break end
                linear, slot = guest.fault_linear(pc())
                if slot > 4 and linear % 0x4000000 // 4096 == first // 4096 then break end
                pc():monitor("step")
                linear = nil
            end
            pc():monitor("delete " .. number)
            holds(linear, "a fault in bss")
            local back = ("0x%x"):format(pc():peek_phys32(pc():reg("esp")))
            local function major() return tonumber(says(pc(), "info task " .. slot, "maj_flt +(%d+)")) end
            local before = major()
            holds(guest.run_to(pc(), back), "the handler's end")
            local frame = guest.entry_of(pc(), linear) & ~0xfff
            same("faults with a disk read", major(), before)
            same("bytes that are not 0", select(2, pc():peek_phys(frame, 4096):gsub("[^%z]", "")), 0)
            pc():wait_serial("@(%d+)@\r?\n", 60)
            pc():wait_serial("# ", 10)
            return ("sh in task %d misses %08x, bss: frame %x, all zeros, no disk read"):format(slot, linear, frame)
        end},
    }
end
