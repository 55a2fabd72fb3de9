-- The part of the binding that is Lua: waiting, tests. Its first arguments are functions of script.c.
local native, Machine = ...

local WAIT_SLICE = 0.01 -- guest seconds between two looks
local WAIT_DEFAULT = 10

-- Runs until look() gives something or the guest seconds are over; level is that of the caller's caller.
local function wait(pc, seconds, what, look)
    local deadline = pc:time() + (seconds or WAIT_DEFAULT)
    while true do
        local found = table.pack(look())
        if found[1] then
            return table.unpack(found, 1, found.n)
        end
        local left = deadline - pc:time()
        if left <= 0 then
            error(("%s did not come within %g guest seconds"):format(what, seconds or WAIT_DEFAULT), 3)
        end
        local stop = pc:run(math.min(WAIT_SLICE, left))
        if stop ~= "time" and not look() then
            error(("%s did not come: the machine stopped (%s)"):format(what, stop), 3)
        end
    end
end

function Machine:wait_screen(text, seconds)
    local found = wait(self, seconds, ("screen text %q"):format(text), function()
        return self:screen():find(text, 1, true)
    end)
    return found
end

-- Returns the pattern's captures, or the whole match when it has none.
function Machine:match_screen(pattern, seconds)
    local captures = table.pack(wait(self, seconds, ("screen text like %q"):format(pattern), function()
        return self:screen():match(pattern)
    end))
    return table.unpack(captures, 1, captures.n)
end

-- Where the next wait_serial looks from: after what the last one found.
local serial_seen = setmetatable({}, {__mode = "k"})

function Machine:wait_serial(pattern, seconds, plain)
    local captures = table.pack(wait(self, seconds, ("serial text %q"):format(pattern), function()
        local found = table.pack(self:serial():find(pattern, serial_seen[self] or 1, plain))
        if not found[1] then
            return nil
        end
        serial_seen[self] = found[2] + 1
        if found.n > 2 then
            return table.unpack(found, 3, found.n)
        end
        return self:serial():sub(found[1], found[2])
    end))
    return table.unpack(captures, 1, captures.n)
end

-- Runs until the machine stops by itself; returns why.
function Machine:wait_stop(seconds)
    local deadline = self:time() + (seconds or WAIT_DEFAULT)
    while self:time() < deadline do
        local stop = self:run(math.min(1, deadline - self:time()))
        if stop ~= "time" then
            return stop
        end
    end
    error(("the machine did not stop within %g guest seconds"):format(seconds or WAIT_DEFAULT), 2)
end

-- ---- what stops on the way, and calls a function ----

-- By machine: breakpoint number -> function. A function that gives something true ends the run.
local hooks = setmetatable({}, {__mode = "k"})
local run_plainly = Machine.run

local function hook(pc, command, call)
    local number = tonumber(pc:monitor(command):match("^Breakpoint (%d+)"))
    hooks[pc] = hooks[pc] or {}
    hooks[pc][number] = call
    return number
end

-- addr is a number or what the monitor takes for an address, a symbol such as "sys_fork".
function Machine:on_break(addr, call)
    return hook(self, "break " .. tostring(addr), call)
end

-- The call comes behind the access, the handler's first instruction not yet executed. Without a port
-- or a vector (nil): every one.
function Machine:on_io(port, call)
    return hook(self, "break-io " .. tostring(port or ""), call)
end

function Machine:on_fault(vector, call)
    return hook(self, "break-fault " .. tostring(vector or ""), call)
end

function Machine:run(seconds)
    if not hooks[self] then
        return run_plainly(self, seconds)
    end
    local deadline = self:time() + seconds
    while true do
        local stop, text = run_plainly(self, math.max(0, deadline - self:time()))
        local number = stop == "break" and tonumber(text:match("^%a+point (%d+)"))
        local call = number and hooks[self][number]
        if not call or call(self) then
            return stop, text
        end
    end
