"""What a worker talks to: an archive, a bucket and a callback, as one server on this machine."""

import base64
import gzip
import hashlib
import http.server
import json
import pathlib
import re
import socketserver
import threading
import time
import urllib.parse

FIXTURES_ROOT = "01KAB3RDR0KQRZEDN60FKJ7T10"


def cid(content):
    digest = b"\x01\x55\x12\x20" + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(digest).decode().lower().rstrip("=")


class Folder:
    """A tree in files."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.root = FIXTURES_ROOT

    def entity(self, pi):
        return self.read("entities", pi)

    def component(self, name):
        return self.read("ipfs", name)

    def read(self, kind, name):
        file = self.folder / kind / name
        return file.read_bytes() if file.is_file() else None


class Made:
    """A root with many children, each with a description, three pages and their text."""

    PAGES = 3

    def __init__(self, children, text_bytes):
        self.children = [f"{number:026}" for number in range(2, children + 2)]
        self.root = f"{1:026}"
        page = "Every page of this made-up letter says the same. " * (text_bytes // 49 + 1)
        self.components = {}
        self.pages = {f"page-{number}.jpg.ref.json": self.add({
            "url": f"https://cdn.arke.institute/asset/{number}", "type": "image/jpeg", "size": 1, "ocr": page[number:text_bytes],
        }) for number in range(self.PAGES)}

    def add(self, value):
        content = json.dumps(value).encode()
        name = cid(content)
        self.components[name] = content
        return name

    def entity(self, pi):
        is_root = pi == self.root
        pinax = self.add({"title": f"Letter {pi}", "type": "Text", "institution": "A made-up office", "created": "1887"})
        return json.dumps({
            "pi": pi, "ver": 1, "components": {"pinax.json": pinax} | ({} if is_root else self.pages),
            "children_pi": self.children if is_root else [],
        }).encode()

    def component(self, name):
        return self.components.get(name)


class Alike:
    """A root and entities below it, so many in all, each with the same components; their bodies are made once."""

    max_depth = 10

    def __init__(self, count, components, compressed=False):
        self.pis = [f"{number:026}" for number in range(1, count + 1)]
        self.root = self.pis[0]
        self.bodies = {}
        self.compressed = compressed
        self.listed = {}
        for key, body in components.items():
            name = cid(body)
            self.listed[key] = name
            self.bodies[name] = gzip.compress(body, 6) if compressed else body

    def entity(self, pi):
        children = self.pis[1:] if pi == self.root else []
        return json.dumps({"pi": pi, "ver": 1, "components": self.listed, "children_pi": children}).encode()

    def component(self, name):
        return self.bodies.get(name)


class Beyond:
    """A root whose children list so many entities each that are too deep."""

    max_depth = 1

    def __init__(self, parents, each):
        self.root = f"{1:026}"
        self.parents = [f"{number:026}" for number in range(2, parents + 2)]
        self.each = each

    def entity(self, pi):
        first = int(pi) * self.each
        children = self.parents if pi == self.root else [f"{1_000_000 + first + number:026}" for number in range(self.each)]
        return json.dumps({"pi": pi, "ver": 1, "components": {}, "children_pi": children}).encode()

    def component(self, _):
        return None


class Chain:
    """A root whose children are merged, each into the one before it."""

    max_depth = 10

    def __init__(self, count):
        self.root = f"{1:026}"
        self.children = [f"{number:026}" for number in range(2, count + 2)]

    def entity(self, pi):
        if int(pi) > 2:
            return json.dumps({"pi": pi, "merged": True, "merged_into": f"{int(pi) - 1:026}"}).encode()
        return json.dumps({"pi": pi, "ver": 1, "components": {}, "children_pi": self.children if pi == self.root else []}).encode()

    def component(self, _):
        return None


class World:
    """What the worker talks to: one server for all of it."""

    def __init__(self, tree, keep=True):
        """Serves a tree; unless it is to keep the parts of a file, it remembers their size alone."""
        self.tree = tree
        self.keep = keep
        self.sizes = {}
        self.first_request_ns = None
        self.is_held = threading.Event()
        self.hold = None
        self.is_released = threading.Event()
        self.callbacks = []
        self.objects = {}
        self.etags = {}
        self.parts = {}
        self.has_open_upload = False
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.world = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def environment(self, options):
        """What the orchestrator and Fly set."""
        return {
            "TASK_ID": "image-check", "PI": self.tree.root, "EXPORT_FORMAT": "mods", "EXPORT_OPTIONS": json.dumps(options),
            "CALLBACK_URL": f"{self.url}/callback", "BATCH_ID": "single", "R2_BUCKET": "arke-exports",
            "R2_ACCOUNT_ID": "account", "R2_ACCESS_KEY_ID": "key", "R2_SECRET_ACCESS_KEY": "secret",
            "FLY_APP_NAME": "arke-mods-export-worker", "FLY_MACHINE_ID": "3d8d9014b32d89", "FLY_REGION": "ord",
            "FLY_VM_MEMORY_MB": "256", "HOME": "/", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            # Beyond the contract: where the servers are.
            "ARKE_API_URL": self.url, "IPFS_GATEWAY_URL": self.url, "R2_ENDPOINT": self.url,
        }


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A worker that was told to stop lets its connections fall."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    @property
    def world(self):
        return self.server.world

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self):
        world = self.world
        world.first_request_ns = world.first_request_ns or time.monotonic_ns()
        kind, _, name = self.path[1:].partition("/")
        if name == world.hold:
            world.is_held.set()
            world.is_released.wait(60)
        found = world.tree.entity(name) if kind == "entities" else world.tree.component(name)
        encoding = {"Content-Encoding": "gzip"} if kind == "ipfs" and getattr(world.tree, "compressed", False) else {}
        self.answer(200, found, **encoding) if found else self.answer(404, b"{}")

    def do_POST(self):
        world, path = self.world, urllib.parse.urlsplit(self.path)
        body = self.body()
        if path.path == "/callback":
            world.callbacks.append((time.monotonic_ns(), json.loads(body)))
            return self.answer(200)
        if "uploads" in path.query:
            world.parts = {}
            world.has_open_upload = True
            return self.answer(200, b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
        digests, content, size = b"", b"", 0
        for number in re.findall(rb"<PartNumber>(\d+)<", body):
            part, part_size, digest = world.parts[int(number)]
            content += part
            size += part_size
            digests += digest
        etag = f'"{hashlib.md5(digests).hexdigest()}-{len(world.parts)}"'
        world.objects[path.path] = content
        world.sizes[path.path] = size
        world.etags[path.path] = etag
        world.parts = {}
        world.has_open_upload = False
        self.answer(200, f"<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>".encode())

    def do_PUT(self):
        path = urllib.parse.urlsplit(self.path)
        content = self.body()
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        part = urllib.parse.parse_qs(path.query).get("partNumber")
        if part:
            kept = content if self.world.keep else b""
            self.world.parts[int(part[0])] = (kept, len(content), hashlib.md5(content).digest())
        else:
            self.world.objects[path.path] = content
            self.world.sizes[path.path] = len(content)
            self.world.etags[path.path] = etag
        self.answer(200, ETag=etag)

    def do_HEAD(self):
        size = self.world.sizes.get(self.path)
        if size is None:
            return self.answer(404)
        self.answer(200, **{"ETag": self.world.etags[self.path], "Content-Length": str(size)})

    def do_DELETE(self):
        self.world.parts = {}
        self.world.has_open_upload = False
        self.answer(204)
