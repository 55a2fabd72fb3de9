-- Firmware of others, unmodified, as Debian packages it: each must bring up chips, drives and display
-- until a system runs, and serve a program of its own. arg[1]: the folder of the boot sectors.

local vgabios = "/usr/share/vgabios/vgabios.bin"
local seavga = "/usr/share/seabios/vgabios-isavga.bin"

-- Image, the display's, the first processor that it runs on, and what it says of itself.
local firmware = {
    { "/usr/share/bochs/BIOS-bochs-legacy", vgabios, "386", "Bochs 2.%d BIOS" },
    { "/usr/share/bochs/BIOS-bochs-legacy", seavga, "386", "Bochs 2.%d BIOS" },
    { "/usr/share/bochs/BIOS-bochs-latest", vgabios, "586", "Bochs 2.%d BIOS" },
    { "/usr/share/seabios/bios.bin", vgabios, "486", "SeaBIOS" },
    { "/usr/share/seabios/bios.bin", seavga, "486", "SeaBIOS" },
    { "/usr/share/seabios/bios-256k.bin", "/usr/share/seabios/vgabios-stdvga.bin", "686", "SeaBIOS" },
}

local function there(path)
    local file = io.open(path, "rb")
    if file then file:close() end
    return file ~= nil
end

local function floppy(name)
    local file = assert(io.open(arg[1] .. "/chips_" .. name .. ".bin", "rb"))
    local sector = file:read("a")
    file:close()
    local path = os.tmpname()
    file = assert(io.open(path, "wb"))
    file:write(sector, ("\0"):rep(1474560 - #sector))
    file:close()
    return path
end

local function word(text)
    local value = tonumber(text, 16)
    return value >= 0x8000 and value - 0x10000 or value
end

for _, row in ipairs(firmware) do
    local bios, video, level, name = table.unpack(row)
    local title = bios:match("[^/]+$") .. " with " .. video:match("[^/]+$")
    if not (there(bios) and there(video)) then
        test(title .. " # SKIP not installed", function() end)
    else
        test(title .. " starts the system on the disk", function()
            local pc = machine{ bios = bios, vgabios = video, cpu = level }
            pc:match_screen(name, 20)
            pc:wait_screen("# ", 40)
            pc:type("echo $((6 * 7)) under firmware\n")
            pc:wait_screen("42 under firmware", 10)
            pc:type("reboot\n")
            pc:run(6)
            pc:wait_screen("# ", 40)
            pc:type("echo again\n")
            pc:match_screen("\nagain\n", 10)
            pc:close()
        end)
        test(title .. " starts a floppy and gives it the mouse", function()
            local image = floppy("mouse")
            local pc = machine{ bios = bios, vgabios = video, cpu = level, fda = image, boot = "a" }
            pc:wait_screen("ready", 40)
            pc:mouse(300, 20)
            pc:mouse_button("left", true)
            pc:run(0.5)
            local x, y, clicks, buttons = pc:match_screen("(%x+) (%x+) (%x+) (%x%x)%x%x ready", 5)
            equal(word(x), 300)
            equal(word(y), -20)
            equal(tonumber(clicks, 16), 1)
            equal(tonumber(buttons, 16), 1)
            pc:close()
            os.remove(image)
        end)
        -- Bochs's BIOS sets both 8259A up anew for code 05, so that the program's timer tick is gone.
        local rounds = name == "SeaBIOS" and 5 or 1
        test(title .. " returns to a program that resets the processor", function()
            local image = floppy("return")
            local pc = machine{ bios = bios, vgabios = video, cpu = level, fda = image, boot = "a" }
            pc:wait_screen(("back "):rep(rounds), 40)
            pc:close()
            os.remove(image)
        end)
    end
end
