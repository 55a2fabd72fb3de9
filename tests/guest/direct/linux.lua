-- Debian's kernel for the i386 (6.1) with an initial RAM disk of busybox, started by -kernel.
local folder = arg[1]

test("Debian's Linux for the 686 boots to a shell on the serial line", function()
    local pc = machine{ mem = "128M", cpu = "686", kernel = folder .. "/linux/vmlinuz", initrd = folder .. "/linux/initrd.gz",
        append = "console=ttyS0 quiet cryptomgr.notests panic=1" }
    pc:wait_serial("/ # ", 90, true)
    pc:serial_send("uname -m; cat /proc/cmdline | cut -c 1-13; grep -c fpu /proc/cpuinfo; awk '/MemTotal/ {print ($2 > 90000)}' /proc/meminfo\r")
    pc:wait_serial("i686%s+console=ttyS0%s+%d+%s+1%s", 20)
    -- The kernel's own view of the machine: chips that its drivers found.
    pc:serial_send("dmesg | grep -c -e '16550A' -e 'i8042 KBD port' -e 'i8042 AUX port' -e rtc_cmos; echo $((6 * 7)) end\r")
    local found = tonumber((pc:wait_serial("(%d+)%s+42 end", 20)))
    assert(found >= 4, "of UART, keyboard, mouse and clock the kernel found " .. found)
    pc:close()
end)
