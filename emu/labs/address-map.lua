-- The classic address-mapping lab: a variable's way from its address in the program to the byte in memory,
-- by hand. Each wrong answer that people are known to give has its misconception named.

local function dwords(pc, physical)
    return pc:peek_phys32(physical), pc:peek_phys32(physical + 4)
end

local function base_of(low, high)
    return high & 0xff000000 | (high & 0xff) << 16 | low >> 16
end

-- In ring 3, before the instruction of addrmap's loop that reads the variable.
local function stop_at_loop(pc, offset)
    local operand = ("0x%08X"):format(offset)
    for _ = 1, 400 do
        for _ = 1, 400 do
            if pc:reg("cs") & 3 == 3 then
                local code = pc:query("u /1").instructions[1].instruction
                if code and code:upper():find(operand:upper(), 1, true) then
                    return true
                end
            end
            pc:step(1)
        end
        pc:run(0.002)
    end
    return false
end

local function start()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    pc:type("addrmap\n")
    local offset = tonumber(pc:match_screen("address of i is 0x(%x+)", 10), 16)
    pc:run(0.1)
    assert(stop_at_loop(pc, offset), "addrmap is not in its loop")
    local f = { offset = offset }
    local segments = {}
    local answer = pc:query("sreg")
    for _, segment in ipairs(answer.segments) do
        segments[segment.name] = segment
    end
    f.gdt = answer.tables[1].base
    f.ldtr, f.ds = segments.ldtr.selector, segments.ds.selector
    f.ldt_index, f.ds_index = f.ldtr >> 3, f.ds >> 3
    f.ldt_low, f.ldt_high = dwords(pc, f.gdt + f.ldt_index * 8)
    f.ldt = base_of(f.ldt_low, f.ldt_high)
    f.ds_low, f.ds_high = dwords(pc, f.ldt + f.ds_index * 8)
    f.base, f.limit = base_of(f.ds_low, f.ds_high), segments.ds.limit
    f.linear = f.base + f.offset
    f.directory_index, f.table_index, f.low = f.linear >> 22, f.linear >> 12 & 0x3ff, f.linear & 0xfff
    f.cr3 = pc:reg("cr3")
    f.pde_at = f.cr3 + f.directory_index * 4
    f.pde = pc:peek_phys32(f.pde_at)
    f.page_table = f.pde & 0xfffff000
    f.pte_at = f.page_table + f.table_index * 4
    f.pte = pc:peek_phys32(f.pte_at)
    f.frame = f.pte & 0xfffff000
    f.physical = f.frame | f.low
    return pc, f
end

-- `c` lets the program run on for a while and comes back to its loop, if it still is in one.
local function command(pc, f, line)
    if not ({ c = true, cont = true, continue = true })[line] then
        return nil
    end
    pc:run(0.3)
    local screen = pc:screen():gsub("%s+$", "")
    if f.value(pc) ~= 0 then
        stop_at_loop(pc, f.offset)
    end
    return screen:match("[^\n]*\n[^\n]*$") .. "\n" .. pc:monitor("where")
end

