#!/usr/bin/env python3
"""The scenes of scenes.c on QEMU, dot by dot beside ours. Where QEMU's picture is another, `rules` foretells it from
ours: each rule is one thing that QEMU 7.2 does differently from the VGA's documentation, and must hold exactly.
Use: against_qemu.py SCENES-IMAGE BIOS PICTURE-FOLDER (of video.lua)"""

import os, re, shutil, socket, subprocess, sys, tempfile, time

image, bios, pictures = sys.argv[1:4]


class Picture:
    """Three bytes a dot."""

    def __init__(self, width, height, dots=None):
        self.width, self.height = width, height
        self.dots = bytearray(dots if dots is not None else width * height * 3)

    def at(self, x, y):
        return 3 * (y * self.width + x)

    def get(self, x, y):
        return bytes(self.dots[self.at(x, y):self.at(x, y) + 3])

    def put(self, x, y, dot):
        self.dots[self.at(x, y):self.at(x, y) + 3] = dot

    def rows(self, first, count):
        return Picture(self.width, count, self.dots[self.at(0, first):self.at(0, first + count)])


def read_ppm(data):
    _, size, _, dots = data.split(b"\n", 3)
    return Picture(*map(int, size.split()), dots)


def ours(name):
    file = os.path.join(pictures, name + ".png")
    return read_ppm(subprocess.run(["convert", file, "-depth", "8", "ppm:-"], capture_output=True, check=True).stdout)


# ---- what QEMU does differently: from our picture and QEMU's, the two that must be equal ----

def levels(bits):
    """QEMU fills the low bits of a converter's level in its own way: the high ones count."""
    low = 8 - bits
    table = bytes((v >> low << low) | (v >> bits) & ((1 << low) - 1) for v in range(256))

    def rule(a, b):
        return a, Picture(b.width, b.height, b.dots.translate(table))
    return rule


def both(*rules):
    def rule(a, b):
        for one in rules:
            a, b = one(a, b)
        return a, b
    return rule


def ninth_dot(a, b, row=6, height=16, dy=0):
    """QEMU repeats the eighth dot of B0h-DFh in the ninth; line graphics are C0h-DFh (IBM, Attribute Mode Control)."""
    for y in range(row * height - dy, (row + 1) * height - dy):
        for column in range(18, 34):
            a.put(column * 9 + 8, y, a.get(column * 9 + 7, y))
    return a, b


