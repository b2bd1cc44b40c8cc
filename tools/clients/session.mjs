// What the sessions in JavaScript share: the world they run in, and how they say what happened.
import { createServer } from "node:http";
import { crc32, deflateSync } from "node:zlib";

export const GRAPH = process.env.GRAPH;
export const TOKEN = "EAAJBforeign0client";
export const [APP, SECRET, VERIFY] = ["670843887433847", "an app secret", "a verify token"];
export const [ACCOUNT, NUMBER, USER] = ["102290129340398", "106540352242922", "16505551234"];
export const STRANGER = "16505555678";
export const TEMPLATE = "order_shipped";
export const QUESTION = "Cakes & tea: what's in stock?";
export const BODY = "Hello {{1}}, your order {{2}} is on its way.";

// A PNG image of one pixel.
export function picture() {
    const number = (value) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value);
        return bytes;
    };
    const chunk = (kind, data) => {
        const named = Buffer.concat([Buffer.from(kind), data]);
        return Buffer.concat([number(data.length), named, number(crc32(named))]);
    };
    const head = Buffer.concat([number(1), number(1), Buffer.from([8, 2, 0, 0, 0])]);
    const pixels = deflateSync(Buffer.from([0, 0x25, 0xd3, 0x66]));
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

// A call of the stand-in's control API.
export async function control(method, path, body) {
    const answer = await fetch(`${GRAPH}/_mock/${path}`, { method, body: body && JSON.stringify(body) });
    return answer.json();
}

export function must(held, what) {
    if (!held) throw new Error(what ?? "it is not so");
}

// Runs a function and says on a line whether it worked. `how` is `raw` where the client has no call of its own and its general one was used.
export async function step(name, how, action) {
    const said = { step: name, how };
    let value;
    try {
        value = await action();
        said.ok = true;
    } catch (error) {
        said.ok = false;
        said.why = `${error.name}: ${error.message}`;
        said.trace = error.stack;
    }
    console.log(JSON.stringify(said));
    return value;
}

export function lacks(name) {
    console.log(JSON.stringify({ step: name, how: "none", ok: null }));
}

// Serves a callback, says so to the stand-in, lets the user write, and waits for what `heard` resolves to.
export async function receive(listener, heard) {
    const server = createServer(listener);
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    try {
        await control("POST", "webhooks", { url: `http://127.0.0.1:${server.address().port}/hook`, app_secret: SECRET, verify_token: VERIFY });
        const said = { type: "text", text: { body: "is it open?" }, to: NUMBER, name: "Sheena Nelson" };
        await control("POST", `users/${USER}/messages`, said);
        let late;
        const patience = new Promise((_, fail) => (late = setTimeout(() => fail(new Error("no message came within ten seconds")), 10_000)));
        return await Promise.race([heard, patience]).finally(() => clearTimeout(late));
    } finally {
        server.close();
        server.closeAllConnections();
    }
}

export async function bodyOf(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks);
}
