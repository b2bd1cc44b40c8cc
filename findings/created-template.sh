#!/usr/bin/env bash
# Package: facebook-business 26.0.3 (PyPI), Meta's SDK.
# `WhatsAppBusinessAccount.create_message_template` answers the identifier, status and category of the new template
# (https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates/).
# Seen: what it returns is a WhatsAppBusinessAccount with the identifier of the template. Its own methods go to the template as if it were an account.
#   it is a WhatsAppBusinessAccount with id 594425479261596
#   its numbers are asked for at /v26.0/594425479261596/phone_numbers
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check facebook_business==26.0.3

cat >try.py <<'PYTHON'
import http.server
import json
import threading
import urllib.parse
from facebook_business.adobjects.whatsappbusinessaccount import WhatsAppBusinessAccount
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

asked = []

class Graph(http.server.BaseHTTPRequestHandler):
    def answer(self, value):
        asked.append(urllib.parse.urlsplit(self.path).path)
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.answer({"id": "594425479261596", "status": "PENDING", "category": "UTILITY"})

    def do_GET(self):
        self.answer({"data": []})

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Graph)
threading.Thread(target=server.serve_forever, daemon=True).start()
FacebookSession.GRAPH = f"http://127.0.0.1:{server.server_port}"
FacebookAdsApi.init("670843887433847", "secret", "EAAJB")
body = {"type": "BODY", "text": "Your order is on its way."}
params = {"name": "order_shipped", "category": "UTILITY", "language": "en_US", "components": [body]}
template = WhatsAppBusinessAccount("102290129340398").create_message_template(params=params)
print(f"it is a {type(template).__name__} with id {template['id']}")
template.get_phone_numbers()
print(f"its numbers are asked for at {asked[-1]}")
PYTHON

venv/bin/python try.py | tee seen
diff - seen <<'SEEN'
it is a WhatsAppBusinessAccount with id 594425479261596
its numbers are asked for at /v26.0/594425479261596/phone_numbers
SEEN
