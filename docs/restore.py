"""python3 restore.py REPOSITORY SNAPSHOT OUTDIR
Restores the database (OUTDIR/app.db) and the files (OUTDIR/files/) of a BackupPortal snapshot from the repository's folder alone, by
docs/repository-format.md. SNAPSHOT is an identifier, a unique beginning of one, or "latest". Every hash is checked; owners are not set. Needs libzstd.so.1;
for Brotli libbrotlidec.so.1; for encryption unseal.py beside it and the master key in the environment variable Encryption__MasterKey."""
import bisect, collections, ctypes, functools, io, json, mmap, os, re, struct, sys
from hashlib import sha256

PAGES, DELTA = 1, 3  # a kind of frame, a codec
Frame = collections.namedtuple("Frame", "kind codec raw_length stored_length pages hash bases offset first_slot")
ZSTD = ctypes.CDLL("libzstd.so.1")
ZSTD.ZSTD_createDCtx.restype, ZSTD.ZSTD_decompressDCtx.restype = ctypes.c_void_p, ctypes.c_size_t
CONTEXT = ctypes.c_void_p(ZSTD.ZSTD_createDCtx())


def need(condition, message):
    if not condition:
        sys.exit("error: " + message)


def decode(codec, stored, raw_length, reference, name):
    need(codec <= DELTA, f"{name}: codec {codec} is unknown")
    if codec == 0:
        return stored
    raw, length, stored_length = ctypes.create_string_buffer(max(raw_length, 1)), ctypes.c_size_t(raw_length), ctypes.c_size_t(len(stored))
    if codec == 2:
        ctypes.CDLL("libbrotlidec.so.1").BrotliDecoderDecompress(stored_length, stored, ctypes.byref(length), raw)
    else:
        ZSTD.ZSTD_DCtx_refPrefix(CONTEXT, reference, ctypes.c_size_t(len(reference)))
        length.value = ZSTD.ZSTD_decompressDCtx(CONTEXT, raw, length, stored, stored_length)  # on failure larger than any length
    need(length.value == raw_length, f"{name} cannot be decoded")
    return raw.raw[:raw_length]


class Reader(io.BytesIO):
    def number(self):
        value = shift = 0
        while (byte := self.read(1)[0]) >= 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def signed(self):
        value = self.number()
        return (value >> 1) ^ -(value & 1)

    def packs(self):
        return [self.read(16).hex() for _ in range(self.number())]


