-- Makes the generated documents from the running emulator: the README's picture and MONITOR.md.
-- Arguments: the folder to write to.
local folder = arg[1]

local function write(name, text)
    local file <close> = assert(io.open(folder .. "/" .. name, "wb"))
    file:write(text)
end

local pc = machine{}
pc:wait_screen("# ", 30)
for _, line in ipairs{ "clear; uname -a", "ls /", "ps", "free", "size /bin/sh", "segs | head -3", "ls -l /bin | sort | tail -3" } do
    pc:type(line .. "\n")
    pc:run(0.5)
end
pc:screenshot(folder .. "/screen.png")

write("MONITOR.md", "# The monitor's commands\n\nMade by `./dev docs` from the table in emu/monitor/commands.c.\n\n```\n"
    .. pc:monitor("help") .. "```\n\n## info\n\n```\n" .. pc:monitor("help info") .. "```\n")
pc:close()
