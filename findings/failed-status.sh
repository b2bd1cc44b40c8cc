#!/usr/bin/env bash
# Package: pywa 4.5.0 (PyPI).
# Meta says of statuses that `contacts` is there for sent, delivered and read, and left out of those that failed
# (https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).
# Seen: the status of a failed message without `contacts` reaches no handler of statuses; a line is logged, and the answer is 200. One with
# `contacts`, as Meta was seen to send too, does. So a program may never hear that its message was not delivered.
#   with contacts: the handler heard failed (131026), status 200
#   without contacts: the handler heard nothing, status 200
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pywa==4.5.0

cat >try.py <<'PYTHON'
import json
from pywa import WhatsApp

CONTACTS = [{"profile": {"name": "Sheena Nelson"}, "wa_id": "16505551234", "user_id": "US.13491208655302741918"}]
ERROR = {"code": 131026, "title": "Message undeliverable", "message": "Message undeliverable", "error_data": {"details": "Message Undeliverable."}}

def webhook(id, **more):
    status = {"id": id, "status": "failed", "timestamp": "1779100001", "recipient_id": "16505551234", "errors": [ERROR]}
    metadata = {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [status], **more}
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

client = WhatsApp("106540352242922", "EAAJB", validate_updates=False, verify_token="token")
heard = []
client.on_message_status(lambda _, status: heard.append(f"{status.status.value} ({status.error.code})"))
for name, body in (("with", webhook("wamid.a", contacts=CONTACTS)), ("without", webhook("wamid.b"))):
    heard.clear()
    _, status = client.webhook_update_handler(body)
    print(f"{name} contacts: the handler heard {', '.join(heard) or 'nothing'}, status {status}")
PYTHON

venv/bin/python try.py 2>log | tee seen
grep "Failed to construct update" log
diff - seen <<'SEEN'
with contacts: the handler heard failed (131026), status 200
without contacts: the handler heard nothing, status 200
SEEN
