-- S39-S58: tasks 0, 1 and the others; demand loading, heap, exit.
return function(guest)
    local says, same, holds, hex, absent = guest.says, guest.same, guest.holds, guest.hex, guest.absent

    local function pc()
        return guest.at_prompt("16M")
    end

    local main_first = 0x400000 -- of main memory, with 16 MB

    -- A machine at the first instruction of task 1 that writes to a page it shares with task 0: the
    -- fork is done, and nothing of it is copied yet.
    local function at_task_1(body)
        return guest.fresh(function(machine)
            holds(guest.run_to(machine, "0x7c00"), "the boot sector")
            holds(guest.run_to(machine, "main"), "main")
            holds(guest.run_to(machine, "do_wp_page"), "a write to a shared page")
            return body(machine)
        end)
    end

    local function entries_in_use(machine, table_at)
        local count, read_only = 0, 0
        for i = 0, 1023 do
            local entry = machine:peek_phys32(table_at + i * 4)
            count = count + (entry ~= 0 and 1 or 0)
            read_only = read_only + (entry & 3 == 1 and 1 or 0)
        end
        return count, read_only
    end

    return {
        {39, "all tasks but 0 use frames unlike their linear addresses, in main memory", function()
            local pages = 0
            for n in pairs(guest.slots(pc())) do
                for _, page in ipairs(n > 0 and guest.pages(pc(), n) or {}) do
                    holds(page.frame ~= page.linear and page.frame >= main_first, "a frame of main memory")
                    pages = pages + 1
                end
            end
            holds(pages > 0, "there are pages")
            local page = guest.pages(pc(), 2)[1]
            return ("%d pages of tasks 1 and up, all in %x-ffffff, such as %08x -> %08x"):format(pages, main_first,
                page.linear, page.frame)
        end},
        {40, "4 MB are enough, helped by virtual memory", function()
            local small = guest.at_prompt("4M")
            local free = guest.output(small, "free"):match("Mem:[^\n]*")
            return guest.tap(small, "bigmem 12", "every page keeps its value", 200) .. " on " .. free
        end},
        {41, "task 0 is started by hand; its segments are 640 KB inside the kernel's", function()
            says(pc(), "info task 0", "0017: base=00000000 limit=0009ffff")
            for _, page in ipairs(guest.pages(pc(), 0)) do
                same("frame", page.frame, page.linear)
            end
            return "base 0, limit 9ffff; " .. #guest.pages(pc(), 0) .. " pages, each at its own address"
        end},
        {42, "task 0's TSS and LDT are set when the kernel is built", function()
            return guest.fresh(function(machine)
                holds(guest.run_to(machine, "0x7c00") and guest.run_to(machine, "main"), "main is reached")
                local task = guest.symbol(machine, "init_task")
                same("task[0]", guest.value(machine, "task"), task)
                same("esp0", machine:peek_phys32(task + 944 + 4), task + 4096)
                same("LDT selector", machine:peek_phys32(task + 944 + 96) & 0xffff, 0x28)
                local low, high = machine:peek_phys32(task + 928), machine:peek_phys32(task + 932)
                same("code segment's limit", low & 0xffff, 0x9f)
                same("GDT entry 4 so far", machine:peek_phys32(guest.symbol(machine, "gdt") + 0x24), 0)
                return ("entering main: init_task %x has esp0 %x, LDT 0028, segment 0f %08x %08x"):format(task, task + 4096, low, high)
            end)
        end},
        {43, "task 1's code lies in the kernel's code", function()
            return guest.fresh(function(machine)
                local init = guest.symbol(machine, "init") or absent("kernel symbol init")
                holds(guest.run_to(machine, "0x7c00"), "the boot sector")
                holds(guest.run_to(machine, ("0x%x"):format(0x4000000 + init)), "init, in slot 1")
                same("CS", machine:reg("cs"), 0x0f)
                same("EIP", machine:reg("eip"), init)
                holds(init < guest.symbol(machine, "end"), "inside the kernel")
                return ("task 1 at 0f:%08x <init>, linear %08x"):format(init, 0x4000000 + init)
            end)
        end},
        {44, "its fork takes one frame for a page table; 64 MB on maps to physical 0-640 KB", function()
            return at_task_1(function(machine)
                local directory = machine:peek_phys32(16 * 4)
                for i = 17, 31 do
                    same("entry " .. i, machine:peek_phys32(i * 4), 0)
                end
                local count, read_only = entries_in_use(machine, directory & ~0xfff)
                same("entries", count, 160)
                same("read-only ones", read_only, 160)
                local last = machine:peek_phys32((directory & ~0xfff) + 159 * 4)
                same("the last frame", last & ~0xfff, 0x9f000)
                return ("directory entry 16 = %08x; 160 entries, all read-only: %x ... %x"):format(directory,
                    machine:peek_phys32(directory & ~0xfff), last)
            end)
        end},
        {45, "and one more for its TSS and kernel stack", function()
            return at_task_1(function(machine)
                local task = machine:peek_phys32(guest.symbol(machine, "task") + 4)
                holds(task >= main_first, "in main memory")
                same("esp0", machine:peek_phys32(task + 944 + 4), task + 4096)
                local tss = says(machine, "info gdt 0x30", "base=(%x+)")
                local ldt = says(machine, "info gdt 0x38", "base=(%x+)")
                holds(hex(tss) == task + 944 and hex(ldt) == task + 920, "TSS and LDT lie in it")
                return ("page %x: GDT 30 at %s, 38 at %s, esp0 %x"):format(task, tss, ldt, task + 4096)
            end)
        end},
        {46, "its user stack is task 0's, until somebody writes", function()
            return at_task_1(function(machine)
                local stack = guest.fault_linear(machine)
                holds(stack >= 0x4000000 and stack < 0x40a0000, "the address of the fault is in slot 1")
                local before0, before1 = guest.entry_of(machine, stack - 0x4000000), guest.entry_of(machine, stack)
                same("frame of both", before1 & ~0xfff, before0 & ~0xfff)
                holds(before0 & 2 == 2 and before1 & 2 == 0, "task 0 may write, task 1 not")
                machine:run(0.005)
                local after1 = guest.entry_of(machine, stack)
                holds(after1 & ~0xfff ~= before1 & ~0xfff or after1 == 0, "task 1 has its own now")
                return ("page %x: both had frame %05x; after task 1's write it has %x"):format(stack & ~0xfff,
                    before0 & ~0xfff, after1 & ~0xfff)
            end)
        end},
        {47, "from task 2 on init is the parent, of shells and of orphans", function()
            local shells = {}
            for pid, parent, name in guest.output(pc(), "ps"):gmatch("\n +(%d+) +(%d+) [^\n]- (%S+) *%f[\n]") do
                if name == "sh" then
                    same("parent of shell " .. pid, parent, "1")
                    shells[#shells + 1] = pid
                end
            end
            holds(#shells > 0, "there are shells")
            guest.output(pc(), "sh -c 'sleep 100 & sleep 0'")
            pc():run(0.3)
            local orphan = guest.slot_named(pc(), "sleep")
            local parent = guest.output(pc(), "ps"):match("\n +" .. orphan.pid .. " +(%d+) ")
            guest.run(pc(), "kill " .. orphan.pid)
            pc():run(0.2)
            same("parent of the orphan", parent, "1")
            return ("shells %s and orphan %d have parent 1"):format(table.concat(shells, ", "), orphan.pid)
        end},
        {48, "at most 64 processes", function()
            return guest.tap(pc(), "forktest", "every slot has a task")
        end},
        {49, "task n lies at n * 64 MB, in directory entries 16n to 16n+15", function()
            local seen = {}
            for _, line in ipairs{pc():monitor("info pdir by-task")} do
                for slot, used in line:gmatch(" +(%d+)  directory [^:]*:([^\n]*)") do
                    for index in used:gmatch(" (%d+)=") do
                        same("slot of entry " .. index, tonumber(index) // 16, tonumber(slot))
                    end
                    seen[#seen + 1] = slot .. ":" .. used:gsub("=%x+", "")
                end
            end
            for n in pairs(guest.slots(pc())) do
                local code = says(pc(), "info task " .. n, "000f: base=(%x+)")
                local data = says(pc(), "info task " .. n, "0017: base=(%x+)")
                same("base of data", data, code)
            end
            return "entries of task " .. table.concat(seen, "; ")
        end},
        {50, "exec frees the copied tables and pages and makes new ones", function()
            local text = guest.trace(pc(), "ls / >/dev/null", "exec,pagefault", 400)
            local task, freeing = text:match("task (%d+) sys_execve.-task (%d+) free_page_tables task %x+")
            holds(task and task == freeing, "exec frees its slot's tables")
            local first = text:match("free_page_tables.-(do_no_page error %x+ address %x+)")
            holds(first, "then pages are missed")
            local entries = entries_in_use(pc(), pc():peek_phys32(32 * 4) & ~0xfff)
            holds(entries < 160, "task 2 has no copy of the kernel's 160 entries")
            return ("task %s: execve, free_page_tables, then %s; entry 32's table has %d pages"):format(task,
                first, entries)
        end},
        {51, "demand loading: no frame before a fault, one page for each", function()
            local text = guest.trace(pc(), "ls / >/dev/null", "exec,pagefault", 400)
            local after = text:match("free_page_tables.*")
            local seen, faults, twice = {}, 0, 0
            for task, address in after:gmatch("task (%d+) do_no_page error %x+ address (%x+)") do
                local page = task .. ":" .. address:sub(1, 5)
                twice = twice + (seen[page] and 1 or 0)
                seen[page] = true
                faults = faults + 1
            end
            same("pages missed twice", twice, 0)
            return ("ls: %d missing pages, one fault each; %s; %s"):format(faults,
                guest.tap(pc(), "demand", "each touch loads one page"),
                guest.tap_comment(pc(), "demand", "resident at the start[^\n]*") or "")
        end},
        {52, "since 0.99 each process has 4 GB of its own", function()
            return guest.with_boot_options("vm=private", function(machine)
                local directories, list = {}, {}
                for n = 1, 4 do
                    local cr3 = says(machine, "info task " .. n, "cr3 (%x+)")
                    if cr3 == "00000000" then
                        absent("vm=private: every CR3 is 0")
                    end
                    holds(not directories[cr3], "each its own directory")
                    directories[cr3] = true
                    list[#list + 1] = cr3
                end
                says(machine, "info task 2", "0017: base=00000000 limit=ffffffff")
                return "vm=private: CR3 " .. table.concat(list, ", ") .. "; segments 0-ffffffff"
            end)
        end},
        {53, "malloc is the library's; the kernel has no part but brk", function()
            local program = guest.either(pc(), "/bin/malldemo", "/usr/tests/brktest")
            local calls = guest.system_calls(pc(), program)
            holds((calls[45] or 0) > 0, "brk is called")
            same("calls of mmap", calls[90] or 0, 0)
            return ("%s: %d calls of brk (45), none of mmap (90) or another for memory"):format(program, calls[45])
        end},
        {54, "the kernel keeps brk and only moves the number", function()
            local text = guest.output(pc(), guest.need(pc(), "/bin/brkdemo"))
            local before, pages = text:match("again +brk (%x+), (%d+) pages resident")
            local after, still = text:match("brk %+ 1 MB +brk (%x+), (%d+) pages resident")
            same("the step of brk", hex(after) - hex(before), 1 << 20)
            same("resident pages", still, pages)
            return ("brkdemo: brk %s -> %s, %s pages resident before and after"):format(before, after, pages)
        end},
        {55, "touching a page of the heap faults and gets a frame", function()
            return guest.tap(pc(), "brktest", "10 touched pages are 10 frames") .. "; " ..
                guest.tap(pc(), "brktest", "and 10 faults")
        end},
        {56, "malloc hands out bytes, the kernel pages", function()
            local text = guest.output(pc(), guest.need(pc(), "/bin/malldemo"))
            local before, pages = text:match("again +brk (%x+), (%d+) pages resident")
            local after, then_pages = text:match("100 blocks of 16 bytes +brk (%x+), (%d+) pages resident")
            same("frames for 100 blocks", then_pages - pages, 1)
            holds(hex(after) - hex(before) <= 4096, "one page of heap")
            return ("malldemo: 100 blocks of 16 bytes, brk %s -> %s, %s -> %s pages"):format(before, after, pages, then_pages)
        end},
        {57, "free gives no frames back", function()
            return guest.tap(pc(), "brktest", "free gives nothing back to the kernel") .. "; " ..
                guest.tap(pc(), "brktest", "and malloc takes the same memory again")
        end},
        {58, "on exit all frames return", function()
            guest.run(pc(), "/usr/tests/brktest >/dev/null")
            pc():run(0.2)
            local before = guest.frames(pc()).free
            guest.run(pc(), "/usr/tests/brktest >/dev/null")
            guest.run(pc(), "/usr/tests/cowtest >/dev/null")
            pc():run(0.2)
            local after, check = guest.frames(pc())
            same("free frames", after.free, before)
            holds(check:find("^0 frames .* 0 held .* ok$"), check)
            return ("%d frames free before and after two programs; %s"):format(before, check)
        end},
    }
end
