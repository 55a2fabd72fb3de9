-- What README.md shows is true: its commands at the shell and at the monitor, and its Lua test.

local top = arg[0]:match("^(.*)/tests/scripts/") or "."
local file <close> = assert(io.open(top .. "/README.md"))
local readme = file:read("a")

test("the tour's commands work as they stand there", function()
    local pc = machine{}
    local count, picture = 0, os.tmpname() .. ".svg"
    pc:wait_screen("# ", 30)
    for prompt, rest in readme:gmatch("\n(%S+) ([^\n]*)") do
        local command = rest:match("^(.-)%s%s") or rest
        if prompt == "[/usr/root]#" then
            pc:type("clear; " .. command .. "\n")
            pc:run(0.5)
            assert(not pc:screen():find("not found", 1, true), pc:screen())
            count = count + 1
        elseif prompt == "(glass386)" then
            pc:monitor((command:gsub("memory.svg", picture)))
            count = count + 1
        end
    end
    os.remove(picture)
    assert(count >= 12, count .. " commands")
    for command in ("sreg,creg,xp /32w 0x5cb8+13*8,calc ds:0x3004,page 0x3004,setpmem 0x9f000 4 0"):gmatch("[^,]+") do
        pc:monitor(command)
    end
    equal(pc:query("info gdt").entries[1].number, 8)
end)

-- The script of the README is run as one of its own, in a folder of its own.
local body = assert(readme:match("```lua\n(.-)```"), "README.md has no Lua")
local snapshot = os.tmpname() .. ".snap"
assert(load(body:gsub("after%.snap", snapshot), "=README.md", "t"))()
os.remove(snapshot)
