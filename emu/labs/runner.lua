-- Runs one lab with a person: asks, checks each answer against the machine, names misconceptions, gives
-- hints, keeps a transcript. Gives a function run(lab, options, read, write); the number of questions not
-- answered right comes back.
--
-- A lab is a table (address-map.lua): name, title, intro; start(options) gives machine and facts; questions,
-- each with ask, answer (a function of the facts), wrong = {{function of the facts, what to say}, ...} or a
-- function, up to three hints. Texts are {en = , zh = }; ${expression of a fact} in them is filled in.

local HINTS = 3

local texts = {
    keys = {
        en = "Type an answer (0x10, 16, 10h or an expression), any command of the monitor, or: hint, skip, again, quit.",
        zh = "请输入答案（0x10、16、10h 或表达式）、监视器的任何命令，或者：hint（提示）、skip（跳过）、again（重看题目）、quit（退出）。",
    },
    right = { en = "Right.", zh = "正确。" },
    wrong = { en = "Not that.", zh = "不对。" },
    more = { en = "'hint' helps (%d left).", zh = "输入 hint 可得提示（还有 %d 条）。" },
    none = { en = "There are no more hints; 'skip' shows the answer.", zh = "没有更多提示了；skip 显示答案。" },
    exam = { en = "In an exam there are no hints, and no commands that explain: translate, walk, page ...",
        zh = "考试模式下没有提示，也不能用解释性的命令（translate、walk、page 等）。" },
    skipped = { en = "The answer is %s.", zh = "答案是 %s。" },
    score = { en = "%d of %d right, %d hints, %d wrong answers.", zh = "共 %d / %d 题正确，用了 %d 条提示，答错 %d 次。" },
    question = { en = "Question %d of %d", zh = "第 %d 题，共 %d 题" },
    left = { en = "left open", zh = "未完成" },
    report = { en = "The transcript is in %s.", zh = "报告写入 %s。" },
    answer = { en = "answer", zh = "回答" }, tries = { en = "wrong answers", zh = "错误的回答" },
    hints = { en = "hints", zh = "提示" }, commands = { en = "commands", zh = "命令" },
}

-- Commands that give the answers away.
local explaining = { translate = true, xlate = true, walk = true, page = true, gva2gpa = true, explain = true, draw = true }
local explaining_topics = { pg = true, pages = true, tab = true, mem = true, pdir = true, slots = true, task = true, vma = true }

local function is_explaining(line)
    local word, topic = line:match("^(%S+)%s*(%S*)")
    return explaining[word] or ((word == "info" or word == "i") and explaining_topics[topic])
        or ((word == "calc" or word == "print" or word == "p" or word == "?") and line:find(":", 1, true) ~= nil)
end

local function in_language(options, text)
    return type(text) == "table" and (text[options.language] or text.en) or text
end

-- ${name} becomes the fact in hexadecimal, ${name:%d} formatted so, ${name+1} computed.
local function fill(text, facts)
    return (text:gsub("%${([^}]+)}", function(what)
        local expression, format = what:match("^(.-):(.*%%.+)$")
        local value = load("return " .. (expression or what), "=text", "t", facts)()
        return (format or (type(value) == "number" and "0x%x" or "%s")):format(value)
    end))
end

-- A number as people write them; nil when the line is none.
local function number_of(pc, line)
    local text = line:gsub("^%s+", ""):gsub("%s+$", "")
    if text:find("^%x+$") and #text >= 4 and (text:find("%a") or text:find("^0")) then
        return tonumber(text, 16)
    end
    if not text:find("^[%d(~]") then
        return nil
    end
    local ok, answer = pcall(pc.query, pc, "print " .. text)
    return ok and answer.value or nil
end

