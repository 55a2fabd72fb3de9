-- The pressure soak: on 4 MB with swap space, rounds of /usr/tests/soak, each with its own seed. The guest judges
-- each from inside; here the monitor counts all frames and pages of swap anew from outside, and the
-- numbers of free ones must be what they were at first. 10 rounds; 1000 with GLASS386_LONG=1, or as many
-- as the first argument says; the second is the first seed.
io.stdout:setvbuf("line")
local rounds = tonumber(arg[1]) or (os.getenv("GLASS386_LONG") == "1" and 1000 or 10)
local first = tonumber(arg[2]) or 1

local pc = machine{ mem = "4M" }
pc:wait_serial("# ", 60)

local function says(command, pattern)
    local text = pc:monitor(command)
    return text:match(pattern) or error(("mon> %s: %s"):format(command, text), 0)
end

-- Free frames, and free pages of swap; an error when the books and the users disagree.
local function count()
    says("info frames", "check: 0 frames [^\n]* 0 held by a call under way or lost, 0 pages [^\n]*: ok")
    return tonumber(says("info frames", "(%d+) free\n")), tonumber(says("info swap", "(%d+) free;"))
end

local function round(seed)
    pc:serial_send(("/usr/tests/soak %d; echo verdict=$?\r"):format(seed))
    local line, code = pc:wait_serial("(round [^\n]*)\n.-verdict=(%d+)", 600)
    pc:wait_serial("# ", 10)
    assert(code == "0", line)
    pc:run(0.1) -- the shell's and update's own frames settle
    return line
end

local ends = {ok = 0, killed = 0, ["no room"] = 0}
local lines = {}
round(0) -- the cache and the shell's pages are what they will be
local frames, swap = count()
test(("%d rounds of bigmem, forkbomb and cp at once lose nothing"):format(rounds), function()
    for seed = first, first + rounds - 1 do
        local line = round(seed)
        local free, pages = count()
        lines[#lines + 1] = line
        assert(free + 24 > frames and pages + 64 > swap, ("%d frames and %d pages of swap were free, now %d and %d: %s"):format(
            frames, swap, free, pages, line))
        for word in pairs(ends) do
            ends[word] = ends[word] + select(2, line:gsub(" " .. word .. "[,;]", ""))
        end
        if #lines % 50 == 0 then
            print(("# %d: %d frames free, %d pages of swap"):format(#lines, free, pages))
        end
    end
end)
print(("# %d ended well, %d were killed, %d found no room; swapped %s"):format(ends.ok, ends.killed, ends["no room"],
    says("info swap", "%d+ read, %d+ written")))
pc:close()
