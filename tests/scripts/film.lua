-- Films: the same run gives the same file, and its name appears only at the end. Use: film.lua FOLDER

local folder = arg[1]

local function contents(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local bytes = file:read("a")
    file:close()
    return bytes
end

local function film(name, drive)
    local path = folder .. "/" .. name
    os.remove(path)
    local pc = machine{ capture = path }
    drive(pc)
    local before = contents(path)
    pc:close()
    return contents(path), before
end

local function boot(pc)
    pc:wait_screen("# ", 30)
    pc:type("ls /\n")
    pc:run(0.5)
end

test("a GIF appears whole at the end", function()
    local bytes, before = film("a.gif", boot)
    equal(before, nil)
    equal(bytes:sub(1, 6), "GIF89a")
    equal(string.unpack("<I2", bytes, 7), 720)
    equal(string.unpack("<I2", bytes, 9), 400)
    equal(bytes:byte(-1), 0x3b)
end)

test("the same run gives the same film", function()
    equal(film("b.gif", boot), contents(folder .. "/a.gif"))
end)

-- The same guest time in other slices.
test("however often the machine stops in between", function()
    local bytes = film("c.gif", function(pc)
        pc:wait_screen("# ", 30)
        pc:type("ls /\n")
        for _ = 1, 500 do pc:run(0.001) end
    end)
    equal(bytes, contents(folder .. "/a.gif"))
end)

test("a y4m has sixty frames in a guest second", function()
    local frames
    local bytes = film("a.y4m", function(pc)
        pc:wait_screen("# ", 30)
        pc:run(1)
    end)
    local head = bytes:match("^YUV4MPEG2 W720 H480 F60:1[^\n]*\n")
    frames = (#bytes - #head) / (720 * 480 * 3 + 6)
    equal(frames, math.floor(frames))
    assert(frames >= 60 and frames < 600, frames .. " frames")
end)

test("a machine that never showed a picture leaves no file", function()
    equal(film("d.gif", function(pc) pc:step(10) end), nil)
end)

-- Somebody who watches changes nothing.
test("a film does not change the run", function()
    local plain, filmed = machine{}, machine{ capture = folder .. "/e.gif" }
    boot(plain)
    boot(filmed)
    equal(filmed:hash(), plain:hash())
end)
