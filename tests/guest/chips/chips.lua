-- Boot sectors that use speaker and mouse, watched from outside. arg[1]: the folder of their images.

local images = arg[1]

-- A floppy that begins with one of the boot sectors.
local function floppy(name)
    local file = assert(io.open(images .. "/chips_" .. name .. ".bin", "rb"))
    local sector = file:read("a")
    file:close()
    local path = os.tmpname()
    file = assert(io.open(path, "wb"))
    file:write(sector, ("\0"):rep(1474560 - #sector))
    file:close()
    return path
end

-- The samples of a WAV file of one channel with 16 bits.
local function wav_samples(path)
    local file = assert(io.open(path, "rb"))
    local bytes = file:read("a")
    file:close()
    equal(bytes:sub(1, 4) .. bytes:sub(9, 16), "RIFFWAVEfmt ")
    local rate = string.unpack("<I4", bytes, 25)
    local size = string.unpack("<I4", bytes, 41)
    equal(#bytes, 44 + size)
    equal(string.unpack("<I4", bytes, 5), 36 + size)
    local samples = {}
    for at = 45, #bytes, 2 do
        samples[#samples + 1] = string.unpack("<i2", bytes, at)
    end
    return samples, rate
end

-- Stretches of sound between silences of 50 ms: their length in seconds and frequency in Hz, by the
-- zero crossings upwards.
local function tones(samples, rate)
    local found, first, last, rises, low = {}, nil, nil, 0, false
    local function finish()
        if rises > 20 then
            local hertz = (rises - 1) * rate / (last - first)
            found[#found + 1] = { seconds = rises / hertz, hertz = hertz }
        end
        first, rises = nil, 0
    end
    for i, sample in ipairs(samples) do
        if first and i - last > rate // 20 then finish() end
        if sample < -1000 then
            low = true
        elseif low and sample > 1000 then
            first, last, rises, low = first or i, i, rises + 1, false
        end
    end
    finish()
    return found
end

local function near(value, wanted, off)
    assert(math.abs(value - wanted) <= off, value .. " is not near " .. wanted)
end

test("the speaker plays timer tones, a tone by hand and the bell", function()
    local image, path = floppy("sound"), os.tmpname()
    local pc = machine{ fda = image, audio = "wav:" .. path }
    pc:wait_screen("played", 20)
    pc:run(0.5)
    local seconds = pc:time()
    pc:close()
    local samples, rate = wav_samples(path)
    near(#samples / rate, seconds, 0.001)
    local played = tones(samples, rate)
    assert(#played == 4, #played .. " tones")
    for i, wanted in ipairs{ 1000, 440, 250 } do
        near(played[i].hertz, wanted, wanted / 50)
        near(played[i].seconds, 0.25, 0.02)
    end
    assert(played[4].hertz > 500 and played[4].hertz < 2000, "the bell has " .. played[4].hertz)
    os.remove(path)
    os.remove(image)
end)

test("the same sound comes from the same run, however it is sliced", function()
    local image = floppy("sound")
    local texts = {}
    for i, slice in ipairs{ 1, 0.013 } do
        local path = os.tmpname()
        local pc = machine{ fda = image, audio = "wav:" .. path }
        while pc:time() < 1.5 do pc:run(slice) end
        pc:close()
        local file = assert(io.open(path, "rb"))
        texts[i] = file:read("a"):sub(45, 44 + 2 * 48000)
        file:close()
        os.remove(path)
    end
    assert(texts[1] == texts[2], "the samples differ")
    os.remove(image)
end)

local function word(text)
    local value = tonumber(text, 16)
    return value >= 0x8000 and value - 0x10000 or value
end

-- What the mouse program shows: x, y (up is positive), left clicks, buttons, identity.
local function mouse_state(pc)
    local x, y, clicks, buttons, identity =
        pc:match_screen("(%x%x%x%x) (%x%x%x%x) (%x%x%x%x) (%x%x)(%x%x) ready", 20)
    return { x = word(x), y = word(y), clicks = word(clicks), buttons = tonumber(buttons, 16),
             identity = tonumber(identity, 16) }
end

test("the mouse's moves and clicks reach a program of the BIOS, all of them", function()
    local image = floppy("mouse")
    local pc = machine{ fda = image }
    mouse_state(pc)
    pc:mouse(100, 0)
    pc:mouse(0, 50)
    pc:run(0.2)
    local state = mouse_state(pc)
    equal(state.x, 100)
    equal(state.y, -50)
    for _ = 1, 40 do pc:mouse(-1000, 777) end
    pc:mouse(1, -1)
    pc:run(3)
    state = mouse_state(pc)
    equal(state.x, 100 - 40000 + 1 + 65536) -- the program counts in 16 bits
    equal(state.y, -50 - 40 * 777 + 1)
    for _ = 1, 50 do
        pc:mouse_button("left", true)
        pc:mouse_button("left", false)
    end
    pc:mouse_button("right", true)
    pc:run(3)
    state = mouse_state(pc)
    equal(state.clicks, 50)
    equal(state.buttons, 2)
    pc:monitor("mouse middle down")
    pc:monitor("mouse 5 -7")
    pc:run(0.5)
    equal(mouse_state(pc).buttons, 6)
    assert(pc:monitor("info mouse"):find("buttons: middle right", 1, true))
    pc:close()
    os.remove(image)
end)

test("keys and mouse share the controller without loss", function()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    local text = ("abcdefghij"):rep(12)
    pc:type("echo " .. text .. " | wc -c\n")
    for i = 1, 100 do pc:mouse(i, -i) end
    pc:wait_screen("121", 20)
    pc:close()
end)

test("APM answers in protected mode and switches off", function()
    local image = floppy("apm")
    local pc = machine{ fda = image }
    equal(pc:wait_stop(20), "power off")
    pc:close()
    os.remove(image)
end)

test("Print Screen puts the screen on paper", function()
    local image, paper = floppy("mouse"), os.tmpname()
    local pc = machine{ fda = image, parallel = "file:" .. paper }
    mouse_state(pc)
    pc:sendkey("print")
    pc:run(1)
    pc:close()
    local file = assert(io.open(paper, "rb"))
    local text = file:read("a")
    file:close()
    assert(text:find("ready", 1, true) and text:find("glass386 BIOS", 1, true), text)
    equal(select(2, text:gsub("\r\n", "")), 26)
    os.remove(paper)
    os.remove(image)
end)

test("Pause holds a program until another key", function()
    local image = floppy("mouse")
    local pc = machine{ fda = image }
    mouse_state(pc)
    pc:sendkey("pause")
    pc:run(0.2)
    pc:mouse(10, 0)
    pc:run(0.5)
    equal(mouse_state(pc).x, 0)
    pc:sendkey("a")
    pc:run(0.2)
    equal(mouse_state(pc).x, 10)
    pc:close()
    os.remove(image)
end)

test("a reset of the processor returns to a program and leaves the chips alone", function()
    local image = floppy("return")
    local pc = machine{ fda = image }
    pc:wait_screen(("back "):rep(6) .. "all", 20)
    equal(pc:peek_phys(0x44a, 1), "\40") -- columns: no mode was set
    pc:close()
    os.remove(image)
end)

-- A disc of nothing but what El Torito needs: the volume's descriptor, the boot record, the catalog, an image.
local function boot_disc(media, image)
    local function sector(text) return text .. ("\0"):rep(2048 - #text) end
    local validation = "\1\0\0\0" .. ("\0"):rep(24) .. "\xaa\x55\x55\xaa"
    local entry = string.pack("<BBHBBHI4", 0x88, media, 0, 0, 0, media == 0 and 4 or 1, 20)
    local blocks = 24 + #image // 2048
    local volume = "\1CD001\1" .. ("\0"):rep(73) .. string.pack("<I4>I4", blocks, blocks) .. ("\0"):rep(40) ..
        string.pack("<H>H", 2048, 2048)
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(("\0"):rep(16 * 2048), sector(volume),
               sector("\0CD001\1EL TORITO SPECIFICATION" .. ("\0"):rep(41) .. string.pack("<I4", 19)),
               sector("\255CD001\1"), sector(validation .. entry), image, ("\0"):rep(2048 * 4 - #image % 2048))
    file:close()
    return path
end

test("INT 13h of a CD: packets, locks, parameters, the specification packet", function()
    local image = floppy("cd")
    local file = assert(io.open(image, "rb"))
    local bytes = file:read("a")
    file:close()
    -- As itself, number E0h: no write, no tray while locked, no cylinders.
    -- As a floppy, number 0: no packets; without the emulation the true drive A, which is empty.
    local wanted = {
        [0] = "30 00 03c00 00 00 B1c00 00 00 00 01c01c03c01c00 00 01cCD001 0800 1300E001140000000000" ..
            "0000C0070400000000",
        [2] = "01c01c01c01c01c01c01c01c01c01c01c00 01 03c00 00 00 80c 0000 1302000114000000000000" ..
            "00C00701004F1201",
    }
    for media, text in pairs(wanted) do
        local path = boot_disc(media, media == 0 and bytes:sub(1, 2048) or bytes)
        local pc = machine{ cdrom = path, boot = "d" }
        pc:wait_screen(" end", 20)
        local shown = pc:screen():gsub("\n", "")
        assert(shown:find(text .. " end", 1, true), shown)
        pc:close()
        os.remove(path)
    end
    os.remove(image)
end)

test("the BIOS tells a fault that nobody handles, and the computer can be restarted", function()
    local image = floppy("fault")
    for key, text in pairs{ ["0"] = "Division overflow at 0000:7C%x%x: F7 F1 ", ["6"] = "Invalid instruction at 0000:7C%x%x: 0F FF ",
                            ["7"] = "Coprocessor instruction without coprocessor at 0000:7C%x%x: D9 E8 " } do
        local pc = machine{ fda = image }
        pc:wait_screen("called ", 20)
        pc:type(key)
        pc:match_screen(text, 5)
        pc:sendkey("ctrl-alt-delete")
        pc:wait_screen("called ", 20)
        pc:close()
    end
    os.remove(image)
end)

test("a program that reads the key before the BIOS does loses none", function()
    local image = floppy("hook")
    local pc = machine{ fda = image }
    pc:wait_screen("type: ", 20)
    pc:type("Hooked 9\n")
    pc:wait_screen("type: Hooked 9, keys: 9", 5)
    pc:close()
    os.remove(image)
end)

test("POST puts in order what a system before it has left", function()
    local image, disk = floppy("again"), os.tmpname()
    local file = assert(io.open(disk, "wb"))
    file:seek("set", 20 * 16 * 63 * 512 - 1)
    file:write("\0")
    file:close()
    local pc = machine{ fda = image, hda = disk, boot = "a" }
    pc:wait_screen("again: ", 20)
    assert(pc:screen():find("Hard disk 0: 10 MB", 1, true), pc:screen())
    pc:type("Keys")
    pc:wait_screen("again: Keys", 5)
    local text, picture = pc:screen(), pc:pixels_hash()
    pc:serial_send("waits for the next system")
    pc:run(0.1)
    local line = pc:monitor("info serial")
    assert(line:find("lcr=00 mcr=00", 1, true) and line:find(", 0 received", 1, true), line)
    pc:close()
    pc = machine{ fda = image, hda = disk, boot = "a" }
    pc:poke_phys(0x600, "\x34\x12")
    pc:wait_screen("again: ", 20)
    pc:type("Keys")
    pc:wait_screen("again: Keys", 5)
    equal(pc:screen(), text)
    equal(pc:pixels_hash(), picture)
    pc:sendkey("ctrl-alt-delete")
    pc:run(2)
    pc:wait_screen("again: ", 20)
    pc:type("Keys")
    pc:wait_screen("again: Keys", 5)
    equal(pc:screen(), text)
    pc:close()
    os.remove(disk)
    os.remove(image)
end)

test("services keep within a stack that begins at the end of its segment", function()
    local image = floppy("top")
    local pc = machine{ fda = image }
    pc:wait_screen("all came back", 20)
    pc:close()
    os.remove(image)
end)

test("a spurious interrupt ends none that is in service", function()
    local image = floppy("spurious")
    local pc = machine{ fda = image }
    pc:wait_screen("the timer's alone", 20)
    pc:close()
    os.remove(image)
end)
