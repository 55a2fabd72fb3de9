-- The hundred claims about memory, each shown on the running system.
-- Arguments: nothing for TAP, "table" for a table on the terminal, "list" for the claims alone; then the
-- number of one claim.
local folder = arg[0]:match("^(.*)/[^/]*$") or "."
local guest = dofile(folder .. "/guest.lua")
local form = arg[1] or "tap"

local counts = {ok = 0, ["not ok"] = 0, skipped = 0}

local function one_line(text)
    return (tostring(text):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- "ok", "not ok" or "skipped", and the evidence in words.
local function judge(show)
    local passed, said = pcall(show)
    if passed then
        return "ok", one_line(said)
    end
    if type(said) == "table" then
        return "skipped", "not built yet: " .. one_line(said.absent)
    end
    return "not ok", one_line(said)
end

local writers = {}

function writers.tap(row, verdict, evidence)
    local line = ("S%d %s | %s"):format(row[1], row[2], evidence:gsub("#", "no."))
    if verdict == "skipped" then
        print(("ok %d - S%d %s # SKIP %s"):format(row[1], row[1], row[2], evidence))
    else
        print(("%s %d - %s"):format(verdict, row[1], line))
    end
end

local words = {ok = "pass", ["not ok"] = "FAIL", skipped = "skipped"}

function writers.table(row, verdict, evidence)
    print(("%4d  %-8s %s\n               %s"):format(row[1], words[verdict], row[2], evidence))
end

local rows = guest.rows(folder)
local wanted = tonumber(arg[2]) -- one claim alone, for whoever works on it
if form == "tap" then
    print("1.." .. #rows)
end
for _, row in ipairs(rows) do
    if form == "list" then
        print(("S%d %s"):format(row[1], row[2]))
    elseif not wanted or row[1] == wanted then
        local verdict, evidence = judge(row[3])
        counts[verdict] = counts[verdict] + 1
        writers[form](row, verdict, evidence)
    end
end
if form == "table" then
    print(("\n%d claims hold, %d do not, %d are not built yet"):format(counts.ok, counts["not ok"], counts.skipped))
end
os.exit(counts["not ok"] == 0 and 0 or 6)