local function run(lab, options, read, write)
    local function say(text, facts, ...)
        text = in_language(options, text)
        write((select("#", ...) > 0 and text:format(...) or fill(text, facts or {})) .. "\n")
    end
    local transcript = {}
    local score = { right = 0, hints = 0, wrong = 0 }
    say(lab.title)
    local pc, facts = lab.start(options)
    say(lab.intro, facts)
    say(options.exam and texts.exam or texts.keys)

    -- The three ways an answer can be held against a question.
    local function verdict(question, value)
        local check = question.answer(facts, value, pc)
        if check == true or (type(check) == "number" and check == value) then
            return true
        end
        for _, row in ipairs(question.wrong or {}) do
            local matched, expected = pcall(row[1], facts, value, pc)
            if matched and (expected == true or expected == value) then
                return false, row[2]
            end
        end
        return false
    end

    local function try(question, entry, line)
        local value = question.done and line or number_of(pc, line)
        local right, misconception = verdict(question, value)
        if right then
            say(texts.right)
            if question.because then
                say(question.because, facts)
            end
            entry.answer, entry.right = line, true
            score.right = score.right + 1
            return true
        end
        score.wrong = score.wrong + 1
        entry.wrong[#entry.wrong + 1] = line
        say(texts.wrong)
        if not options.exam then
            if misconception then
                say(misconception, facts)
            end
            local left = math.min(HINTS, #(question.hints or {})) - entry.hints
            say(left > 0 and texts.more or texts.none, facts, left)
        end
        return false
    end

    local function hint(question, entry)
        local text = not options.exam and entry.hints < HINTS and (question.hints or {})[entry.hints + 1]
        if text then
            entry.hints = entry.hints + 1
            score.hints = score.hints + 1
            say(text, facts)
        else
            say(options.exam and texts.exam or texts.none)
        end
    end

    local function command(entry, line)
        if options.exam and is_explaining(line) then
            return say(texts.exam)
        end
        entry.commands[#entry.commands + 1] = line
        if lab.command then
            local text = lab.command(pc, facts, line)
            if text then
                return write(text)
            end
        end
        local ok, text = pcall(pc.monitor, pc, line)
        write(ok and text or tostring(text):gsub("^monitor: ", ""):gsub("\n*$", "\n"))
    end

    local ended = false
    for number, question in ipairs(lab.questions) do
        local entry = { wrong = {}, commands = {}, hints = 0, question = question }
        transcript[number] = entry
        local function ask()
            write("\n")
            say(texts.question, nil, number, #lab.questions)
            say(question.ask, facts)
        end
        if not ended then
            ask()
        end
        while not ended do
            write("lab> ")
            local line = read()
            if not line or line:match("^%s*quit%s*$") or line:match("^%s*q%s*$") then
                ended = true
                break
            end
            line = line:gsub("^%s+", ""):gsub("%s+$", "")
            if line == "skip" then
                local answer = question.show and question.show(facts) or question.answer(facts)
                say(texts.skipped, nil, type(answer) == "number" and ("0x%x"):format(answer) or tostring(answer))
                break
            elseif line == "hint" then
                hint(question, entry)
            elseif line == "again" then
                ask()
            elseif (question.done and line == "done") or (not question.done and number_of(pc, line)) then
                if try(question, entry, line) then
                    break
                end
            elseif line ~= "" then
                command(entry, line)
            end
        end
    end
    write("\n")
    say(texts.score, nil, score.right, #lab.questions, score.hints, score.wrong)

    if options.report then
        local file <close> = assert(io.open(options.report, "w"))
        local function line(text, ...)
            file:write(select("#", ...) > 0 and text:format(...) or text, "\n")
        end
        line("# " .. in_language(options, lab.title))
        line("")
        line(in_language(options, texts.score), score.right, #lab.questions, score.hints, score.wrong)
        for number, entry in ipairs(transcript) do
            line("\n## %d. %s\n", number, fill(in_language(options, entry.question.ask), facts))
            line("- %s: %s", in_language(options, texts.answer),
                entry.right and "`" .. entry.answer .. "`" or in_language(options, texts.left))
            for name, list in pairs{ tries = entry.wrong, commands = entry.commands } do
                if #list > 0 then
                    line("- %s: `%s`", in_language(options, texts[name]), table.concat(list, "`, `"))
                end
            end
            if entry.hints > 0 then
                line("- %s: %d", in_language(options, texts.hints), entry.hints)
            end
        end
        say(texts.report, nil, options.report)
    end
    pc:close()
    return #lab.questions - score.right
end

return run