end

-- ---- answers as tables ----

local decode -- of JSON as the monitor writes it

local function decode_string(text, at)
    local parts = {}
    while true do
        local plain, stop = text:match('^([^"\\]*)(["\\])', at)
        parts[#parts + 1] = plain
        at = at + #plain + 1
        if stop == '"' then
            return table.concat(parts), at
        elseif text:sub(at, at) == "u" then
            parts[#parts + 1] = utf8.char(tonumber(text:sub(at + 1, at + 4), 16))
            at = at + 5
        else
            parts[#parts + 1] = text:sub(at, at)
            at = at + 1
        end
    end
end

local function decode_members(text, at, closing, with_names)
    local result = {}
    at = text:match("^%s*()", at)
    while text:sub(at, at) ~= closing do
        local name
        if with_names then
            name, at = decode(text, at)
            at = text:match("^%s*:()", at)
        end
        local value
        value, at = decode(text, at)
        result[name or #result + 1] = value
        at = text:match("^%s*,?%s*()", at)
    end
    return result, at + 1
end

function decode(text, at)
    at = text:match("^%s*()", at)
    local first = text:sub(at, at)
    if first == '"' then
        return decode_string(text, at + 1)
    elseif first == "{" or first == "[" then
        return decode_members(text, at + 1, first == "{" and "}" or "]", first == "{")
    end
    local word = text:match("^[%w+.-]+", at)
    if tonumber(word) then
        return tonumber(word), at + #word
    end
    return word == "true", at + #word
end

-- The monitor's JSON: {command=, ok=, lines={{text=, values={name=text}}}} and what the command names,
-- such as query("info gdt").entries[1].base.
function Machine:query(line)
    return (decode(self:monitor(line .. " -json"), 1))
end

-- Each step as its line; linear and physical address, or the fault's name.
function Machine:translate(logical)
    local text = self:monitor("translate " .. logical)
    local steps = {}
    for line in text:gmatch("[^\n]+") do
        steps[#steps + 1] = line
    end
    return {
        steps = steps,
        linear = tonumber(text:match("linear (%x+) =") or "", 16),
        physical = tonumber(text:match("\nphysical (%x+)") or "", 16),
        fault = text:match("verdict: (#%u+)"),
    }
end

for bits, format in pairs({[8] = "<I1", [16] = "<I2", [32] = "<I4"}) do
    Machine["peek" .. bits] = function(self, linear)
        return (string.unpack(format, self:peek(linear, bits // 8)))
    end
    Machine["peek_phys" .. bits] = function(self, physical)
        return (string.unpack(format, self:peek_phys(physical, bits // 8)))
    end
    Machine["poke" .. bits] = function(self, linear, value)
        self:poke(linear, string.pack(format, value & ((1 << bits) - 1)))
    end
end

Machine.__name = "machine"
Machine.__metatable = false

-- Leaving closes all machines first, so that their disks are flushed.
local leave = os.exit
function os.exit(code)
    leave(code, true)
end

-- Lua checks neither precompiled chunks nor what the debug library is told: a bad one could crash it.
local load_any, loadfile_any = load, loadfile
function load(chunk, name, _, ...)
    return load_any(chunk, name, "t", ...)
end
function loadfile(name, _, ...)
    return loadfile_any(name, "t", ...)
end
function dofile(name)
    return assert(loadfile(name))()
end
package.loaded.debug = {traceback = debug.traceback}
debug = package.loaded.debug

function equal(actual, expected, what)
    if actual ~= expected then
        error(("%s: expected %s, found %s"):format(what or "value", tostring(expected), tostring(actual)), 2)
    end
end

-- Machines made inside a test are closed when it ends.
function test(name, body)
    local before = native.count_open()
    local passed, message = pcall(body)
    native.tap(passed, tostring(name), passed and "" or tostring(message))
    native.close_after(before)
end
