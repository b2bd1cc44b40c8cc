#!/usr/bin/env bash
# Packages: whatsapp-api-js 6.3.0 (npm), pywa 4.5.0 (PyPI).
# Meta puts up to 1,000 updates into one webhook: several entries, changes, messages
# (https://developers.facebook.com/docs/graph-api/webhooks/getting-started).
# Seen: of a webhook with three messages, two of them in one change, both hand on the first and answer 200, after which Meta sends none of them again.
#   whatsapp-api-js 6.3.0 heard: one (of one, two, three), status 200
#   pywa 4.5.0 heard: one (of one, two, three), status 200
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --no-fund --no-audit --ignore-scripts whatsapp-api-js@6.3.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pywa==4.5.0

cat >webhook.py <<'PYTHON'
import json

def message(text):
    return {"from": "16505551234", "from_user_id": "US.13491208655302741918", "id": f"wamid.{text}", "timestamp": "1779100001", "type": "text", "text": {"body": text}}

def change(*texts):
    contact = {"profile": {"name": "Sheena Nelson"}, "wa_id": "16505551234", "user_id": "US.13491208655302741918"}
    metadata = {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], "messages": [message(text) for text in texts]}
    return {"field": "messages", "value": value}

entries = [{"id": "102290129340398", "changes": [change("one", "two")]}, {"id": "102290129340398", "changes": [change("three")]}]
webhook = json.dumps({"object": "whatsapp_business_account", "entry": entries})
if __name__ == "__main__":
    print(webhook, end="")
PYTHON
venv/bin/python webhook.py >webhook.json

cat >try.mjs <<'JAVASCRIPT'
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { WhatsAppAPI } from "whatsapp-api-js/middleware/web-standard";

const client = new WhatsAppAPI({ token: "EAAJB", appSecret: "secret", v: "v24.0" });
const heard = [];
client.on.message = ({ message }) => heard.push(message.text.body);
const body = readFileSync("webhook.json", "utf8");
const signature = "sha256=" + createHmac("sha256", "secret").update(body).digest("hex");
const headers = { "content-type": "application/json", "content-length": String(body.length), "x-hub-signature-256": signature };
const answer = await client.handle_post(new Request("http://localhost/", { method: "POST", body, headers }));
console.log(`whatsapp-api-js 6.3.0 heard: ${heard} (of one, two, three), status ${answer.status ?? answer}`);
JAVASCRIPT

cat >try.py <<'PYTHON'
from pywa import WhatsApp
from webhook import webhook

client = WhatsApp("106540352242922", "EAAJB", validate_updates=False, verify_token="token")
heard = []
client.on_message(lambda _, message: heard.append(message.text))
_, status = client.webhook_update_handler(webhook.encode())
print(f"pywa 4.5.0 heard: {','.join(heard)} (of one, two, three), status {status}")
PYTHON

{ node try.mjs; venv/bin/python try.py; } | tee seen
diff - seen <<'SEEN'
whatsapp-api-js 6.3.0 heard: one (of one, two, three), status 200
pywa 4.5.0 heard: one (of one, two, three), status 200
SEEN
