// A session of @kapso/whatsapp-cloud-api 0.3.0. It has an option for the base URL.
import { GraphApiError, WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { ACCOUNT, BODY, GRAPH, NUMBER, QUESTION, SECRET, STRANGER, TEMPLATE, TOKEN, USER, VERIFY, bodyOf, control, must, picture, receive, step } from "./session.mjs";

const client = new WhatsAppClient({ baseUrl: GRAPH, accessToken: TOKEN });
const to = { phoneNumberId: NUMBER, to: USER };

await step("number", "raw", async () => must((await client.request("GET", NUMBER, { responseType: "json" })).id === NUMBER));
await step("numbers", "raw", async () => must((await client.request("GET", `${ACCOUNT}/phone_numbers`, { responseType: "json" })).data.length));
await step("text", "own", async () => must((await client.messages.sendText({ ...to, body: "Hello from Kapso" })).messages[0].id));
const template = await step("create template", "own", async () => {
    const body = { type: "BODY", text: BODY, example: { bodyText: [["Pablo", "860198"]] } };
    const template = { businessAccountId: ACCOUNT, name: TEMPLATE, language: "en_US", category: "UTILITY", components: [body] };
    const made = await client.templates.create(template);
    await control("POST", "clock/advance", { seconds: 120 });
    return made.id;
});
await step("list templates", "own", async () => {
    const found = await client.templates.list({ businessAccountId: ACCOUNT, status: "APPROVED", category: "UTILITY" });
    must(found.data.some((template) => template.name === TEMPLATE), "the template is not in the list");
});
await step("one template", "own", async () => {
    must((await client.templates.get({ businessAccountId: ACCOUNT, templateId: template })).name === TEMPLATE);
});
await step("template", "own", async () => {
    const parameters = ["Pablo", "860198"].map((text) => ({ type: "text", text }));
    const template = { name: TEMPLATE, language: { code: "en_US" }, components: [{ type: "body", parameters }] };
    must((await client.messages.sendTemplate({ ...to, template })).messages[0].id);
});
const media = await step("upload", "own", async () => {
    const file = new Blob([picture()], { type: "image/png" });
    return (await client.media.upload({ phoneNumberId: NUMBER, type: "image/png", file, fileName: "dot.png" })).id;
});
await step("media URL", "own", async () => must((await client.media.get({ mediaId: media })).url));
await step("download", "own", async () => {
    const bytes = Buffer.from(await client.media.download({ mediaId: media }));
    must(bytes.equals(picture()), `in the place of the file it gives "${bytes.toString().slice(0, 40)}"`);
});
await step("image", "own", async () => {
    must((await client.messages.sendImage({ ...to, image: { id: media, caption: "a dot" } })).messages[0].id);
});
await step("delete media", "own", async () => must((await client.media.delete({ mediaId: media })).success));
await step("subscribe", "raw", async () => must((await client.request("POST", `${ACCOUNT}/subscribed_apps`, { responseType: "json" })).success));
await step("QR code", "raw", async () => {
    const body = { prefilledMessage: QUESTION, generateQrImage: "PNG" };
    must((await client.request("POST", `${NUMBER}/message_qrdls`, { body, responseType: "json" })).code);
});
await step("profile", "own", async () => {
    const about = "Succulents & more";
    await client.phoneNumbers.businessProfile.update({ phoneNumberId: NUMBER, about });
    must((await client.phoneNumbers.businessProfile.get({ phoneNumberId: NUMBER, fields: "about" })).data[0].about === about);
});
await step("block", "raw", async () => {
    const body = { messagingProduct: "whatsapp", blockUsers: [{ user: STRANGER }] };
    must((await client.request("POST", `${NUMBER}/block_users`, { body, responseType: "json" })).blockUsers.addedUsers.length);
});
await step("error", "own", async () => {
    await control("POST", "faults", { operation: "messages", error: "130429", next: 1 });
    const answer = await client.messages.sendText({ ...to, body: "too fast" }).catch((error) => error);
    must(answer instanceof GraphApiError && answer.code === 130429, `it answered ${answer}`);
});
const message = await step("webhook", "own", () => {
    let hear;
    const heard = new Promise((done) => (hear = done));
    const listener = async (request, response) => {
        const query = new URL(request.url, "http://localhost").searchParams;
        if (request.method === "GET") return response.end(query.get("hub.verify_token") === VERIFY ? query.get("hub.challenge") : "");
        const rawBody = await bodyOf(request);
        const fits = verifySignature({ appSecret: SECRET, rawBody, signatureHeader: request.headers["x-hub-signature-256"] });
        response.writeHead(fits ? 200 : 403).end();
        const said = fits && normalizeWebhook(JSON.parse(rawBody)).messages.find((message) => message.text?.body === "is it open?");
        if (said) hear(said);
    };
    return receive(listener, heard);
});
await step("read", "own", async () => must((await client.messages.markRead({ phoneNumberId: NUMBER, messageId: message.id })).success));
await step("delete template", "own", async () => {
    must((await client.templates.delete({ businessAccountId: ACCOUNT, name: TEMPLATE })).success);
});