local questions = {
    {
        ask = { en = "LDTR holds the selector ${ldtr}. Which entry (index) of the GDT describes this task's LDT?",
            zh = "LDTR 中的选择子是 ${ldtr}。本任务的 LDT 由 GDT 的第几项（下标）描述？" },
        answer = function(f) return f.ldt_index end,
        wrong = {
            { function(f) return f.ldtr end, { en = "That is the whole selector: its bits 0-1 are RPL and bit 2 is TI; the index begins at bit 3.",
                zh = "这是整个选择子：位 0-1 是 RPL，位 2 是 TI，下标从位 3 开始。" } },
            { function(f) return f.ldtr >> 4 end, { en = "You shifted by 4: RPL has two bits and TI one, so by 3.", zh = "你右移了 4 位：RPL 占两位，TI 占一位，应右移 3 位。" } },
            { function(f) return f.ldtr >> 2 end, { en = "You shifted by 2: TI (bit 2) is no part of the index.", zh = "你右移了 2 位：TI（位 2）不属于下标。" } },
        },
        hints = { { en = "'sreg' shows LDTR. A selector is index, TI, RPL (PRM 5.1.3).", zh = "用 sreg 看 LDTR。选择子由下标、TI、RPL 组成。" },
            { en = "Drop the low three bits: ${ldtr} >> 3.", zh = "去掉低三位：${ldtr} >> 3。" } },
    },
    {
        ask = { en = "The GDT begins at ${gdt}. Read that descriptor with xp. What is the base address of the LDT?",
            zh = "GDT 的基址是 ${gdt}。用 xp 读出该描述符，LDT 的基址是多少？" },
        answer = function(f) return f.ldt end,
        wrong = {
            { function(f) return f.ldt_low end, { en = "That is the first dword whole: its low half is the limit, its high half only bits 0-15 of the base.",
                zh = "这是整个第一个双字：低 16 位是段限长，高 16 位只是基址的位 0-15。" } },
            { function(f) return f.ldt_high end, { en = "That is the second dword whole: bits 24-31 and 16-23 of the base are its two ends, the middle is rights and limit.",
                zh = "这是整个第二个双字：基址的位 24-31 和 16-23 在它的两端，中间是属性和限长。" } },
            { function(f) return f.ldt_low >> 16 end, { en = "Those are bits 0-15 of the base; 16-31 are in the second dword.", zh = "这只是基址的位 0-15，位 16-31 在第二个双字里。" } },
            { function(f) return f.ldt_low >> 16 << 16 | f.ldt_high & 0xff end, { en = "The pieces are in the wrong order. A descriptor's fields are split; memory itself is little-endian.",
                zh = "拼接的顺序错了。描述符的字段是分开存放的；内存本身是小端序。" } },
            { function(f, _, pc) return base_of(dwords(pc, f.gdt + f.ldt_index * 64)) end,
                { en = "You read at index * 64: a descriptor is 64 bits, which are 8 bytes.", zh = "你读了下标 * 64 处：描述符是 64 位，即 8 字节。" } },
        },
        hints = { { en = "Each descriptor has 8 bytes: entry ${ldt_index:%d} lies at ${gdt} + ${ldt_index:%d} * 8.", zh = "每个描述符 8 字节：第 ${ldt_index:%d} 项在 ${gdt} + ${ldt_index:%d} * 8。" },
            { en = "xp /2w ${gdt}+${ldt_index:%d}*8 gives two dwords. The base is: second dword 31-24, second dword 7-0, first dword 31-16.",
                zh = "xp /2w ${gdt}+${ldt_index:%d}*8 得到两个双字。基址 = 第二个双字的 31-24、第二个双字的 7-0、第一个双字的 31-16。" },
            { en = "The dwords are ${ldt_low:%08x} and ${ldt_high:%08x}.", zh = "两个双字是 ${ldt_low:%08x} 和 ${ldt_high:%08x}。" } },
    },
    {
        ask = { en = "The program reads ds:${offset}, and DS holds ${ds}. Which entry (index) of the LDT is it?",
            zh = "程序读 ds:${offset}，DS 中是 ${ds}。它是 LDT 的第几项（下标）？" },
        answer = function(f) return f.ds_index end,
        wrong = {
            { function(f) return tonumber(("%x"):format(f.ds_index == 2 and 0x10 or f.ds_index), 16) end,
                { en = "10 is the index in binary; as a number it is 2.", zh = "10 是二进制写法，数值是 2。" } },
            { function() return 10 end, { en = "10 is the index in binary; as a number it is 2.", zh = "10 是二进制写法，数值是 2。" } },
            { function(f) return f.ds end, { en = "That is the whole selector, with RPL and TI.", zh = "这是整个选择子，还带着 RPL 和 TI。" } },
            { function(f) return f.ds >> 4 end, { en = "You shifted by 4 instead of 3.", zh = "应右移 3 位，而不是 4 位。" } },
            { function(f) return f.ds & 7 end, { en = "Those are RPL and TI, the low three bits; the index is above them.", zh = "这是低三位 RPL 和 TI；下标在它们之上。" } },
        },
        because = { en = "RPL = ${ds & 3}, TI = ${ds >> 2 & 1} (the LDT), index = ${ds_index:%d}.", zh = "RPL = ${ds & 3}，TI = ${ds >> 2 & 1}（LDT），下标 = ${ds_index:%d}。" },
        hints = { { en = "Write ${ds} in binary.", zh = "把 ${ds} 写成二进制。" }, { en = "10 1 11: index, TI, RPL.", zh = "10 1 11：下标、TI、RPL。" } },
    },
    {
        ask = { en = "Read that descriptor of the LDT (at ${ldt}). What is the base address of the segment?", zh = "读出 LDT（在 ${ldt}）中的这个描述符。段基址是多少？" },
        answer = function(f) return f.base end,
        wrong = {
            { function(f) return f.limit end, { en = "That is the limit.", zh = "这是段限长。" } },
            { function(f) return f.ds_low end, { en = "That is the first dword: bits 0-15 of the base in its high half, the limit in its low half.", zh = "这是第一个双字：高半是基址位 0-15，低半是限长。" } },
            { function(f) return f.ds_high end, { en = "That is the second dword whole; only its two ends belong to the base.", zh = "这是整个第二个双字，只有两端属于基址。" } },
            { function(f, _, pc) return base_of(dwords(pc, f.ldt + f.ds_index * 64)) end, { en = "You read at index * 64: 64 bits are 8 bytes.", zh = "你读了下标 * 64 处：64 位是 8 字节。" } },
            { function() return 0 end, { en = "0 is the base of a flat segment; this system gives each task 64 MB of its own.", zh = "0 是平坦段的基址；本系统给每个任务各自的 64 MB。" } },
        },
        because = { en = "It is ${base >> 26} * 64 MB: the task is in slot ${base >> 26:%d}.", zh = "它是 ${base >> 26:%d} * 64 MB：任务在第 ${base >> 26:%d} 个槽。" },
        hints = { { en = "xp /2w ${ldt}+${ds_index:%d}*8", zh = "xp /2w ${ldt}+${ds_index:%d}*8" },
            { en = "The dwords are ${ds_low:%08x} and ${ds_high:%08x}; the base is put together as before.", zh = "两个双字是 ${ds_low:%08x} 和 ${ds_high:%08x}，拼法同前。" } },
    },
    {
        ask = { en = "What is the linear address of ds:${offset}?", zh = "ds:${offset} 的线性地址是多少？" },
        answer = function(f) return f.linear end,
        wrong = {
            { function(f) return f.offset end, { en = "That is the offset, half of the logical address. The linear one has the segment's base added.", zh = "这是偏移，即逻辑地址的一部分。线性地址要加上段基址。" } },
            { function(f) return f.base end, { en = "That is the segment's base alone; the offset comes on top.", zh = "这只是段基址，还要加偏移。" } },
            { function(f) return f.physical end, { en = "That is the physical address already: the linear one is before paging.", zh = "这已是物理地址；线性地址在分页之前。" } },
            { function(f) return f.limit + f.offset end, { en = "The limit is only compared with; the base is added.", zh = "限长只用来比较，相加的是基址。" } },
        },
        hints = { { en = "linear = base + offset (PRM 5.1).", zh = "线性地址 = 段基址 + 偏移。" }, { en = "${base} + ${offset}", zh = "${base} + ${offset}" } },
    },
    {
        ask = { en = "Which entry (index) of the page directory does ${linear} use?", zh = "${linear} 用到页目录的第几项（下标）？" },
        answer = function(f) return f.directory_index end,
        wrong = {
            { function(f) return f.linear >> 26 end, { en = "That is the slot, of 64 MB; an entry of the directory maps 4 MB: bits 22-31.", zh = "这是 64 MB 的槽号；页目录的一项映射 4 MB：位 22-31。" } },
            { function(f) return f.linear >> 12 end, { en = "That is the page's number: directory and table index together.", zh = "这是页号，包含目录下标和页表下标。" } },
            { function(f) return f.table_index end, { en = "That is the index in the page table (bits 12-21).", zh = "这是页表下标（位 12-21）。" } },
            { function(f) return tonumber(tostring(f.directory_index), 16) end, { en = "The digits are right but decimal: without 0x.", zh = "数字对了，但它是十进制：不要加 0x。" } },
            { function(f) return f.linear >> 24 end, { en = "Ten bits are the index, not eight: bits 22-31.", zh = "下标是 10 位而不是 8 位：位 22-31。" } },
            { function(f) return f.linear >> 20 end, { en = "Ten bits, not twelve: bits 22-31.", zh = "是 10 位而不是 12 位：位 22-31。" } },
        },
        hints = { { en = "A linear address is 10 bits directory, 10 bits table, 12 bits offset (PRM 5.2.2).", zh = "线性地址 = 10 位目录 + 10 位页表 + 12 位偏移。" }, { en = "${linear} >> 22", zh = "${linear} >> 22" } },
    },
    {
        ask = { en = "And which entry of the page table?", zh = "用到页表的第几项？" },
        answer = function(f) return f.table_index end,
        wrong = {
            { function(f) return f.low end, { en = "That is the offset in the page, the low 12 bits.", zh = "这是页内偏移，即低 12 位。" } },
            { function(f) return f.directory_index end, { en = "That is the directory's index again.", zh = "这又是目录下标。" } },
            { function(f) return f.linear >> 12 end, { en = "The directory's bits are still in it: keep only ten bits (& 0x3ff).", zh = "里面还有目录的位：只保留 10 位（& 0x3ff）。" } },
        },
        hints = { { en = "Bits 12-21.", zh = "位 12-21。" }, { en = "(${linear} >> 12) & 0x3ff", zh = "(${linear} >> 12) & 0x3ff" } },
    },
    {
        ask = { en = "CR3 is ${cr3}. What does the directory's entry ${directory_index:%d} contain?", zh = "CR3 是 ${cr3}。页目录第 ${directory_index:%d} 项的内容是什么？" },
        answer = function(f) return f.pde end,
        wrong = {
            { function(f) return f.page_table end, { en = "That is the table's address in it; the entry has its flags in the low 12 bits, too.", zh = "这是其中的页表地址；该项的低 12 位还有标志。" } },
            { function(f) return f.pde_at end, { en = "That is where the entry lies; what stands there?", zh = "这是该项所在的地址；那里的内容是什么？" } },
            { function(f, _, pc) return pc:peek_phys32(f.cr3 + f.directory_index) end, { en = "You read at CR3 + index: each entry has 4 bytes.", zh = "你读了 CR3 + 下标：每项 4 字节。" } },
            { function(f, _, pc) return pc:peek_phys32(f.cr3 + f.directory_index * 8) end, { en = "You read at index * 8: that is for descriptors; page entries have 4 bytes.", zh = "你读了下标 * 8：那是描述符；页表项是 4 字节。" } },
        },
        hints = { { en = "Page entries have 4 bytes, and the directory is read by physical address.", zh = "页表项 4 字节，页目录按物理地址读。" }, { en = "xp /w ${cr3}+${directory_index:%d}*4", zh = "xp /w ${cr3}+${directory_index:%d}*4" } },
    },
    {
        ask = { en = "${pde:%08x}: is its bit U/S (user may access) 1 or 0?", zh = "${pde:%08x}：它的 U/S 位（用户可访问）是 1 还是 0？" },
        answer = function(f) return f.pde >> 2 & 1 end,
        wrong = { { function(f, value) return value ~= f.pde >> 2 & 1 end,
            { en = "The low byte is ${pde & 0xff}: bit 0 is P, bit 1 R/W, bit 2 U/S, bit 5 A. 0x27 is 0010 0111 in binary.",
                zh = "最低字节是 ${pde & 0xff}：位 0 是 P，位 1 是 R/W，位 2 是 U/S，位 5 是 A。0x27 的二进制是 0010 0111。" } } },
        hints = { { en = "U/S is bit 2, with the value 4 (PRM 5.2.4).", zh = "U/S 是位 2，值为 4。" } },
    },
    {
        ask = { en = "At which physical address lies the entry of the page table?", zh = "页表中的那一项在哪个物理地址？" },
        answer = function(f) return f.pte_at end,
        wrong = {
            { function(f) return f.pde + f.table_index * 4 end, { en = "The entry's low 12 bits are flags, no part of the address.", zh = "目录项的低 12 位是标志，不属于地址。" } },
            { function(f) return f.page_table + f.table_index end, { en = "Each entry has 4 bytes: index * 4.", zh = "每项 4 字节：下标 * 4。" } },
            { function(f) return f.page_table end, { en = "That is the table's first entry.", zh = "这是页表的第 0 项。" } },
            { function(f) return f.pde + f.table_index end, { en = "Without the flags, and index * 4.", zh = "去掉标志，并且是下标 * 4。" } },
        },
        hints = { { en = "The table begins at the entry without its flags: ${pde} & 0xfffff000.", zh = "页表从去掉标志的地址开始：${pde} & 0xfffff000。" }, { en = "${page_table} + ${table_index:%d} * 4", zh = "${page_table} + ${table_index:%d} * 4" } },
    },
    {
        ask = { en = "Which frame does that entry name (its physical address)?", zh = "该项指向哪个页框（物理地址）？" },
        answer = function(f) return f.frame end,
        wrong = {
            { function(f) return f.pte end, { en = "The low 12 bits are flags.", zh = "低 12 位是标志。" } },
            { function(f) return f.frame >> 12 end, { en = "That is the frame's number; its address is that * 0x1000.", zh = "这是页框号；地址要乘 0x1000。" } },
            { function(f) return f.page_table end, { en = "That is the frame of the page table, one level above.", zh = "这是上一级页表所在的页框。" } },
        },
        hints = { { en = "xp /w ${pte_at}", zh = "xp /w ${pte_at}" }, { en = "${pte} without its low 12 bits.", zh = "${pte} 去掉低 12 位。" } },
    },
    {
        ask = { en = "So at which physical address does i lie?", zh = "那么 i 的物理地址是多少？" },
        answer = function(f) return f.physical end,
        wrong = {
            { function(f) return f.frame end, { en = "That is where its page begins.", zh = "这是它所在页的开头。" } },
            { function(f) return f.frame + f.offset end, { en = "Only the low 12 bits of the linear address are the offset in the page: ${low:%03x}.", zh = "只有线性地址的低 12 位是页内偏移：${low:%03x}。" } },
            { function(f) return f.pte + f.low end, { en = "The flags of the entry are still in it.", zh = "里面还有页表项的标志。" } },
            { function(f) return f.linear end, { en = "That is the linear address.", zh = "这是线性地址。" } },
            { function(f, value) return value >= 0x1000000 end, { en = "That is outside this machine's 16 MB: one digit too many?", zh = "超出了本机的 16 MB：多写了一位？" } },
        },
        because = { en = "xp /w ${physical} shows its value, 0x12345678.", zh = "xp /w ${physical} 可看到它的值 0x12345678。" },
        hints = { { en = "frame + offset in the page", zh = "页框 + 页内偏移" }, { en = "${frame} + ${low:%03x}h", zh = "${frame} + ${low:%03x}h" } },
    },
    {
        ask = { en = "i is an int. How many bytes must be written to make it 0?", zh = "i 是 int。要把它变成 0，须写多少字节？" },
        answer = function() return 4 end,
        wrong = {
            { function() return 2 end, { en = "Two bytes would leave 0x12340000: that is not 0.", zh = "写 2 字节会留下 0x12340000，不是 0。" } },
            { function() return 32 end, { en = "Those are bits; setpmem counts bytes.", zh = "那是位数；setpmem 按字节计。" } },
            { function() return 8 end, { en = "An int of this machine has 32 bits.", zh = "这台机器的 int 是 32 位。" } },
        },
        hints = { { en = "A dword.", zh = "一个双字。" } },
    },
    {
        ask = { en = "Make it so: setpmem ADDRESS SIZE VALUE, then c. The program should end; then type: done",
            zh = "动手：setpmem 地址 大小 值，然后 c。程序应当结束；然后输入：done" },
        done = true,
        answer = function(f, _, pc) return pc and f.value(pc) == 0 and f.ended(pc) end,
        show = function(f) return ("setpmem 0x%x 4 0"):format(f.physical) end,
        wrong = {
            { function(f, _, pc) return f.value(pc) & 0xffff == 0 and f.value(pc) ~= 0 end, { en = "Only half of i is 0: its value is ${value_now}.", zh = "i 只有一半是 0：现在的值是 ${value_now}。" } },
            { function(f, _, pc) return f.value(pc) ~= 0 end, { en = "i is still ${value_now}.", zh = "i 仍是 ${value_now}。" } },
            { function(f, _, pc) return f.value(pc) == 0 end, { en = "i is 0; the program has to run on to see it: c", zh = "i 已是 0；要让程序继续运行：c" } },
        },
        because = { en = "The loop has ended, and the shell asks for the next command.", zh = "循环结束了，shell 又在等待命令。" },
        hints = { { en = "setpmem ${physical} 4 0", zh = "setpmem ${physical} 4 0" }, { en = "Then c lets the program run on.", zh = "然后用 c 让程序继续运行。" } },
    },
}

return {
    title = { en = "Address mapping: from a variable's address to the byte in memory", zh = "地址映射：从变量的地址到内存中的字节" },
    intro = {
        en = "The program addrmap has printed \"the address of i is ${offset:0x%08x}\" and runs `while (i);`.\n"
            .. "The machine stands in ring 3 before the instruction that reads i. Find the byte, and end the loop from outside.",
        zh = "程序 addrmap 打印了 \"the address of i is ${offset:0x%08x}\"，正在执行 `while (i);`。\n"
            .. "机器停在 ring 3，即将执行读 i 的指令。请找到那个字节，并从外部结束循环。",
    },
    start = function()
        local pc, f = start()
        function f.value(machine)
            f.value_now = machine:peek_phys32(f.physical)
            return f.value_now
        end
        function f.ended(machine)
            return machine:screen():find("address of i is[^\n]*\n?%[[^\n]*%]# ") ~= nil
        end
        return pc, f
    end,
    command = command,
    questions = questions,
}
