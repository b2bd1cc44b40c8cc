"""Writes the test vectors of flows-endpoint: what WhatsApp would send, and what it would have to be answered.

Made by another implementation than the one that is tested, pyca/cryptography on OpenSSL, after Meta's page
https://developers.facebook.com/docs/whatsapp/flows/guides/implementingyourflowendpoint

    python3 -m venv venv && venv/bin/pip install cryptography
    venv/bin/python tools/flows-vectors/make.py > flows-endpoint/tests/vectors.json

The keys are for tests alone. OAEP is random, so that every run gives another file.
"""

import base64
import hashlib
import hmac
import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

APP_SECRET = "flows app secret of the tests"
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def b64(data):
    return base64.b64encode(data).decode()


def pem(key, form, encryption=serialization.NoEncryption()):
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def vector(public, name, payload, answer):
    key, iv = os.urandom(16), os.urandom(16)
    body = json.dumps({
        "encrypted_flow_data": b64(AESGCM(key).encrypt(iv, json.dumps(payload).encode(), None)),
        "encrypted_aes_key": b64(public.encrypt(key, OAEP)),
        "initial_vector": b64(iv),
    })
    flipped = bytes(byte ^ 0xFF for byte in iv)
    # As serde_json writes it: members in this order, no white space, no escapes.
    text = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
    return {
        "name": name,
        "body": body,
        "signature": "sha256=" + hmac.new(APP_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest(),
        "payload": payload,
        "answer": answer,
        "reply": b64(AESGCM(key).encrypt(flipped, text.encode(), None)),
    }


def main():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    public = key.public_key()
    pkcs8, pkcs1 = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL
    vectors = [
        vector(public, "ping", {"version": "3.0", "action": "ping"}, {"data": {"status": "active"}}),
        vector(
            public,
            "init",
            {"version": "3.0", "action": "INIT", "flow_token": "token-1"},
            {"screen": "DETAILS", "data": {"greeting": "Grüße, 你好", "dates": ["2026-12-01"]}},
        ),
        vector(
            public,
            "data_exchange",
            {"version": "3.0", "action": "data_exchange", "screen": "DETAILS", "data": {"name": "Zoë", "guests": 2}, "flow_token": "token-1"},
            {"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"booking": "B7", "flow_token": "token-1"}}}},
        ),
        vector(
            public,
            "failure",
            {"version": "3.0", "action": "data_exchange", "screen": "DETAILS", "flow_token": "token-1",
             "data": {"error": "INVALID_SCREEN_TRANSITION", "error_message": "The screen cannot be reached"}},
            {"data": {"acknowledged": True}},
        ),
    ]
    print(json.dumps({
        "app_secret": APP_SECRET,
        "pkcs8": pem(key, pkcs8),
        "pkcs1": pem(key, pkcs1),
        "other": pem(other, pkcs8),
        "small": pem(small, pkcs8),
        "encrypted_pkcs8": pem(key, pkcs8, serialization.BestAvailableEncryption(b"passphrase")),
        "encrypted_pkcs1": pem(key, pkcs1, serialization.BestAvailableEncryption(b"passphrase")),
        "public": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
        "vectors": vectors,
    }, indent=1, ensure_ascii=False))


main()
