// A session of whatsapp-api-js 6.3.0. Its URLs are fixed; it takes a function in the place of `fetch`, which puts the stand-in's there.
import { Image, Template, Text, BodyComponent, BodyParameter } from "whatsapp-api-js/messages";
import { WhatsAppAPI } from "whatsapp-api-js/middleware/node-http";
import { ACCOUNT, BODY, GRAPH, NUMBER, QUESTION, SECRET, STRANGER, TEMPLATE, TOKEN, USER, VERIFY, control, must, picture, receive, step } from "./session.mjs";

const META = "https://graph.facebook.com";
const here = (url, options) => fetch(String(url).replace(META, GRAPH), options);
const client = new WhatsAppAPI({ token: TOKEN, appSecret: SECRET, webhookVerifyToken: VERIFY, ponyfill: { fetch: here } });
const raw = async (path, options) => (await client.$$apiFetch$$(`${META}/${client.v}/${path}`, options)).json();
const json = (method, body) => ({ method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
const send = (message) => client.sendMessage(NUMBER, USER, message);

await step("number", "raw", async () => must((await raw(NUMBER)).id === NUMBER));
await step("numbers", "raw", async () => must((await raw(`${ACCOUNT}/phone_numbers`)).data.length));
await step("text", "own", async () => must((await send(new Text("Hello from whatsapp-api-js"))).messages[0].id));
const template = await step("create template", "raw", async () => {
    const body = { type: "BODY", text: BODY, example: { body_text: [["Pablo", "860198"]] } };
    const template = { name: TEMPLATE, language: "en_US", category: "UTILITY", components: [body] };
    const made = await raw(`${ACCOUNT}/message_templates`, json("POST", template));
    await control("POST", "clock/advance", { seconds: 120 });
    return made.id;
});
await step("list templates", "raw", async () => {
    const found = await raw(`${ACCOUNT}/message_templates?name=${TEMPLATE}`);
    must(found.data.some((template) => template.name === TEMPLATE), "the template is not in the list");
});
await step("one template", "raw", async () => must((await raw(template)).name === TEMPLATE));
await step("template", "own", async () => {
    const body = new BodyComponent(new BodyParameter("Pablo"), new BodyParameter("860198"));
    must((await send(new Template(TEMPLATE, "en_US", body))).messages[0].id);
});
const media = await step("upload", "own", async () => {
    const form = new FormData();
    form.set("file", new Blob([picture()], { type: "image/png" }), "dot.png");
    return (await client.uploadMedia(NUMBER, form)).id;
});
const url = await step("media URL", "own", async () => (await client.retrieveMedia(media)).url);
await step("download", "own", async () => {
    const bytes = await (await client.fetchMedia(url)).arrayBuffer();
    must(Buffer.from(bytes).equals(picture()), "other bytes came");
});
await step("image", "own", async () => must((await send(new Image(media, true, "a dot"))).messages[0].id));
await step("delete media", "own", async () => must((await client.deleteMedia(media)).success));
await step("subscribe", "raw", async () => must((await raw(`${ACCOUNT}/subscribed_apps`, { method: "POST" })).success));
await step("QR code", "own", async () => {
    must((await client.createQR(NUMBER, QUESTION)).code);
});
await step("profile", "raw", async () => {
    const about = "Succulents & more";
    must((await raw(`${NUMBER}/whatsapp_business_profile`, json("POST", { messaging_product: "whatsapp", about }))).success);
    must((await raw(`${NUMBER}/whatsapp_business_profile?fields=about`)).data[0].about === about);
});
await step("block", "own", async () => {
    must((await client.blockUser(NUMBER, STRANGER)).block_users.added_users.length);
});
await step("error", "own", async () => {
    await control("POST", "faults", { operation: "messages", error: "130429", next: 1 });
    // It throws nothing: what Graph answered is the result.
    must((await send(new Text("too fast"))).error?.code === 130429, "the result has no error");
});
const message = await step("webhook", "own", () => {
    const heard = new Promise((done) => (client.on.message = ({ message }) => done(message)));
    const listener = async (request, response) => {
        if (request.method === "GET") return response.end(client.handle_get(request));
        response.writeHead(await client.handle_post(request)).end();
    };
    return receive(listener, heard);
});
await step("read", "own", async () => must((await client.markAsRead(NUMBER, message.id)).success));
await step("delete template", "raw", async () => must((await raw(`${ACCOUNT}/message_templates?name=${TEMPLATE}`, { method: "DELETE" })).success));
