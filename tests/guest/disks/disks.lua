-- disks.lua KIND FILE [DETAILS]: one medium, started and looked at.
local kind, file, detail = arg[1], arg[2], arg[3]

local function screen_has(pc, text, seconds)
    pc:wait_screen(text, seconds)
end

-- The disc's menu, left for the command line.
local function isolinux_prompt(options)
    options = options or {}
    options.cdrom, options.boot = file, "d"
    local pc = machine(options)
    pc:wait_screen("list the disc", 30)
    pc:sendkey("esc")
    pc:wait_screen("boot:", 20)
    return pc
end

local tests = {
    -- A floppy whose boot sector adds up its whole disk.
    floppy = function()
        local pc = machine{fda = file}
        equal(pc:match_screen("sum (%x+) read", 60), detail)
        pc:close()
    end,
    -- The same in the order of content: no option names the drive.
    image = function()
        local pc = machine{image = file}
        equal(pc:match_screen("sum (%x+) read", 60), detail)
        pc:close()
    end,
    -- A folder of the host, read by GRUB's FAT driver, which knows long names.
    grub_hostdir = function()
        local pc = machine{fda = file, hostdir = detail}
        screen_has(pc, "grub>", 30)
        pc:type("cat '(hd0,msdos1)/A rather long name.text'\n")
        screen_has(pc, "\nfrom the host", 20)
        pc:type("cat (hd0,msdos1)/sub/short.txt\n")
        screen_has(pc, "\nfrom a folder", 20)
        pc:close()
    end,
    -- The geometry that the options say, as the BIOS tells it: vector 41h, the disk's parameters.
    geometry = function()
        local pc = machine{hda = file .. "," .. detail, snapshot = true}
        pc:wait_screen("Nothing to boot", 20)
        local vector = pc:peek_phys(0x41 * 4, 4)
        local at = string.unpack("<H", vector) + 16 * string.unpack("<H", vector, 3)
        local table = pc:peek_phys(at, 16)
        equal(("chs=%d/%d/%d"):format(string.unpack("<H", table), table:byte(3), table:byte(15)), detail)
        local told = "%d cylinders, %d heads, %d sectors (by its chs= option)"
        local c, h, s = detail:match("(%d+)/(%d+)/(%d+)")
        assert(pc:monitor("info block"):find(told:format(c, h, s), 1, true), pc:monitor("info block"))
        pc:close()
    end,
    grub_floppy = function()
        local pc = machine{fda = file}
        screen_has(pc, "grub>", 30)
        pc:type("ls\n")
        screen_has(pc, "(fd0)", 20)
        pc:type("cat (fd0)/note.txt\n")
        screen_has(pc, "unknown filesystem", 20) -- the core image is all there is on it
        pc:close()
    end,
    grub_disk = function()
        local pc = machine{hda = file, snapshot = true}
        screen_has(pc, "grub>", 30)
        pc:type("cat (hd0,msdos1)/note.txt\n")
        screen_has(pc, "a note on the disk", 20)
        pc:type("ls (hd0)\n")
        screen_has(pc, "512B", 20)
        pc:close()
    end,
    grub_cd = function()
        local pc = machine{cdrom = file, boot = "d"}
        screen_has(pc, "a menu from a CD", 60)
        pc:type("c")
        screen_has(pc, "grub>", 20)
        pc:type("cat (cd)/note.txt\n")
        screen_has(pc, "a note on the disc", 20)
        pc:close()
    end,
    syslinux = function()
        local pc = machine{fda = file}
        screen_has(pc, "boot:", 30)
        pc:type("ls\n")
        screen_has(pc, "note.txt", 20)
        pc:close()
    end,
    syslinux_disk = function()
        local pc = machine{hda = file, snapshot = true}
        screen_has(pc, "boot:", 30)
        pc:type("ls\n")
        screen_has(pc, "note.txt", 20)
        pc:close()
    end,
    isolinux = function()
        local pc = machine{image = file}
        screen_has(pc, "a menu by vesamenu's sister", 30)
        pc:type("\n")
        screen_has(pc, "note.txt", 20)
        pc:close()
    end,
    -- MEMDISK serves drive A from memory above 1 MB, by INT 15h AH=87h.
    memdisk = function()
        local pc = isolinux_prompt()
        pc:type("m\n")
        equal(pc:match_screen("sum (%x+) read", 60), detail)
        pc:close()
    end,
    -- 640x480 by VBE; its second entry is the one with the floppy, its first lists the disc in text.
    vesamenu = function()
        local pc = isolinux_prompt()
        pc:type("config.c32 vesa.cfg\n")
        pc:run(3)
        equal(pc:screen():match("%S"), nil)
        pc:sendkey("down")
        pc:sendkey("up")
        pc:type("\n")
        screen_has(pc, "note.txt", 20)
        pc:close()
    end,
    modules = function()
        local pc = isolinux_prompt{ hda = detail, snapshot = true }
        pc:type("cat.c32 /note.txt\n")
        screen_has(pc, "a note on the disc", 20)
        pc:type("meminfo.c32\n")
        screen_has(pc, "INT 12h: 639K", 20)
        screen_has(pc, "INT 15 88: 0x3c00 (15360K)", 20)
        pc:type("chain.c32 hd0\n")
        screen_has(pc, "SYSLINUX", 20)
        pc:type("ls\n")
        screen_has(pc, "ldlinux.sys", 20)
        pc:close()
    end,
    poweroff = function()
        local pc = isolinux_prompt()
        pc:type("poweroff.c32\n")
        equal(pc:wait_stop(20), "power off")
        pc:close()
    end,
    -- A floppy's image on a CD: it is drive A, the real one becomes B.
    emulated_floppy = function()
        local pc = machine{cdrom = file, boot = "d"}
        equal(pc:match_screen("sum (%x+) read", 60), detail)
        pc:close()
    end,
    emulated_disk = function()
        local pc = machine{cdrom = file, boot = "d"}
        screen_has(pc, "boot:", 30)
        pc:type("ls\n")
        screen_has(pc, "note.txt", 20)
        pc:close()
    end,
    memtest = function()
        local pc = machine{fda = file, cpu = "586", mem = "8M"}
        screen_has(pc, "Memtest86+", 20)
        screen_has(pc, "Test", 20)
        pc:close()
    end,
    -- Taken out, nothing boots and each drive says why; put in again, it does.
    change = function()
        local pc = machine{cdrom = "none", boot = "ad"}
        screen_has(pc, "Floppy A: no disk in the drive.", 10)
        screen_has(pc, "CD: no disc in the drive.", 10)
        screen_has(pc, "Nothing to boot.", 10)
        pc:monitor("change fda " .. file)
        assert(pc:monitor("info fdc"):find("change line up", 1, true))
        pc:type(" ")
        equal(pc:match_screen("sum (%x+) read", 60), detail)
        assert(pc:monitor("info fdc"):find("change line down", 1, true))
        pc:monitor("eject fda")
        assert(pc:monitor("info block"):find("fda: empty", 1, true))
        local changed, why = pcall(function() pc:monitor("change hda " .. file) end)
        assert(not changed and tostring(why):find("is a hard disk", 1, true), why)
        pc:close()
    end,
}

test(kind .. (detail and " " .. detail or ""), tests[kind])
