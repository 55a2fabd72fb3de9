-- Every question of every lab, in both languages: each wrong answer that it names is given first and has its
-- misconception named, then all hints are asked for, then the right answer is given.

local run = load(embedded.runner, "=runner", "t")()

local function lab_named(name)
    local lab = load(embedded["lab:" .. name], "=" .. name, "t")()
    local start = lab.start
    function lab.start(options)
        lab.pc, lab.facts = start(options)
        return lab.pc, lab.facts
    end
    return lab
end

-- The lines that a person types; `said` gives what the lab has answered since the line before.
local function person(lab, language, said)
    return coroutine.wrap(function()
        local function type_wrong(question, value, what)
            local line = type(value) == "number" and ("0x%x"):format(value) or value
            said()
            coroutine.yield(line)
            local text, found = said(), false
            for _, row in ipairs(question.wrong or {}) do
                found = found or text:find(row[2][language]:match("^[^$]*"), 1, true) ~= nil
            end
            assert(found, ("%s: no misconception named for %s:\n%s"):format(question.ask.en, line, text))
            return what
        end
        for _, question in ipairs(lab.questions) do
            if question.done then
                type_wrong(question, "done")
                coroutine.yield(("setpmem 0x%x 2 0"):format(lab.facts.physical))
                type_wrong(question, "done")
                coroutine.yield(("setpmem 0x%x 4 0"):format(lab.facts.physical))
                type_wrong(question, "done")
                coroutine.yield("c")
                coroutine.yield("done")
            else
                local right = question.answer(lab.facts, nil, lab.pc)
                for _, row in ipairs(question.wrong or {}) do
                    local known, value = pcall(row[1], lab.facts, 1 - right & 1, lab.pc)
                    value = value == true and 1 - right & 1 or value
                    if known and value and value ~= right then
                        type_wrong(question, value)
                    end
                end
                for _, hint in ipairs(question.hints or {}) do
                    said()
                    coroutine.yield("hint")
                    assert(said():find(hint[language]:match("^[^$]*"), 1, true), "no hint: " .. hint.en)
                end
                coroutine.yield(("0x%x"):format(right))
            end
        end
    end)
end

local function take(lab, options)
    local written = {}
    local function said()
        local text = table.concat(written)
        written = {}
        return text
    end
    local lines = person(lab, options.language, said)
    local all = {}
    local open = run(lab, options, lines, function(text)
        written[#written + 1] = text
        all[#all + 1] = text
    end)
    return open, table.concat(all)
end

for name in pairs(embedded) do
    name = name:match("^lab:(.+)")
    for _, language in ipairs(name and { "en", "zh" } or {}) do
        test(name .. " can be done, and names what is misunderstood, in " .. language, function()
            local report = os.tmpname()
            local open, text = take(lab_named(name), { language = language, report = report })
            equal(open, 0)
            assert(not text:find("${", 1, true), "a fact is not filled in")
            local file <close> = assert(io.open(report))
            local words = file:read("a")
            os.remove(report)
            local _, headings = words:gsub("\n## ", "")
            equal(headings, #lab_named(name).questions)
            assert(words:find("`setpmem 0x%x+ 4 0`") or name ~= "address-map")
        end)
    end
end

test("an exam gives no hints and refuses what explains", function()
    local lab = lab_named("address-map")
    local lines = { "hint", "translate ds:0", "info pg", "calc ds:0x3004", "xp /2w 0", "0", "quit" }
    local text = {}
    local open = run(lab, { language = "en", exam = true }, function() return table.remove(lines, 1) end, function(words)
        text[#text + 1] = words
    end)
    text = table.concat(text)
    equal(open, #lab.questions)
    local _, refused = text:gsub("In an exam there are no hints", "")
    equal(refused, 5) -- its beginning, and the first four lines
    assert(text:find("00000000: 0x"), "xp is no explanation")
    assert(text:find("Not that.\nlab>", 1, true), "nothing is said of a wrong answer")
end)
