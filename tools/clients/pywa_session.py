"""A session of pywa 4.5.0. The base URL of its HTTP client is set after it was made: there is no option for it."""

import threading

import httpx
from pywa import WhatsApp, filters
from pywa.errors import WhatsAppError
from pywa.types import Industry
from pywa.types.templates import BodyText, ParamFormat, Template, TemplateCategory, TemplateLanguage

from session import ACCOUNT, APP, BODY, GRAPH, NUMBER, QUESTION, SECRET, STRANGER, TEMPLATE, TOKEN, USER, VERIFY, control, picture, receive, step

session = httpx.Client()
client = WhatsApp(
    NUMBER, TOKEN, session=session, server=None, waba_id=ACCOUNT, app_id=APP, app_secret=SECRET, verify_token=VERIFY
)
session.base_url = f"{GRAPH}/v26.0"


@step("number")
def _():
    assert client.get_business_phone_number().id == NUMBER


@step("numbers")
def _():
    assert len(list(client.get_business_phone_numbers())) > 0


@step("text")
def _():
    assert client.send_message(USER, "Hello from pywa").id.startswith("wamid.")


@step("create template")
def template():
    template = Template(
        name=TEMPLATE,
        category=TemplateCategory.UTILITY,
        language=TemplateLanguage.ENGLISH_US,
        parameter_format=ParamFormat.POSITIONAL,
        components=[BodyText(BODY, "Pablo", "860198")],
    )
    made = client.create_template(template)
    control("POST", "clock/advance", {"seconds": 120})
    return made.id


@step("list templates")
def _():
    assert any(template.name == TEMPLATE for template in client.get_templates(statuses=["APPROVED"], categories=["UTILITY"]))


@step("one template")
def _():
    assert client.get_template(template).name == TEMPLATE


@step("template")
def _():
    assert client.send_template(USER, TEMPLATE, TemplateLanguage.ENGLISH_US, [BodyText.params("Pablo", "860198")]).id


@step("upload")
def media():
    return client.upload_media(picture(), "image/png", "dot.png").id


@step("media URL")
def url():
    return client.get_media_url(media).url


@step("download")
def _():
    assert client.get_media_bytes(url) == picture()


@step("image")
def _():
    assert client.send_image(USER, media, caption="a dot").id


@step("delete media")
def _():
    assert client.delete_media(media)


@step("subscribe")
def _():
    assert client.override_waba_callback_url("https://example.com/hook", VERIFY)
    assert client.delete_waba_callback_url()


@step("QR code")
def _():
    assert client.create_qr_code(QUESTION).code


@step("profile")
def _():
    assert client.update_business_profile(about="Succulents & more", industry=Industry.RETAIL)
    assert client.get_business_profile().about == "Succulents & more"


@step("block")
def _():
    assert client.block_users([STRANGER]).added_users


@step("error")
def _():
    control("POST", "faults", {"operation": "messages", "error": "130429", "next": 1})
    try:
        client.send_message(USER, "too fast")
    except WhatsAppError as error:
        assert error.code == 130429, error
    else:
        raise AssertionError("no error was raised")


@step("webhook")
def message():
    came, messages = threading.Event(), []

    @client.on_message(filters.text)
    def _(_, message):
        messages.append(message)
        came.set()

    def update(body, signature):
        return client.webhook_update_validator(body, signature) or client.webhook_update_handler(body)

    receive(lambda query: client.webhook_challenge_handler(query["hub.verify_token"], query["hub.challenge"]), update)
    assert came.wait(10) and messages[0].text == "is it open?"
    return messages[0]


@step("read")
def _():
    assert message.mark_as_read()


@step("delete template")
def _():
    assert client.delete_template(TEMPLATE)
