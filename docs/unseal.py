"""What restore.py needs for encrypted objects, by the section "Encryption" of docs/repository-format.md. Needs libcrypto.so.3 (or .1.1)."""
import base64, ctypes, ctypes.util, functools, hmac, json, os, sys

CRYPTO = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
CRYPTO.EVP_CIPHER_CTX_new.restype = CRYPTO.EVP_aes_256_gcm.restype = ctypes.c_void_p
TAG, SET_TAG = 16, 0x11


def derive(key, salt, purpose, length=32):
    """HKDF with SHA-256, of which one block is enough."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, b"BackupPortal/1/" + purpose.encode() + b"\1", "sha256")[:length]


def unseal(key, number, bound, content, name):
    """AES-256-GCM. The nonce is a number of 12 bytes, of which the first four are zeros."""
    context, plain, length = ctypes.c_void_p(CRYPTO.EVP_CIPHER_CTX_new()), ctypes.create_string_buffer(len(content) + 1), ctypes.c_int()
    nonce, secret, tag = bytes(4) + number.to_bytes(8, "little"), content[:-TAG], content[-TAG:]
    fits = (
        len(tag) == TAG
        and CRYPTO.EVP_DecryptInit_ex(context, ctypes.c_void_p(CRYPTO.EVP_aes_256_gcm()), None, key, nonce)
        and CRYPTO.EVP_DecryptUpdate(context, None, ctypes.byref(length), bound, len(bound))
        and CRYPTO.EVP_DecryptUpdate(context, plain, ctypes.byref(length), secret, len(secret))
        and CRYPTO.EVP_CIPHER_CTX_ctrl(context, SET_TAG, TAG, tag)
        and CRYPTO.EVP_DecryptFinal_ex(context, ctypes.create_string_buffer(TAG), ctypes.byref(length)))
    CRYPTO.EVP_CIPHER_CTX_free(context)
    return plain.raw[:len(secret)] if fits == 1 else sys.exit(f"error: {name} cannot be decrypted")


class Pack:
    """One pack's frames and footer, under a key that only it has."""

    def __init__(self, data_key, header):
        self.header, self.key = header, derive(data_key, b"", f"pack/{header[16:].hex()}")

    def frame(self, number, stored, name):
        return unseal(self.key, number, self.header, stored, name)

    def footer(self, lengths, stored):
        return unseal(self.key, 2**64 - 1, self.header + lengths, stored, f"the footer of pack {self.header[16:].hex()}")


class Keys:
    """The data keys of a repository, opened with the master key: 32 bytes in base64 or hexadecimal digits."""

    def __init__(self, root, master_key):
        self.root, text = root, master_key.strip()
        self.master_key = bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text)
        if len(self.master_key) != 32:
            sys.exit("error: the backup is encrypted: give the master key in the environment variable Encryption__MasterKey")

    @functools.lru_cache(maxsize=None)
    def data_key(self, name):
        key = f"keys/{name}-{derive(self.master_key, b'', 'fingerprint', 8).hex()}.json"
        if not os.path.exists(os.path.join(self.root, key)):
            sys.exit(f"error: {key} is missing: the data key {name} is not wrapped by this master key")
        with open(os.path.join(self.root, key), encoding="ascii") as file:
            wrapped = json.load(file)
        wrapping_key = derive(self.master_key, bytes.fromhex(wrapped["salt"]), f"wrap/{name}")
        return unseal(wrapping_key, 0, b"", bytes.fromhex(wrapped["wrapped"]), key)

    def record(self, envelope, snapshot, key):
        record_key = derive(self.data_key(envelope["key"]), bytes.fromhex(envelope["salt"]), f"record/{snapshot}")
        return unseal(record_key, 0, b"", base64.b64decode(envelope["record"]), key)

    def document(self, data_key, data, start, key):
        salt = data[start:start + 16]
        return unseal(derive(self.data_key(data_key.hex()), salt, f"document/{key}"), 0, data[:start], data[start + 16:], key)

    def name(self, data_key, content):
        return hmac.digest(derive(self.data_key(data_key.hex()), b"", "names"), content, "sha256").hex()

    def pack(self, header):
        return Pack(self.data_key(header[11:15].hex()), header)
