-- Gives every command and topic of the monitor once and writes its answer with -json to a file, zero
-- bytes between them. Arguments: the file, a folder to write in.
local out <close> = assert(io.open(arg[1], "wb"))
local folder = arg[2]

local arguments = { -- {} = without any; a command that is missing here is an error
    continue = {}, step = {"3"}, next = {}, ["until"] = {"eip"}, finish = {}, sb = {"5"}, wait = {"0.01"},
    ["goto"] = {"100000"}, ["reverse-step"] = {"2"}, ["reverse-continue"] = {}, stop = {},
    ["break"] = {"sys_fork", "0x100 if eax == 1"}, pb = {"0x5000"}, tbreak = {"sys_fork"}, watch = {"jiffies", "-p 0x1000"},
    rwatch = {"jiffies"}, awatch = {"jiffies"}, ["break-int"] = {"0x80"}, ["break-fault"] = {"14"},
    ["break-io"] = {"0x60"}, ["break-task"] = {}, ["break-cr3"] = {}, ["break-mode"] = {},
    delete = {}, enable = {"1"}, disable = {"1"}, x = {"/4 0", "/3i eip", "/s 0", "/2c 0"}, xp = {"/2w 0", "/w 0xfffffff"},
    print = {"eax", "1+", "1 2"}, u = {"/3", "0x5000 2"}, where = {}, ["print-stack"] = {"3"}, ptime = {}, screen = {},
    screendump = {folder .. "/a.png"}, set = {"eax 5", "dialect own"}, symbols = {"/no/such/file"},
    info = {"nonsense"}, registers = {}, sreg = {}, creg = {}, dreg = {}, page = {"0", "0x40000000"}, gva2gpa = {"0"},
    setpmem = {"0x9f000 4 0"}, ["in"] = {"/b 0x61"}, o = {"/b 0x80 1"}, memsave = {"0 16 " .. folder .. "/m"},
    pmemsave = {"0 16 " .. folder .. "/m"}, writemem = {'"' .. folder .. '/m" 0 16'}, translate = {"0x0f:0", "ds:0x7fffffff", "task 1 0"},
    walk = {"0", "0xf0000000"}, explain = {"", "2"}, ["who-wrote"] = {"jiffies"}, ["diff-pages"] = {"90000000 100000000"},
    trace = {"exc 10"}, savevm = {folder .. "/s.snap"}, loadvm = {folder .. "/s.snap"}, delvm = {folder .. "/s.snap"},
    sendkey = {"a"}, mouse = {"1 2"}, mouse_button = {"0"}, change = {"fda /no\\such\"file"}, eject = {"fda"},
    source = {"/no/such/file"}, alias = {}, log = {}, help = {"", "x", "info"}, draw = {"slots " .. folder .. "/a.svg"},
    reset = {}, quit = {}, type = false, -- its text is taken as it is
}
local topics = { task = {"1"}, ldt = {"", "task 1"}, gdt = {"", "0x20", "summary", "0xfff8"}, pg = {"", "task 1", "0"},
    unit = {"", "pit", "cpu"}, idt = {"", "14"}, pdir = {"", "by-task"}, frames = {"", "0x500000"} }

local pc = machine{}
local function ask(line)
    local ok, answer = pcall(pc.monitor, pc, line .. " -json")
    out:write(line, "\n", ok and answer or tostring(answer):gsub("^.-monitor: ", ""), "\0")
end
ask("info idt") -- real mode
pc:wait_screen("# ", 30)
pc:type("ls /\n")
pc:run(1)
for name in pc:monitor("help info"):gmatch("info (%S+)") do
    for _, argument in ipairs(topics[name] or {""}) do
        ask("info " .. name .. " " .. argument)
    end
end
for name in pc:monitor("help"):gmatch("\n  (%S+)") do
    assert(arguments[name] ~= nil, "no example of " .. name)
    for _, argument in ipairs(arguments[name] and next(arguments[name]) and arguments[name] or arguments[name] and {""} or {}) do
        ask(name .. " " .. argument)
    end
end
