# For the benchmark: how many blocks of which size such a change touches.
"""pagediff.py OLD NEW: aligned blocks of NEW that differ from OLD (or lie beyond its end), at 4/16/64 KiB and 1 MiB."""
import sys
def diff(old, new, P=4096):
    ch = []; same = appended = 0
    with open(old, "rb") as f, open(new, "rb") as g:
        i = 0
        while True:
            b = g.read(1 << 20)
            if not b: break
            a = f.read(1 << 20)
            if a == b:
                i += -(-len(b) // P); continue
            for o in range(0, len(b), P):
                x, y = a[o:o + P], b[o:o + P]
                if x != y:
                    ch.append(i)
                    if not x: appended += 1
                i += 1
    return ch, i, appended
if __name__ == "__main__":
    ch, n, app = diff(sys.argv[1], sys.argv[2])
    print(f"4 KiB pages: {len(ch)} of {n} changed = {100*len(ch)/n:.2f} % ({app} of them appended)")
    for k, name in ((4, "16 KiB"), (16, "64 KiB"), (256, "1 MiB")):
        s = len({c // k for c in ch}); t = -(-n // k)
        print(f"{name}: {s} of {t} = {100*s/t:.2f} %  -> {s*k*4096/1e6:.1f} MB to resend")
