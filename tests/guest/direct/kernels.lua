-- Kernels of our own that -kernel starts and that stay: a Multiboot kernel that paints, and the built-in
-- system's kernel as a floppy's image of two stages.
local folder, bootsect, setup, system, disk = arg[1], arg[2], arg[3], arg[4], arg[5]

local function contents(path)
    local file = assert(io.open(path, "rb"))
    local bytes = file:read("a")
    file:close()
    return bytes
end

test("a Multiboot kernel gets the graphics mode it asks for, and the same picture in every depth", function()
    local pictures = {}
    for _, depth in ipairs{ 16, 24, 32 } do
        local pc = machine{ kernel = ("%s/graphics_%d.elf"):format(folder, depth), mem = "8M" }
        pc:run(3)
        equal(pc:monitor("info vga"):match("640%s*x%s*480") ~= nil, true)
        pictures[#pictures + 1] = pc:pixels_hash()
        pc:close()
    end
    equal(pictures[2], pictures[1])
    equal(pictures[3], pictures[1])
    -- Four quarters of 320 x 240: red, green, blue, white (seen in a screenshot).
    equal(pictures[1], "2795b43dc89c13fd")
end)

test("a kernel of two stages starts as the floppy that it is", function()
    local image = contents(bootsect) .. (contents(setup) .. ("\0"):rep(2048)):sub(1, 2048) .. contents(system)
    -- Swap and root device, as the disk's own boot sector has them.
    image = image:sub(1, 506) .. contents(disk):sub(507, 510) .. image:sub(511)
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(image)
    file:close()
    local pc = machine{ kernel = path, hda = disk, snapshot = true, mem = "8M" }
    pc:wait_screen("# ", 30)
    assert(pc:screen():find("Floppy A: 1440 KB", 1, true), pc:screen())
    pc:type("uname\n")
    pc:wait_screen("# ", 10)
    pc:close()
    os.remove(path)
end)
