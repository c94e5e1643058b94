#!/usr/bin/env python3
"""restore-snapshot.py REPOSITORY SNAPSHOT OUTDIR

Restores the database (OUTDIR/app.db) and the files (OUTDIR/files/) of a BackupPortal snapshot from the repository's folder alone, by
docs/repository-format.md. SNAPSHOT is an identifier, a unique beginning of one, or "latest". Needs Python 3 and libzstd.so.1
(libbrotlidec.so.1 only where a frame was stored with Brotli). Every hash is checked; owners are not set, modes and times are."""
import ctypes, functools, hashlib, json, os, re, struct, sys

ZSTD = functools.cache(lambda: ctypes.CDLL("libzstd.so.1"))
BROTLI = functools.cache(lambda: ctypes.CDLL("libbrotlidec.so.1"))


def need(condition, message):
    if not condition:
        sys.exit("error: " + message)


def decode(codec, stored, raw_length, reference, name):
    need(codec <= 3, f"{name}: unknown codec {codec}")
    if codec == 0:
        return stored
    out, size = ctypes.create_string_buffer(max(raw_length, 1)), ctypes.c_size_t(raw_length)
    if codec == 2:
        ok = BROTLI().BrotliDecoderDecompress(ctypes.c_size_t(len(stored)), stored, ctypes.byref(size), out) == 1
    else:
        z = ZSTD()
        z.ZSTD_createDCtx.restype, z.ZSTD_decompressDCtx.restype = ctypes.c_void_p, ctypes.c_size_t
        context = ctypes.c_void_p(z.ZSTD_createDCtx())
        if codec == 3:
            z.ZSTD_DCtx_refPrefix(context, reference, ctypes.c_size_t(len(reference)))
        size.value = z.ZSTD_decompressDCtx(context, out, size, stored, ctypes.c_size_t(len(stored)))
        ok = size.value <= raw_length
        z.ZSTD_freeDCtx(context)
    need(ok and size.value == raw_length, f"{name}: cannot be decoded")
    return out.raw[:raw_length]


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        self.at += length
        need(self.at <= len(self.data), "a document ends too early")
        return self.data[self.at - length:self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        value = self.number()
        return (value >> 1) ^ -(value & 1)

    def packs(self):
        return [self.take(16).hex() for _ in range(self.number())]


class Repository:
    def __init__(self, root):
        self.root = root

    def read(self, key):
        try:
            with open(os.path.join(self.root, key), "rb") as file:
                return file.read()
        except FileNotFoundError:
            sys.exit(f"error: {key} is missing")

    def record(self, wanted):
        names = sorted(n[:-5] for n in os.listdir(os.path.join(self.root, "snapshots")) if re.fullmatch(r"[0-9]{8}t[0-9]{6}z-[0-9a-f]{8}\.json", n))
        fitting = names[-1:] if wanted == "latest" else [n for n in names if n.startswith(wanted)]
        need(len(fitting) == 1, f"{len(fitting)} snapshots fit {wanted}")
        text = self.read(f"snapshots/{fitting[0]}.json")
        record = json.loads(text)
        need(record["format"] == 1, f"format {record['format']} is newer than this script")
        digits = text[-68:-4]
        need(text[-4:] == b'"\n}\n' and hashlib.sha256(text[:-68] + b"0" * 64 + text[-4:]).hexdigest().encode() == digits, "the record is damaged")
        need(record["id"] == fitting[0], "the record is that of another snapshot")
        return record

    def document(self, folder, name):
        data = self.read(f"{folder}/{name}")
        magic, version, codec, length = struct.unpack_from("<8sHB5xQ", data)
        need(magic == b"BPDOC\r\n\0" and version == 1, f"{folder}/{name} is no document of format 1")
        at, reference = 24, b""
        if codec == 3:
            at, reference = 56, self.document(folder, data[24:56].hex()).data
        raw = decode(codec, data[at:], length, reference, f"{folder}/{name}")
        need(hashlib.sha256(raw).hexdigest() == name, f"{folder}/{name} is damaged")
        return Reader(raw)

    @functools.lru_cache(maxsize=None)
    def pack(self, pack):
        """Path, and (kind, codec, raw length, stored length, pages, hash, bases, offset, first slot) of each frame."""
        path = os.path.join(self.root, "packs", pack[:2], pack + ".pack")
        need(os.path.exists(path), f"pack {pack} is missing")
        with open(path, "rb") as file:
            magic, version, flags, owner = struct.unpack("<8sH6s16s", file.read(32))
            need(magic == b"BPPACK\r\n" and version == 1 and flags == bytes(6) and owner.hex() == pack, f"pack {pack} is no pack of format 1")
            file.seek(-56, 2)
            stored, raw, codec, digest, magic = struct.unpack("<IIB7x32s8s", file.read(56))
            need(magic == b"BPPEND\r\n", f"pack {pack} was cut short")
            file.seek(-56 - stored, 2)
            footer = decode(codec, file.read(stored), raw, b"", f"footer of {pack}")
        need(hashlib.sha256(footer).digest() == digest, f"footer of pack {pack} is damaged")
        reader, frames, offset, slot = Reader(footer), [], 32, 0
        need(reader.take(16).hex() == pack, f"pack {pack} is another pack")
        base_packs = reader.packs()
        for _ in range(reader.number()):
            kind, codec = reader.take(2)
            raw, stored, pages, digest = reader.number(), reader.number(), reader.number(), reader.take(32)
            extension, bases, expected = Reader(reader.take(reader.number())), [], 0
            for _ in range(extension.number() if codec == 3 else 0):
                base, start = base_packs[extension.number()], expected + extension.signed()
                bases.append((base, start, extension.number(), extension.number()))
                expected = start + bases[-1][3]
            frames.append((kind, codec, raw, stored, pages, digest, bases, offset, slot))
            offset, slot = offset + stored, slot + pages
        return path, frames

    @functools.lru_cache(maxsize=64)
    def frame(self, pack, number):
        path, frames = self.pack(pack)
        kind, codec, raw_length, length, pages, digest, bases, offset, _ = frames[number]
        reference = b"".join(
            b"".join(self.pages(b, start, n)) if kind == 1 else self.frame(b, start)[at:at + n] for b, start, at, n in bases)
        with open(path, "rb") as file:
            file.seek(offset)
            raw = decode(codec, file.read(length), raw_length, reference, f"frame {number} of pack {pack}")
        hashed = raw if kind != 1 else b"".join(
            hashlib.sha256(raw[i:i + raw_length // pages]).digest() for i in range(0, raw_length, raw_length // pages))
        need(hashlib.sha256(hashed).digest() == digest, f"frame {number} of pack {pack} is damaged")
        return raw

    def pages(self, pack, slot, count):
        for number, frame in enumerate(self.pack(pack)[1]):
            raw_length, pages, first = frame[2], frame[4], frame[8]
            begin, end = max(slot, first), min(slot + count, first + pages)
            if begin < end:
                size = raw_length // pages
                yield self.frame(pack, number)[(begin - first) * size:(end - first) * size]


def restore_database(repository, facts, path):
    reader, root = repository.document("maps", facts["mapHash"]), hashlib.sha256()
    version, size, count = reader.number(), reader.number(), reader.number()
    need((version, size, count) == (1, facts["pageSize"], facts["pageCount"]), "the map does not fit the record")
    packs, zeros = reader.packs(), bytes(size)
    expected = [0] * len(packs)
    with open(path, "xb") as out:
        for _ in range(reader.number()):
            pages, pack = reader.number(), reader.number()
            if pack == 0:
                root.update(hashlib.sha256(zeros).digest() * pages)
                out.seek(pages * size, 1)
                continue
            slot = expected[pack - 1] + reader.signed()
            expected[pack - 1] = slot + pages
            for run in repository.pages(packs[pack - 1], slot, pages):
                for i in range(0, len(run), size):
                    root.update(hashlib.sha256(run[i:i + size]).digest())
                out.write(run)
        out.truncate(size * count)
    need(root.hexdigest() == facts["rootHash"], "the database does not fit its root hash")


def restore_files(repository, manifest, folder):
    reader, path, modified, folders = repository.document("manifests", manifest), b"", 0, []
    need(reader.number() == 1, "the manifest is newer than this script")
    packs = reader.packs()
    owners = [(reader.number(), reader.signed(), reader.signed()) for _ in range(reader.number())]
    frames, ends = [0] * len(packs), [0] * len(packs)
    os.makedirs(folder)
    for _ in range(reader.number()):
        path = path[:reader.number()] + reader.take(reader.number())
        kind, owner = reader.number(), owners[reader.number()]
        modified += reader.signed()
        need(not path.startswith(b"/") and not {b"", b".", b".."} & set(path.split(b"/")), "the manifest has an impossible path")
        target = os.path.join(os.fsencode(folder), path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if kind == 1:
            os.makedirs(target, exist_ok=True)
            folders.append((target, owner[0], modified))
        elif kind == 2:
            os.symlink(reader.take(reader.number()), target)
        else:
            size, digest, whole = reader.number(), reader.take(32), hashlib.sha256()
            with open(target, "xb") as out:
                for _ in range(reader.number()):
                    pack = reader.number()
                    frame = frames[pack] + reader.signed()
                    offset = reader.signed() + (ends[pack] if frame == frames[pack] else 0)
                    length = reader.number()
                    frames[pack], ends[pack] = frame, offset + length
                    data = repository.frame(packs[pack], frame)[offset:offset + length]
                    whole.update(data)
                    out.write(data)
            need(whole.digest() == digest and os.path.getsize(target) == size, f"{os.fsdecode(path)} is damaged")
            os.chmod(target, owner[0])
            os.utime(target, ns=(modified, modified))
    for target, mode, time in reversed(folders):
        os.chmod(target, mode)
        os.utime(target, ns=(time, time))


if __name__ == "__main__":
    need(len(sys.argv) == 4, __doc__)
    source, output = Repository(sys.argv[1]), sys.argv[3]
    chosen = source.record(sys.argv[2])
    os.makedirs(output, exist_ok=True)
    restore_database(source, chosen["database"], os.path.join(output, "app.db"))
    restore_files(source, chosen["files"]["manifestHash"], os.path.join(output, "files"))
    print(f"restored {chosen['id']} to {output}")
