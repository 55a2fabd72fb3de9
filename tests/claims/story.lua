-- guest-kernel/docs/MEMORY*.md from their templates, with what guest and monitor really say.
--   story.lua make  TEMPLATE DOCUMENT ...   writes the documents, all from one run
--   story.lua check TEMPLATE DOCUMENT ...   a test: are they what the templates and the kernel say?
-- Lines of a template that begin with @:
--   @mon> COMMAND     what the monitor answers, always the same; @mon~ where it may differ from kernel to kernel
--   @guest# COMMAND   what the guest's shell prints, always the same; @guest~ likewise
--   @seen N [CLAIM]   a row of a table: what shows claim N, in its own words or in those given
--   @boot [OPTIONS]   from here on a machine started with these boot options
-- A check runs only what is always the same. Of the rest it asks that it is there, and equal in all documents.
local folder = arg[0]:match("^(.*)/[^/]*$") or "."
local guest = dofile(folder .. "/guest.lua")
local claims = {}
for _, row in ipairs(guest.rows(folder)) do
    claims[row[1]] = row
end

local making = arg[1] == "make"

-- ---- what is captured, once for all documents ----

local machines, captured = {}, {}

local function started(options)
    local pc = machine{ mem = "16M" }
    pc:wait_serial("# ", 60)
    pc:run(0.3)
    return options == "" and pc or guest.reboot(pc, options)
end

local function machine_with(options)
    machines[options] = machines[options] or started(options)
    return machines[options]
end

local function transcript(options, prompt, command)
    local key = options .. prompt .. command
    if not captured[key] then
        local pc, text = machine_with(options), nil
        if prompt == "mon>" then
            text = pc:monitor(command)
        else
            text = select(2, guest.run(pc, command, 120))
            pc:run(0.2)
        end
        captured[key] = ("%s %s\n%s\n"):format(prompt, command, (text:gsub("%s+$", "")))
    end
    return captured[key]
end

local function evidence(number)
    local key = "claim" .. number
    captured[key] = captured[key] or (tostring(claims[number][3]()):gsub("%s+", " "):gsub("[*_#<>`|]", "\\%0"))
    return captured[key]
end

-- ---- a template as parts: {text} is fixed, {key, make} may differ ----

local function part_of(options, line)
    local prompt, sign, command = line:match("^@(%l+)([>#~]) (.*)$")
    if prompt then
        local shown = prompt == "mon" and "mon>" or "guest#"
        local function make() return transcript(options, shown, command) end
        return sign == "~" and {key = options .. command, make = make} or {make = make}
    end
    local number, claim = line:match("^@seen (%d+) *(.*)$")
    number = tonumber(number) or error("no directive: " .. line, 0)
    return {before = ("| S%d | %s | "):format(number, claim ~= "" and claim or claims[number][2]), key = number,
        make = function() return evidence(number) end, after = " |\n"}
end

local function parts_of(template)
    local parts, options, fenced = {}, "", false
    local function fence(wanted)
        if fenced ~= wanted then parts[#parts + 1] = {text = "```\n"} end
        fenced = wanted
    end
    for line in io.lines(template) do
        if line:find("^@boot") then
            options = line:match("^@boot *(.*)$")
        elseif line:find("^@") then
            local inside = not line:find("^@seen")
            if inside and fenced then parts[#parts + 1] = {text = "\n"} end
            fence(inside)
            parts[#parts + 1] = part_of(options, line)
        else
            fence(false)
            parts[#parts + 1] = {text = line .. "\n"}
        end
    end
    fence(false)
    return parts
end

local function read(path)
    local file = assert(io.open(path))
    local text = file:read("a")
    file:close()
    return text
end

local function write(template, document)
    local out = {}
    for _, part in ipairs(parts_of(template)) do
        out[#out + 1] = part.text or (part.before or "") .. part.make() .. (part.after or "")
    end
    local file = assert(io.open(document, "w"))
    file:write(table.concat(out))
    file:close()
end

-- ---- the check ----

local seen = {} -- by key: what the first document has there

-- The fixed text from a part on, up to the next one that may differ; and the index of that one.
local function fixed_from(parts, index)
    local texts = {}
    while parts[index] and not parts[index].key do
        texts[#texts + 1] = parts[index].text or parts[index].make()
        index = index + 1
    end
    return table.concat(texts) .. (parts[index] and parts[index].before or ""), index
end

local function hold(document, at, wanted, text)
    assert(wanted, ("%s, byte %d: not what `./dev docs` would write: %s"):format(document, at, text:sub(1, 300)))
end

local function check(template, document)
    local parts, text = parts_of(template), read(document)
    local fixed, index = fixed_from(parts, 1)
    hold(document, 1, text:sub(1, #fixed) == fixed, fixed)
    local at = #fixed + 1
    while parts[index] do
        local part = parts[index]
        fixed, index = fixed_from(parts, index + 1)
        fixed = (part.after or "") .. fixed
        local first, last = text:find(fixed, at, true)
        if fixed == "" then first, last = #text + 1, #text end
        hold(document, at, first and first > at, fixed)
        local here = text:sub(at, first - 1)
        assert((seen[part.key] or here) == here, ("%s: %s is not as in the other document"):format(document, part.key))
        seen[part.key] = here
        at = last + 1
    end
    hold(document, at, at == #text + 1, text:sub(at))
end

for i = 2, #arg, 2 do
    local template, document = arg[i], arg[i + 1]
    if making then
        write(template, document)
    else
        test(document:match("[^/]*$") .. " is what its template and the kernel say", function() check(template, document) end)
    end
end
