-- Runs the image given as argument to its end; how many instructions it took.
local pc = machine{ mem = "16M", hda = arg[1], snapshot = true }
pc:run(10000)
local _, count = pc:time()
print("instructions " .. string.format("%d", count))
