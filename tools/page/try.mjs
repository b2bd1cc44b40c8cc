// Does with clicks what people do on the stand-in's page, and looks in the stand-in whether it happened. tools/page/run calls it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const pictures = process.argv[2];
const [ACCOUNT, NUMBER] = ["102290129340398", "106540352242922"];
const SECRET = "an app secret";

const server = spawn(process.env.MOCK, ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const url = (await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next()).value;
const graph = async (method, path, body) => {
    const headers = { authorization: "Bearer any", "content-type": "application/json" };
    const answer = await fetch(`${url}/${path}`, { method, headers, body: body && JSON.stringify(body) });
    return answer.json();
};
const control = (path) => graph("GET", `_mock/${path}`);

// A callback that remembers what came.
const came = [];
const app = createServer(async (request, response) => {
    const query = new URL(request.url, "http://localhost").searchParams;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.method === "POST") came.push({ body: JSON.parse(body), fits: request.headers["x-hub-signature-256"] === "sha256=" + createHmac("sha256", SECRET).update(body).digest("hex") });
    response.end(query.get("hub.challenge") ?? "");
});
await new Promise((done) => app.listen(0, "127.0.0.1", done));
const hook = `http://127.0.0.1:${app.address().port}/hook`;

const profile = mkdtempSync(join(tmpdir(), "page-"));
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: flags,
    viewport: { width: 1280, height: 900 },
});
const page = await browser.newPage();
const complaints = [];
page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("dialog", (dialog) => complaints.push(`a dialog: ${dialog.message()}`) && dialog.dismiss());
page.on("request", (request) => request.url().startsWith(url) || complaints.push(`a request to ${request.url()}`));
page.setDefaultTimeout(15_000);

const soon = async (held, what) => {
    for (const start = Date.now(); Date.now() - start < 15_000; await new Promise((done) => setTimeout(done, 50))) if (await held()) return;
    assert.fail(what);
};
const picture = async (name) => pictures && page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
const tried = [];
const attempt = async (what, action) => {
    await action();
    tried.push(what);
    console.log(`ok: ${what}`);
};

