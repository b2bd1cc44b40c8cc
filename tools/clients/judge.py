"""Runs the sessions, judges their requests by the stand-in's verdicts, and holds the table of docs/clients.md. tools/clients/run calls it."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tomllib
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "clients.md"
BEGIN, END = "<!-- tools/clients/run --write: begin -->", "<!-- tools/clients/run --write: end -->"
STEPS = [
    "number", "numbers", "text", "create template", "list templates", "one template", "template", "upload", "media URL", "download", "image",
    "delete media", "subscribe", "QR code", "profile", "block", "error", "webhook", "read", "delete template",
]  # fmt: skip
WORDS = {"fits": "fit", "noted": "have something that the spec does not know", "unfit": "do not fit", "unknown": "are of no operation"}


def sessions(installed):
    python = str(installed / "venv/bin/python")
    script = lambda name: [python, str(HERE / name)]
    module = lambda name: ["node", str(installed / "npm" / name)]
    return {
        "facebook-business 26.0.3": script("facebook_business_session.py"),
        "pywa 4.5.0": script("pywa_session.py"),
        "whatsapp-business-rs 0.5.0": [str(installed / "rust/debug/whatsapp-business-rs-session")],
        "@kapso/whatsapp-cloud-api 0.3.0": module("kapso_session.mjs"),
        "whatsapp-api-js 6.3.0": module("whatsapp_api_js_session.mjs"),
    }


def play(mock, command):
    """A session against a stand-in of its own: what it said of each step, and the requests that the stand-in saw."""
    server = subprocess.Popen([mock, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip()
        environment = os.environ | {"GRAPH": url, "API_BASE_URL_FOR_TESTING": url, "PYTHONWARNINGS": "ignore"}
        session = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, timeout=120)
        with urllib.request.urlopen(f"{url}/_mock/requests") as answer:
            requests = json.load(answer)["requests"]
        if session.returncode != 0:
            sys.exit(f"{command} ended with {session.returncode}")
        return [json.loads(line) for line in session.stdout.splitlines() if line.startswith("{")], requests
    finally:
        server.terminate()
        server.wait()


def judge(client, said, requests, known):
    """The row of a client, and what is wrong: a request that does not fit or a step that failed, and is not known; or one that is known and was not seen."""
    wrong, seen = [], set()
    for request in requests:
        if request["verdict"] == "fits":
            continue
        for reason in request["reasons"] or ["there is no such operation"]:
            found = next((fault for fault in known if fault.get("request") == (request["operation"] or "none") and fault["says"] in reason), None)
            if found is None:
                wrong.append(f"{client}: {request['method']} {request['target']} ({request['operation']}) is {request['verdict']}: {reason}\n    {request['body'][:400]}")
            else:
                seen.add(found["says"])
    for step in said:
        if step["ok"] is False:
            found = next((fault for fault in known if fault.get("step") == step["step"] and fault["says"] in step["why"]), None)
            if found is None:
                wrong.append(f"{client}: the step `{step['step']}` failed: {step['why']}\n{step.get('trace', '')}")
            else:
                seen.add(found["says"])
    wrong += [f"{client}: no longer seen, so its entry in known.toml can go: {fault['says']}" for fault in known if fault["says"] not in seen]
    missing = [name for name in STEPS if name not in [step["step"] for step in said]]
    wrong += [f"{client}: it says nothing of the step `{name}`" for name in missing]

    counts = collections.Counter(request["verdict"] for request in requests)
    verdicts = ", ".join(f"{counts[verdict]} {words}" for verdict, words in WORDS.items() if counts[verdict])
    named = lambda how: ", ".join(step["step"] for step in said if step["how"] == how) or "none"
    failed = ", ".join(step["step"] for step in said if step["ok"] is False) or "none"
    return f"| `{client}` | {len(requests)} | {verdicts} | {failed} | {named('raw')} | {named('none')} |", wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mock", required=True)
    parser.add_argument("--installed", type=pathlib.Path, required=True)
    parser.add_argument("--write", action="store_true", help="write the table of docs/clients.md instead of comparing it")
    parser.add_argument("client", nargs="*", help="a part of a client's name; by default all")
    arguments = parser.parse_args()
    known = tomllib.loads((HERE / "known.toml").read_text())["fault"]

    rows, wrong = [], []
    for client, command in sessions(arguments.installed).items():
        if arguments.client and not any(part in client for part in arguments.client):
            continue
        said, requests = play(arguments.mock, command)
        row, problems = judge(client, said, requests, [fault for fault in known if client.startswith(fault["client"] + " ")])
        rows.append(row)
        wrong += problems
        print(row)
    if wrong:
        sys.exit("\n".join(wrong) + "\nA request that does not fit is a fault of the client, to be named in known.toml with evidence, or of the spec.")
    if arguments.client:
        return

    faults = [f"| `{fault['client']}` | {fault['fault']} | [{fault['source']}]({fault['page']}) |" for fault in known if "fault" in fault]
    table = "\n".join(
        [
            "| client | requests | verdicts | steps that fail | through its general call | it has no call for |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            "| client | what does not fit | evidence |",
            "| --- | --- | --- |",
            *faults,
        ]
    )
    page = PAGE.read_text()
    head, rest = page.split(BEGIN, 1)
    old, tail = rest.split(END, 1)
    if old.strip() == table:
        print(f"docs/{PAGE.name} is right")
    elif arguments.write:
        PAGE.write_text(f"{head}{BEGIN}\n\n{table}\n{END}{tail}")
        print(f"docs/{PAGE.name} is written")
    else:
        sys.exit(f"docs/{PAGE.name} has another table; with --write it becomes:\n{table}")


if __name__ == "__main__":
    main()
