-- A saved machine comes back bit for bit, and a bad file changes nothing.

local function booted()
    local pc = machine{}
    pc:wait_screen("# ", 30)
    return pc
end

local path = os.tmpname()

test("the same run twice has the same hash", function()
    local a, b = booted(), booted()
    assert(a:hash() == b:hash(), "two boots differ")
    a:run(0.25)
    for _ = 1, 25 do b:run(0.01) end
    assert(a:hash() == b:hash(), "the slicing of time can be seen")
    a:close()
    b:close()
end)

test("a restored machine continues bit for bit", function()
    local pc = booted()
    pc:type("ls -l /bin | sort | tail\n")
    pc:run(0.037)
    pc:save(path)
    local saved = pc:hash()
    pc:run(0.5)
    local after, screen = pc:hash(), pc:screen()
    pc:restore(path)
    assert(pc:hash() == saved, "the restored state differs")
    pc:run(0.5)
    assert(pc:hash() == after, "it went another way")
    assert(pc:screen() == screen)
    pc:close()
end)

test("a fresh machine can be restored into", function()
    local pc = machine{}
    pc:restore(path)
    pc:run(1) -- what was typed before the save ends
    pc:type("echo after\n")
    pc:wait_screen("\nafter", 10)
    pc:close()
end)

test("damaged files are refused and change nothing", function()
    local pc = booted()
    local file = io.open(path, "rb")
    local bytes = file:read("a")
    file:close()
    local before = pc:hash()
    for i, bad in ipairs{
        bytes:sub(1, 10), bytes:sub(1, #bytes // 2), bytes:sub(1, #bytes - 1), "x" .. bytes:sub(2),
        bytes:sub(1, 5000) .. "?" .. bytes:sub(5002), "",
    } do
        file = io.open(path, "wb")
        file:write(bad)
        file:close()
        local ok, message = pcall(pc.restore, pc, path)
        assert(not ok, "damage " .. i .. " was not noticed")
        assert(tostring(message):find(path, 1, true), tostring(message))
        assert(pc:hash() == before, "damage " .. i .. " changed the machine")
    end
    pc:close()
end)

os.remove(path)
