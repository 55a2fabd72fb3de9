-- video.lua DISK GOLDEN-FOLDER [PICTURE-FOLDER]: each scene of scenes.c has a hash in golden/hashes and
-- its size; UPDATE_GOLDEN=1 rewrites the file, the third argument also keeps the pictures.

local disk, golden, pictures = arg[1], arg[2], arg[3]
local update = os.getenv("UPDATE_GOLDEN") == "1"
local file = golden .. "/hashes"

local wanted = {}
if not update then
    for line in io.lines(file) do
        local name, hash = line:match("^(%S+)%s+(%x+)$")
        wanted[name] = hash
    end
end

local pc = machine{ hda = disk, snapshot = true }
local lines, seen = {}, {}

local function next_scene()
    local name = pc:wait_serial("scene ([%w-]+)\n", 60)
    pc:run(0.02)
    return name
end

for name in next_scene do
    if name == "end" then break end
    local hash = pc:pixels_hash()
    seen[name] = true
    lines[#lines + 1] = ("%-20s %s\n"):format(name, hash)
    if pictures then pc:screenshot(pictures .. "/" .. name .. ".png") end
    if not update then
        test("the picture of " .. name, function() equal(hash, wanted[name]) end)
    end
    pc:type(" ")
end

test("every golden picture was shown", function()
    for name in pairs(wanted) do assert(seen[name], name .. " did not come") end
    assert(not pc:serial():find("refused"), "a mode was refused")
end)

if update then
    local out = assert(io.open(file, "w"))
    out:write(table.concat(lines))
    out:close()
end
