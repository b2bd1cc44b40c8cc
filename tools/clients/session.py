"""What the sessions in Python share: the world they run in, and how they say what happened."""

import http.server
import json
import os
import struct
import threading
import traceback
import urllib.parse
import urllib.request
import zlib

GRAPH = os.environ["GRAPH"]
TOKEN = "EAAJBforeign0client"
APP, SECRET, VERIFY = "670843887433847", "an app secret", "a verify token"
ACCOUNT, NUMBER, USER = "102290129340398", "106540352242922", "16505551234"
STRANGER = "16505555678"
TEMPLATE = "order_shipped"
QUESTION = "Cakes & tea: what's in stock?"
BODY = "Hello {{1}}, your order {{2}} is on its way."


def picture():
    """A PNG image of one pixel."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\x25\xd3\x66")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def control(method, path, body=None):
    """A call of the stand-in's control API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{GRAPH}/_mock/{path}", data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def step(name, how="own"):
    """Runs the decorated function at once, and says on a line whether it worked. `how` is `raw` where the client has no call of its own and its
    general one was used, and `none` where it has neither."""

    def run(function):
        said = {"step": name, "how": how}
        try:
            said["ok"], value = True, function()
        except Exception as error:  # A session goes on: what failed is a result.
            said["ok"], value = False, None
            said["why"] = f"{type(error).__name__}: {error}"
            said["trace"] = traceback.format_exc(limit=-3)
        print(json.dumps(said), flush=True)
        return value

    return run


def lacks(name):
    print(json.dumps({"step": name, "how": "none", "ok": None}), flush=True)


def receive(challenge, update):
    """Serves a callback, says so to the stand-in, and lets the user write. `challenge(query)` and `update(body, signature)` answer text and status."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def reply(self, text, status):
            self.send_response(status)
            self.end_headers()
            self.wfile.write((text or "").encode())

        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            self.reply(*challenge({name: values[0] for name, values in query.items()}))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            self.reply(*update(body, self.headers["x-hub-signature-256"]))

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    control("POST", "webhooks", {"url": url, "app_secret": SECRET, "verify_token": VERIFY})
    return control("POST", f"users/{USER}/messages", {"type": "text", "text": {"body": "is it open?"}, "to": NUMBER, "name": "Sheena Nelson"})["id"]
