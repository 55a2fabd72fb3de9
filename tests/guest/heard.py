"""Tells what was played into a raw file of 48000 signed 16-bit samples a second.

heard.py tones FILE HERTZ:SECONDS...   these tones, each whole, with silence between
heard.py stop FILE HERTZ               two stretches of a tone: the first dies away, the second grows
"""

import array
import sys

RATE = 48000
LOUD = 1000


def samples_of(path):
    samples = array.array("h")
    with open(path, "rb") as file:
        data = file.read()
    samples.frombytes(data[: len(data) // 2 * 2])
    return samples


def stretches(samples, silence):
    """First and last sample of each stretch between silences of so many seconds."""
    found, first, last = [], None, 0
    for i, sample in enumerate(samples):
        if first is not None and i - last > silence * RATE:
            found.append((first, last))
            first = None
        if abs(sample) > LOUD:
            first, last = i if first is None else first, i
    return found + ([(first, last)] if first is not None else [])


def tone_of(samples, first, last):
    """Hertz by the rises through zero, and seconds."""
    rises, low = [], True
    for i in range(first, last + 1):
        if samples[i] < -LOUD:
            low = True
        elif low and samples[i] > LOUD:
            rises.append(i)
            low = False
    if len(rises) < 2:
        return 0, 0
    hertz = (len(rises) - 1) * RATE / (rises[-1] - rises[0])
    return hertz, (rises[-1] - rises[0]) / RATE + 1 / hertz


def tones(samples, wanted):
    played = [tone_of(samples, *stretch) for stretch in stretches(samples, 0.008)]
    print("heard " + ", ".join("%.1f Hz for %.3f s" % tone for tone in played))
    # A tone whose edges the guest times by the BIOS is up to a tick of the refresh too low: 15 of 2,000 microseconds.
    return len(played) == len(wanted) and all(
        abs(hertz - hz) < hz / 50 and abs(seconds - s) < 0.02
        for (hertz, seconds), (hz, s) in zip(played, wanted)
    )


def stop(samples, hertz):
    """At an edge the tone's height is at most half of what it is within."""
    played = stretches(samples, 0.2)
    print("heard %d stretches" % len(played))
    if len(played) < 2:
        return False
    (begin, end), (again, last) = played[0], played[-1]
    period = RATE // hertz
    height = max(samples[end - 20 * period : end - 10 * period])
    edges = [max(map(abs, samples[end - 1 : end + period])), max(map(abs, samples[again - 1 : again + 2]))]
    print("height %d, at the edges %s" % (height, edges))
    pitches = [tone_of(samples, *stretch)[0] for stretch in ((begin, end), (again, last))]
    print("pitches %s" % pitches)
    return height > 3 * LOUD and max(edges) < height / 2 and all(abs(p - hertz) < hertz / 100 for p in pitches)


def main(kind, path, *wanted):
    samples = samples_of(path)
    if kind == "tones":
        return tones(samples, [tuple(map(float, tone.split(":"))) for tone in wanted])
    return stop(samples, int(wanted[0]))


sys.exit(0 if main(*sys.argv[1:]) else 1)
