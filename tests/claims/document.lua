-- The document made of a run: chapters in the order of the two texts that the claims come from, each with
-- what guest and monitor say, then its claims with what was seen.
return function(guest)
    local document = {}

    -- The first claim of a chapter, its title, and what is typed: "mon> ..." or "guest# ...".
    local chapters = {
        {1, "Physical memory", {"mon> info zones", "guest# free -v"}},
        {5, "Kinds of address", {"mon> translate task 2 0x0", "mon> translate task 2 0x4000000"}},
        {11, "Segments and their tables", {"mon> info gdt summary", "mon> info gdt", "mon> info ldt 0x48", "mon> info idt 0x80"}},
        {18, "Pages", {"mon> info pdir", "mon> info pages task 1"}},
        {22, "64 slots of 64 MB", {"mon> info slots", "mon> info pdir by-task"}},
        {31, "Protection and stacks", {"mon> info tss"}},
        {34, "Where the kernel lies", {"mon> info tasks"}},
        {41, "Tasks 0 and 1", {"mon> info task 0", "mon> info task 1"}},
        {47, "The other tasks", {"guest# ps -l", "mon> info task 2"}},
        {53, "Heap and free memory", {"mon> info frames", "mon> info swap", "mon> info stats"}},
        {59, "The five areas of a process", {"guest# segs", "guest# size /bin/segs /bin/sh"}},
        {70, "Address spaces", {"mon> translate 0x17:0"}},
        {78, "Regions", {"guest# cat /proc/self/maps", "mon> info vma task 2", "mon> info mm task 2"}},
        {91, "From virtual to real", {"mon> info faults"}},
    }

    local function transcript(line)
        local pc = guest.at_prompt("16M")
        local prompt, command = line:match("^(%S+) (.*)$")
        local text
        if prompt == "mon>" then
            local ok, answer = pcall(pc.monitor, pc, command)
            text = ok and answer or tostring(answer):gsub("^monitor: ", "")
        else
            text = select(2, guest.run(pc, command))
        end
        return ("%s\n%s"):format(line, (text:gsub("%s+$", "")))
    end

    function document.head()
        print("# The claims, seen\n\nMade by `./dev docs` from the rows of tests/claims, on the built-in disk. Addresses change "
            .. "with every kernel; what they show does not. `./dev claims` runs the rows again.\n")
    end

    -- Called before each claim: begins its chapter when it is the first.
    function document.chapter(number)
        for i, chapter in ipairs(chapters) do
            if chapter[1] == number then
                print(("%s## %d. %s\n\n```"):format(i > 1 and "\n" or "", i, chapter[2]))
                for k, line in ipairs(chapter[3]) do
                    print((k > 1 and "\n" or "") .. transcript(line))
                end
                print("```\n\n| | claim | seen | |\n|---|---|---|---|")
            end
        end
    end

    local function cell(text)
        return (text:gsub("|", "/"):gsub("[*_#<>`]", "\\%0"))
    end

    function document.row(number, claim, evidence, verdict)
        print(("| S%d | %s | %s | %s |"):format(number, cell(claim), cell(evidence), verdict))
    end

    return document
end