try {
    await page.goto(`${url}/_mock/`);
    assert.match(await page.getByRole("banner").innerText(), /operations/);

    await attempt("another callback is added, and shakes hands", async () => {
        await page.getByLabel("Another callback").fill(hook);
        await page.getByLabel("Secret of the app").fill(SECRET);
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.getByRole("list", { name: "Callbacks" }).getByText("verified").waitFor();
        assert.deepEqual((await control("webhooks")).callbacks, [{ url: hook, signed: true, verified: true }]);
    });

    const evil = `<img src=x onerror=alert(1)> "quoted" & <b>bold</b>`;
    await attempt("the user writes, and the app hears it", async () => {
        await page.getByLabel("Message").fill(evil);
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await soon(() => came.length === 1, "no webhook came");
        const value = came[0].body.entry[0].changes[0].value;
        assert.deepEqual([value.messages[0].text.body, value.messages[0].from, value.contacts[0].profile.name], [evil, "16505551234", "Sheena Nelson"]);
        assert.ok(came[0].fits, "the signature is wrong");
        await page.getByRole("list", { name: "Conversation" }).getByText(evil).waitFor();
    });

    await attempt("a message of any kind", async () => {
        await page.getByLabel("Kind").selectOption("json");
        await page.getByLabel("Message").fill('{"type":"reaction","reaction":{"message_id":"wamid.HBgLMTY1MDU1NTEyMzQVAgA","emoji":"👍"}}');
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await soon(() => came.length === 2, "no webhook came");
        assert.equal(came[1].body.entry[0].changes[0].value.messages[0].reaction.emoji, "👍");
    });

    await attempt("a request is listed with its verdict, and what it carries is no markup", async () => {
        const message = { messaging_product: "whatsapp", to: "+16505551234", type: "text", text: { body: evil }, colour: "<b>red</b>" };
        await graph("POST", `v23.0/${NUMBER}/messages?${encodeURIComponent("<script>alert(1)</script>")}=1`, message);
        const list = page.getByRole("list", { name: /Requests/ });
        const item = list.getByRole("listitem").filter({ hasText: "/messages" }).first();
        await item.locator("summary").click();
        await item.getByText("the spec has no parameter `colour`", { exact: false }).waitFor();
        assert.match(await item.locator("summary").innerText(), /noted/);
        await page.getByRole("list", { name: "Conversation" }).getByRole("listitem").filter({ hasText: evil }).nth(1).waitFor();
        assert.equal(await page.locator("img, main script, main b").count(), 0);
    });

    await attempt("only those that do not fit", async () => {
        await graph("GET", `v23.0/${NUMBER}`);
        const list = page.getByRole("list", { name: /Requests/ });
        await list.locator("summary").nth(1).waitFor();
        await page.getByLabel("Show").selectOption("wrong");
        await soon(async () => (await list.locator("summary").count()) === 1, "both are shown");
        await page.getByLabel("Show").selectOption("");
    });

    const create = async (name) => {
        const body = { type: "BODY", text: "Hello <i>{{1}}</i>", example: { body_text: [["Pablo"]] } };
        return (await graph("POST", `v23.0/${ACCOUNT}/message_templates`, { name, language: "en_US", category: "UTILITY", components: [body] })).id;
    };
    const status = async (id) => (await control(`objects/${id}`)).fields;
    await attempt("a template is approved", async () => {
        const id = await create("order_shipped");
        await page.getByRole("button", { name: "Approve order_shipped" }).click();
        await soon(async () => (await status(id)).status === "APPROVED", "it is not approved");
        await soon(() => came.some(({ body }) => body.entry[0].changes[0].value.event === "APPROVED"), "no webhook said so");
    });
    await attempt("a template is rejected, for a reason", async () => {
        const id = await create("cheap_pills");
        await page.getByLabel("Why cheap_pills is rejected").selectOption("SCAM");
        await page.getByRole("button", { name: "Reject cheap_pills" }).click();
        await soon(async () => (await status(id)).status === "REJECTED", "it is not rejected");
        assert.equal((await status(id)).rejected_reason, "SCAM");
    });

    await attempt("a webhook is delivered again", async () => {
        const said = ({ body }) => JSON.stringify(body.entry[0].changes);
        await page.getByRole("button", { name: "Deliver webhook 1 again" }).click();
        await soon(() => came.filter((of) => said(of) === said(came[0])).length === 2, "it did not come again");
    });

    await attempt("the clock is advanced, by a button and by a number", async () => {
        const before = (await control("clock")).unix;
        await page.getByRole("button", { name: "+1 day" }).click();
        await soon(async () => (await control("clock")).unix >= before + 86_400, "no day has passed");
        await page.getByLabel("Seconds to advance").fill("90");
        await page.getByRole("button", { name: "Advance", exact: true }).click();
        await soon(async () => (await control("clock")).unix >= before + 86_490, "no 90 seconds have passed");
    });

    await attempt("a mistake is told", async () => {
        await page.getByLabel("Message").fill("{");
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await page.getByRole("status").filter({ hasText: /JSON/ }).waitFor();
    });
    await picture("desktop");

    await attempt("every control has a name, and is reached by the keyboard", async () => {
        const nameless = await page.evaluate(() =>
            [...document.querySelectorAll("input, select, textarea, button")].filter((element) => !element.labels?.length && !element.getAttribute("aria-label") && !element.textContent.trim()).length,
        );
        assert.equal(nameless, 0);
        await page.locator("body").click({ position: { x: 1, y: 1 } });
        const reached = new Set();
        for (let press = 0; press < 80; press++) {
            await page.keyboard.press("Tab");
            reached.add(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim()));
        }
        for (const name of ["Send", "Advance", "Add", "Forget all", "Approve cheap_pills", "Deliver webhook 1 again"]) assert.ok(reached.has(name), `${name} is not reached`);
    });

    await attempt("nothing is wider than a phone", async () => {
        await page.setViewportSize({ width: 390, height: 844 });
        await page.waitForTimeout(200);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
        await picture("phone");
    });

    await attempt("all requests are forgotten", async () => {
        await page.getByRole("button", { name: "Forget all" }).click();
        await soon(async () => (await control("requests")).seen === 0, "they are still there");
        await soon(async () => (await page.getByRole("list", { name: /Requests/ }).locator("summary").count()) === 0, "they are still shown");
    });

    assert.deepEqual(complaints, []);
    console.log(`${tried.length} passed, 0 failed`);
} catch (error) {
    await picture("failed");
    console.error(error, complaints);
    process.exitCode = 1;
} finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
    server.kill();
    app.close();
    app.closeAllConnections();
}
