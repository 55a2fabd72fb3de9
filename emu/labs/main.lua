-- glass386 lab [NAME] [-exam] [-lang en|zh] [-report FILE.md]: lists the labs, or runs one.
-- `embedded` holds the sources: this, the runner, the labs of this folder and of the one that -labs names.

local options = { language = (os.getenv("LC_ALL") or os.getenv("LANG") or ""):find("^zh") and "zh" or "en" }
local wanted

local function refuse(text)
    io.stderr:write("glass386: lab: ", text, "\n")
    os.exit(2)
end

local position = 1
local function value_of(name)
    position = position + 1
    return arg[position] or refuse(("%s: expected a value after it"):format(name))
end
while arg[position] do
    local word = arg[position]:gsub("^%-%-", "-")
    if word == "-exam" then
        options.exam = true
    elseif word == "-lang" then
        options.language = value_of(word)
        if options.language ~= "en" and options.language ~= "zh" then
            refuse(("-lang %s: expected en or zh"):format(options.language))
        end
    elseif word == "-report" then
        options.report = value_of(word)
        local file = io.open(options.report, "a")
        if not file then
            refuse(("-report: %s: cannot be written"):format(options.report))
        end
        file:close()
    elseif word:sub(1, 1) == "-" or wanted then
        refuse(("'%s': expected a lab's name, -exam, -lang en|zh, -report FILE.md or -labs FOLDER"):format(word))
    else
        wanted = word
    end
    position = position + 1
end

local function lab_named(name)
    local chunk, problem = load(embedded["lab:" .. name], "=" .. name, "t")
    local lab = chunk and chunk() or refuse(problem)
    return lab
end

local names = {}
for name in pairs(embedded) do
    names[#names + 1] = name:match("^lab:(.+)")
end
table.sort(names)
if not wanted then
    for _, name in ipairs(names) do
        local title = lab_named(name).title
        print(("%-14s %s"):format(name, title[options.language] or title.en))
    end
    print(options.language == "zh" and "运行：glass386 lab 名称 [-exam] [-report FILE.md]"
        or "Run one: glass386 lab NAME [-exam] [-lang en|zh] [-report FILE.md]")
    return
end
if not embedded["lab:" .. wanted] then
    refuse(("'%s' is no lab: %s"):format(wanted, table.concat(names, ", ")))
end
local run = load(embedded.runner, "=runner", "t")()
local open = run(lab_named(wanted), options, io.read, function(text)
    io.write(text)
    io.flush()
end)
os.exit(open == 0 and 0 or 6)