class Repository:
    def __init__(self, root):
        self.root = root

    @functools.cached_property
    def keys(self):
        import unseal
        return unseal.Keys(self.root, os.environ.get("Encryption__MasterKey", ""))

    def open(self, key):
        need(os.path.exists(os.path.join(self.root, key)), f"{key} is missing")
        return open(os.path.join(self.root, key), "rb")

    def record(self, wanted):
        revisions = collections.Counter()  # of each snapshot's record; the highest counts
        for name in os.listdir(os.path.join(self.root, "snapshots")):
            if match := re.fullmatch(r"(\d{8}t\d{6}z-[0-9a-f]{8})(?:\.([1-9]\d*))?\.json", name):
                revisions[match[1]] = max(revisions[match[1]], int(match[2] or 0))
        fitting = sorted(revisions)[-1:] if wanted == "latest" else [name for name in revisions if name.startswith(wanted)]
        need(len(fitting) == 1, f"{len(fitting)} snapshots fit {wanted}")
        snapshot, revision = fitting[0], revisions[fitting[0]]
        key = f"snapshots/{snapshot}.{revision}.json" if revision else f"snapshots/{snapshot}.json"
        text = self.open(key).read()
        text = self.keys.record(json.loads(text), snapshot, key) if b'\n  "record": "' in text else text
        digits = sha256(text[:-68] + b"0" * 64 + text[-4:]).hexdigest()
        need(text.endswith(f',\n  "checksum": "{digits}"\n}}\n'.encode()), f"{key} is damaged")
        record = json.loads(text)
        need((record["format"], record["id"], record.get("revision", 0)) == (1, snapshot, revision), f"{key} is of a later format, or of another snapshot")
        return record

    def document(self, folder, name):
        data = self.open(key := f"{folder}/{name}").read()
        need(len(data) >= 24 and data[:10] == b"BPDOC\r\n\0\1\0", f"{key} is damaged, or no document of format 1")
        codec, encrypted, data_key, raw_length = struct.unpack_from("<B?4sQ", data, 10)
        start, reference = (56, self.document(folder, data[24:56].hex()).getvalue()) if codec == DELTA else (24, b"")
        stored = self.keys.document(data_key, data, start, key) if encrypted else data[start:]
        raw = decode(codec, stored, raw_length, reference, key)
        need((self.keys.name(data_key, raw) if encrypted else sha256(raw).hexdigest()) == name, f"{key} is damaged")
        return Reader(raw)

    @functools.lru_cache(maxsize=None)
    def pack(self, pack):
        """The content of a pack, how it is encrypted (or None), its frames, and the first slot of each."""
        with self.open(key := f"packs/{pack[:2]}/{pack}.pack") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size >= 88 else bytes(88)
        header, trailer = content[:32], content[-56:]
        need(header[:10] == b"BPPACK\r\n\1\0" and header[16:].hex() == pack and trailer[48:] == b"BPPEND\r\n", f"{key} is damaged")
        stored_length, raw_length, codec, digest = struct.unpack_from("<IIB7x32s", trailer)
        stored, seal = content[-56 - stored_length:-56], self.keys.pack(header) if header[10] else None
        footer = decode(codec, seal.footer(trailer[:16], stored) if seal else stored, raw_length, b"", f"the footer of {key}")
        need(sha256(stored if seal else footer).digest() == digest and footer[:16].hex() == pack, f"the footer of {key} is damaged")
        data, frames, offset, slot = Reader(footer[16:]), [], 32, 0
        base_packs = data.packs()
        for _ in range(data.number()):
            (kind, codec), raw, stored, pages, digest, bases, end = data.read(2), data.number(), data.number(), data.number(), data.read(32), [], 0
            extension = Reader(data.read(data.number()))
            for _ in range(extension.number() if codec == DELTA else 0):
                base, start = base_packs[extension.number()], end + extension.signed()
                bases.append((base, start, extension.number(), extension.number()))
                end = start + bases[-1][3]
            frames.append(Frame(kind, codec, raw, stored, pages, digest, bases, offset, slot))
            offset, slot = offset + stored, slot + pages
        return content, seal, frames, [frame.first_slot for frame in frames]

    @functools.lru_cache(maxsize=256)  # maps and manifests go through each pack in order, so that a frame is needed for a while only
    def frame(self, pack, number):
        """The raw bytes of a frame, and what its hash is that of: these, or the hashes of its pages."""
        content, seal, frames, _ = self.pack(pack)
        frame, name = frames[number], f"frame {number} of pack {pack}"
        reference = b"".join(
            b"".join(raw for raw, _ in self.pages(base, start, length)) if frame.kind == PAGES else self.frame(base, start)[0][offset:offset + length]
            for base, start, offset, length in frame.bases)
        stored = content[frame.offset:frame.offset + frame.stored_length]
        raw = decode(frame.codec, seal.frame(number, stored, name) if seal else stored, frame.raw_length, reference, name)
        size = len(raw) // max(frame.pages, 1)
        hashed = b"".join(sha256(raw[at:at + size]).digest() for at in range(0, len(raw), size)) if frame.kind == PAGES else raw
        need(sha256(hashed).digest() == frame.hash, f"{name} is damaged")
        return raw, hashed

    def pages(self, pack, slot, count):
        _, _, frames, first_slots = self.pack(pack)
        while count > 0:
            number = bisect.bisect_right(first_slots, slot) - 1
            first, here = slot - first_slots[number], min(count, first_slots[number] + frames[number].pages - slot)
            need(here > 0, f"pack {pack} has no page {slot}")
            (raw, hashes), size = self.frame(pack, number), frames[number].raw_length // frames[number].pages
            yield raw[first * size:(first + here) * size], hashes[first * 32:(first + here) * 32]
            slot, count = slot + here, count - here

    def restore_database(self, facts, path):
        data, root, ends = self.document("maps", facts["mapHash"]), sha256(), collections.Counter()
        version, size, page_count = data.number(), data.number(), data.number()
        need((version, size, page_count) == (1, facts["pageSize"], facts["pageCount"]), "the map does not fit the record")
        packs = data.packs()
        with open(path, "xb") as out:
            for _ in range(data.number()):
                count, pack = data.number(), data.number() - 1
                if pack < 0:
                    root.update(sha256(bytes(size)).digest() * count)
                    out.seek(count * size, os.SEEK_CUR)
                    continue
                first = ends[pack] + data.signed()
                ends[pack] = first + count
                for raw, hashes in self.pages(packs[pack], first, count):
                    root.update(hashes)
                    out.write(raw)
            out.truncate(size * page_count)
        need(root.hexdigest() == facts["rootHash"], "the database does not fit its root hash")

    def restore_files(self, manifest, folder):
        data, path, modified, attributes = self.document("manifests", manifest), b"", 0, []
        frames, ends = collections.Counter(), collections.Counter()  # of each pack, what was used last
        need(data.number() == 1, "the manifest is of a later format")
        packs = data.packs()
        modes = [(data.number(), data.signed(), data.signed())[0] for _ in range(data.number())]
        for _ in range(data.number()):
            path = path[:data.number()] + data.read(data.number())
            kind, mode, modified = data.number(), modes[data.number()], modified + data.signed()
            need(not {b"", b".", b".."} & set(path.split(b"/")), "the manifest has an impossible path")
            target = os.path.join(os.fsencode(folder), path)
            os.makedirs(target if kind == 1 else os.path.dirname(target), exist_ok=True)
            if kind == 2:
                os.symlink(data.read(data.number()), target)
                continue
            attributes.append((target, mode, modified))
            if kind == 1:
                continue
            size, digest, whole = data.number(), data.read(32), sha256()
            with open(target, "xb") as out:
                for _ in range(data.number()):
                    pack = data.number()
                    frame = frames[pack] + data.signed()
                    start = data.signed() + (ends[pack] if frame == frames[pack] else 0)
                    frames[pack], ends[pack] = frame, start + data.number()
                    content = self.frame(packs[pack], frame)[0][start:ends[pack]]
                    whole.update(content)
                    out.write(content)
                need(whole.digest() == digest and out.tell() == size, f"{os.fsdecode(path)} is damaged")
        for target, mode, time in reversed(attributes):  # from the inside out, since what is done in a folder changes its time
            os.chmod(target, mode)
            os.utime(target, ns=(time, time))


if __name__ == "__main__":
    need(len(sys.argv) == 4, __doc__)
    source, output = Repository(sys.argv[1]), sys.argv[3]
    chosen = source.record(sys.argv[2])
    os.makedirs(os.path.join(output, "files"))
    source.restore_database(chosen["database"], os.path.join(output, "app.db"))
    source.restore_files(chosen["files"]["manifestHash"], os.path.join(output, "files"))
    print(f"restored {chosen['id']} to {output}")
