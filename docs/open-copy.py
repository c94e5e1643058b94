"""Opens an encrypted local copy without BackupPortal, by the section "Encrypted copies" of docs/export-formats.md. Needs unseal.py beside it.

    python3 open-copy.py COPY.zip.enc PASSPHRASE-FILE COPY.zip

PASSPHRASE-FILE holds the passphrase in its first line. What comes out is a ZIP that any unzip tool opens."""
import hashlib, os, struct, sys, unicodedata

from unseal import TAG, unseal

HEADER, LAST = 52, 1 << 63


def open_copy(source, passphrase, target):
    header = source.read(HEADER)
    magic, kind, iterations, size = struct.unpack("<8sB3xII", header[:20]) if len(header) == HEADER else (b"", 0, 0, 0)
    if magic != b"BPCOPY01" or kind != 1:
        sys.exit("error: this is no encrypted local copy, or one of a newer version")
    secret = unicodedata.normalize("NFC", passphrase).encode()
    key = hashlib.pbkdf2_hmac("sha256", secret, header[20:], iterations, 32)
    number, chunk = 0, source.read(size + TAG)
    while chunk:
        following = source.read(size + TAG)
        target.write(unseal(key, number | (0 if following else LAST), header, chunk, f"chunk {number} (is the passphrase right?)"))
        number, chunk = number + 1, following
    if number == 0:
        sys.exit("error: the copy is not complete")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[2], encoding="utf-8") as file:
        words = file.readline().rstrip("\r\n")
    unfinished = sys.argv[3] + ".part"
    try:
        with open(sys.argv[1], "rb") as source, open(unfinished, "xb") as target:
            open_copy(source, words, target)
        os.rename(unfinished, sys.argv[3])
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)