def no_ninth_dot(a, b):
    """QEMU has no nine-dot cells with a halved dot clock, so its 40 columns take 640 dots, not 720."""
    narrow = Picture(640, 400)
    for y in range(400):
        for x in range(640):
            narrow.put(x, y, a.get(x // 16 * 18 + x % 16, y))
    return narrow, b


def no_double_scan(a, b):
    """QEMU's text ignores the doubled lines of 200-line modes: its 25 rows take the upper half."""
    half = Picture(640, 200)
    for y in range(200):
        half.dots[half.at(0, y):half.at(0, y + 1)] = a.dots[a.at(0, 2 * y):a.at(0, 2 * y + 1)]
    return half, b.rows(0, 200)


def no_underline(lines, columns):
    """QEMU never underlines: the lines of the underlined cells are left out."""
    def rule(a, b):
        for y in lines:
            for column in columns:
                for x in range(column * 9, column * 9 + 9):
                    a.put(x, y, b.get(x, y))
        return a, b
    return rule


def whole_rows(a, b):
    """QEMU's text knows no panning (3 dots), no preset row scan (6 lines), and splits at the end of a row, 4 lines on."""
    moved = Picture(700, 280)
    for y in range(280):
        moved.dots[moved.at(0, y):moved.at(0, y + 1)] = b.dots[b.at(3, y + 6):b.at(703, y + 6)]
    ninth = Picture(700, 280)
    for y in range(280):
        ninth.dots[ninth.at(0, y):ninth.at(0, y + 1)] = a.dots[a.at(0, y):a.at(700, y)]
    for column in range(18, 34): # row 6 is the sixth one shown: the picture begins at row 1
        for y in range(5 * 16 - 6, 6 * 16 - 6):
            ninth.put(column * 9 + 8 - 3, y, ninth.get(column * 9 + 7 - 3, y))
    ninth.dots += a.rows(300, 90).dots
    moved.dots += b.rows(304, 90).dots
    return Picture(1, len(ninth.dots) // 3, ninth.dots), Picture(1, len(moved.dots) // 3, moved.dots)


def no_panning(a, b):
    """QEMU does not pan graphics: its picture lies one dot (two of the monitor's) to the right."""
    left, right = Picture(638, 480), Picture(638, 480)
    for y in range(480):
        left.dots[left.at(0, y):left.at(0, y + 1)] = a.dots[a.at(0, y):a.at(638, y)]
        right.dots[right.at(0, y):right.at(0, y + 1)] = b.dots[b.at(2, y):b.at(640, y)]
    return left, right


def chained_planes(a, b):
    """After a packed mode QEMU leaves its chain of planes on in sixteen-colour modes: four bytes that a program writes
    into four planes each go into one plane each. The letters are the BIOS's and left out."""
    written = bytes((at % 100 * 16 // 100 + at // 100 // 40) & 255 for at in range(60000))
    palette = [a.get(8 * (100 * c // 16 + 1), 0) for c in range(16)]
    foretold = Picture(800, 600)
    for word in range(15000):
        for x in range(8):
            colour = sum((written[4 * word + plane] >> (7 - x) & 1) << plane for plane in range(4))
            foretold.put(8 * (word % 100) + x, word // 100, palette[colour])
    for y in range(40, 44):
        foretold.dots[foretold.at(0, y):foretold.at(0, y + 1)] = b.dots[b.at(0, y):b.at(0, y + 1)]
    return foretold, b


def depth_changes(a, b):
    """QEMU lets the depth be changed while the picture stands; the API refuses it, as we do. The same bytes in 32 bits."""
    memory = bytearray(1600 * 1200)
    for at in range(0, len(memory), 7):
        memory[at] = at // 1600 & 255
    foretold = Picture(1600, 1200)
    for i in range(len(memory) // 4):
        foretold.dots[3 * i:3 * i + 3] = bytes((memory[4 * i + 2], memory[4 * i + 1], memory[4 * i]))
    return foretold, b


def counted_once(a, b):
    """QEMU's text has a character for each count of the address counter, whatever CRTC 17h bit 3 says."""
    doubled = Picture(720, 400)
    for y in range(400):
        for column in range(80):
            at = b.at(column // 2 * 9, y)
            doubled.dots[doubled.at(column * 9, y):doubled.at(column * 9 + 9, y)] = b.dots[at:at + 27]
    return a, doubled


def no_page(a, b):
    """QEMU knows no page bit: what is written lies elsewhere, and the place that is shown is empty."""
    return Picture(720, 400), b


def two_banks(a, b):
    """QEMU puts both bits of the row scan counter at address bit 13, where the second replaces the first: lines 0 and 1 of
    a row come from bank 0, 2 and 3 from bank 1, which hold our lines 0 and 1."""
    foretold = Picture(640, 350)
    for y in range(350):
        foretold.dots[foretold.at(0, y):foretold.at(0, y + 1)] = a.rows(y // 4 * 4 + y % 4 // 2, 1).dots
    return foretold, b


def no_interrupt(a, b):
    """QEMU has no vertical interrupt: it counts 00."""
    for y in range(32, 48):
        zero = a.dots[a.at(11 * 9, y):a.at(12 * 9, y)] # of the 10 before
        for column in (26, 27):
            a.dots[a.at(column * 9, y):a.at(column * 9 + 9, y)] = zero
    return a, b


def same(a, b):
    return a, b


rules = {
    "text-80x25": both(levels(6), ninth_dot),
    "text-40x25": both(levels(6), no_ninth_dot),
    "text-80x28": both(levels(6), lambda a, b: ninth_dot(a, b, height=14)),
    "text-80x50": both(levels(6), lambda a, b: ninth_dot(a, b, height=8)),
    "text-200-lines": both(levels(6), no_double_scan),
    "text-mono": both(levels(6), ninth_dot, no_underline((191, 255), (3, 11))),
    "text-two-fonts": both(levels(6), ninth_dot),
    "text-smooth-split": both(levels(6), whole_rows),
    "text-underline": both(levels(6), no_underline((45,), range(80))),
    "text-counted-by-2": both(levels(6), counted_once),
    "text-odd-page": no_page,
    "ega-four-banks": both(levels(6), two_banks),
    "text-interrupts": both(levels(6), no_interrupt),
    "text-again": both(levels(6), ninth_dot),
    "vga-unchained": both(levels(6), no_panning),
    "vbe-800x600x4": both(levels(6), chained_planes),
    "vbe-640x480x15": levels(5),
    "vbe-800x600x16": same,
    "vbe-320x200x24": same,
    "vbe-640x480x32": same,
    "vbe-1600x1200x8": depth_changes,
    "vbe-letters-16bit": same,
}


# ---- QEMU ----

class Qemu:
    # It starts stopped: what it says before there is somebody to listen would be lost.
    def __init__(self, folder):
        sockets = [os.path.join(folder, name) for name in ("monitor", "serial")]
        self.process = subprocess.Popen(
            ["qemu-system-i386", "-S", "-display", "none", "-vga", "std", "-m", "16", "-bios", bios,
             "-drive", "file=%s,format=raw,snapshot=on" % image,
             "-monitor", "unix:%s,server,nowait" % sockets[0], "-serial", "unix:%s,server,nowait" % sockets[1]])
        self.monitor, self.serial = map(self.connect, sockets)
        self.heard = b""
        self.answer()
        self.command("cont")

    def connect(self, path):
        for _ in range(300):
            try:
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(path)
                connection.settimeout(120)
                return connection
            except OSError:
                time.sleep(0.1)
        raise SystemExit("QEMU does not answer")

    def answer(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            text += self.monitor.recv(65536)

    def command(self, line):
        self.monitor.sendall(line.encode() + b"\n")
        self.answer()

    def scene(self):
        while True:
            match = re.search(rb"scene ([\w-]+)\n", self.heard)
            if match:
                self.heard = self.heard[match.end():]
                return match.group(1).decode()
            self.heard += self.serial.recv(4096)


def main():
    number = failed = 0
    missing = [tool for tool in ("qemu-system-i386", "convert") if not shutil.which(tool)]
    if missing:
        print("ok 1 - the scenes on QEMU # SKIP no %s here\n1..1" % missing[0])
        return 0
    with tempfile.TemporaryDirectory() as folder:
        qemu = Qemu(folder)
        dump = os.path.join(folder, "dump.ppm")
        try:
            for name in iter(qemu.scene, "end"):
                qemu.command("screendump " + dump)
                with open(dump, "rb") as file:
                    a, b = rules.get(name, levels(6))(ours(name), read_ppm(file.read()))
                number += 1
                equal = (a.width, a.height, a.dots) == (b.width, b.height, b.dots)
                failed += not equal
                if not equal:
                    print("# ours %u x %u, QEMU's %u x %u" % (a.width, a.height, b.width, b.height))
                print("%sok %u - %s is as on QEMU%s" %
                      ("" if equal else "not ", number, name, ", but for what is told" if rules.get(name, same) is not same else ""))
                sys.stdout.flush()
                qemu.command("sendkey spc")
        finally:
            qemu.process.kill()
            qemu.process.wait()
    print("1..%u" % number)
    return failed != 0


sys.exit(main())
