"""A session of facebook-business 26.0.3, Meta's SDK. It has the account and no number, no message and no file: those go through its general call."""

import hashlib
import hmac
import json
import threading

from facebook_business.adobjects.whatsappbusinessaccount import WhatsAppBusinessAccount
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from session import ACCOUNT, APP, BODY, GRAPH, NUMBER, QUESTION, SECRET, STRANGER, TEMPLATE, TOKEN, USER, VERIFY, control, lacks, picture, receive, step

FacebookSession.GRAPH = GRAPH
api = FacebookAdsApi.init(APP, SECRET, TOKEN)
account = WhatsAppBusinessAccount(ACCOUNT)


def send(**content):
    answer = api.call("POST", (NUMBER, "messages"), {"messaging_product": "whatsapp", "to": USER, **content})
    return answer.json()["messages"][0]["id"]


@step("number", "raw")
def _():
    assert api.call("GET", (NUMBER,), {"fields": "id,display_phone_number"}).json()["id"] == NUMBER


@step("numbers")
def _():
    assert len(account.get_phone_numbers(fields=["id", "verified_name"])) > 0


@step("text", "raw")
def _():
    assert send(type="text", text={"body": "Hello from the SDK"})


@step("create template")
def template():
    body = {"type": "BODY", "text": BODY, "example": {"body_text": [["Pablo", "860198"]]}}
    made = account.create_message_template(params={"name": TEMPLATE, "category": "UTILITY", "language": "en_US", "components": [body]})
    control("POST", "clock/advance", {"seconds": 120})
    return made["id"]


@step("list templates")
def _():
    found = account.get_message_templates(fields=["name", "status"], params={"status": ["APPROVED"], "category": ["UTILITY"]})
    assert any(template["name"] == TEMPLATE for template in found)


@step("one template", "raw")
def _():
    assert api.call("GET", (template,), {"fields": "name,status"}).json()["name"] == TEMPLATE


@step("template", "raw")
def _():
    texts = [{"type": "text", "text": text} for text in ("Pablo", "860198")]
    components = [{"type": "body", "parameters": texts}]
    assert send(type="template", template={"name": TEMPLATE, "language": {"code": "en_US"}, "components": components})


@step("upload", "raw")
def media():
    files = {"file": ("dot.png", picture(), "image/png")}
    return api.call("POST", (NUMBER, "media"), {"messaging_product": "whatsapp", "type": "image/png"}, files=files).json()["id"]


@step("media URL", "raw")
def url():
    return api.call("GET", (media,)).json()["url"]


lacks("download")


@step("image", "raw")
def _():
    assert send(type="image", image={"id": media, "caption": "a dot"})


@step("delete media", "raw")
def _():
    assert api.call("DELETE", (media,)).json()["success"]


@step("subscribe")
def _():
    account.create_subscribed_app()
    assert len(account.get_subscribed_apps()) > 0


@step("QR code", "raw")
def _():
    params = {"prefilled_message": QUESTION, "generate_qr_image": "PNG"}
    assert api.call("POST", (NUMBER, "message_qrdls"), params).json()["code"]


@step("profile", "raw")
def _():
    about = "Succulents & more"
    assert api.call("POST", (NUMBER, "whatsapp_business_profile"), {"messaging_product": "whatsapp", "about": about}).json()["success"]
    assert api.call("GET", (NUMBER, "whatsapp_business_profile"), {"fields": "about"}).json()["data"][0]["about"] == about


@step("block", "raw")
def _():
    params = {"messaging_product": "whatsapp", "block_users": [{"user": STRANGER}]}
    assert api.call("POST", (NUMBER, "block_users"), params).json()["block_users"]["added_users"]


@step("error", "raw")
def _():
    control("POST", "faults", {"operation": "messages", "error": "130429", "next": 1})
    try:
        send(type="text", text={"body": "too fast"})
    except FacebookRequestError as error:
        assert error.api_error_code() == 130429, error
    else:
        raise AssertionError("no error was raised")


# It reads no webhook: the signature is checked by hand, so that the rest of the session has its message.
@step("webhook", "none")
def message():
    came, messages = threading.Event(), []

    def update(body, signature):
        if signature != "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest():
            return "", 403
        for entry in json.loads(body)["entry"]:
            messages.extend(message for change in entry["changes"] for message in change["value"].get("messages", []))
        if messages:
            came.set()
        return "", 200

    receive(lambda query: (query["hub.challenge"], 200 if query["hub.verify_token"] == VERIFY else 403), update)
    assert came.wait(10) and messages[0]["text"]["body"] == "is it open?"
    return messages[0]


@step("read", "raw")
def _():
    assert api.call("POST", (NUMBER, "messages"), {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"]}).json()["success"]


@step("delete template")
def _():
    account.delete_message_templates(params={"name": TEMPLATE})
