#!/usr/bin/env bash
# Package: @kapso/whatsapp-cloud-api 0.3.0 (npm), called directly on Graph, which its README calls "Meta setup".
# Meta says that the URL of a file is read with the token of the app
# (https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media).
# Seen: `media.download({ mediaId })` reads it without, unless its host is Kapso's, and does not look at the status: the body of the refusal is
# handed out as the file. With `auth: "always"`, which the README does not have in its examples, the file comes.
#   download({ mediaId }): {"error":{"message":"no token","code":190}}
#   download({ mediaId, auth: "always" }): the file
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --no-fund --no-audit --ignore-scripts @kapso/whatsapp-cloud-api@0.3.0

cat >try.mjs <<'JAVASCRIPT'
import { createServer } from "node:http";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";

// What Graph does: the medium by its identifier, and the bytes behind its URL, both with the token.
const server = createServer((request, response) => {
    if (request.headers.authorization !== "Bearer EAAJB") {
        return response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"no token","code":190}}');
    }
    if (request.url.startsWith("/bytes")) return response.end("the file");
    const medium = { url: `${base}/bytes`, mime_type: "text/plain", sha256: "00", file_size: 8, id: "2621233374848975", messaging_product: "whatsapp" };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(medium));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}`;
const client = new WhatsAppClient({ accessToken: "EAAJB", baseUrl: base });
const text = async (input) => Buffer.from(await client.media.download(input)).toString();
console.log("download({ mediaId }):", await text({ mediaId: "2621233374848975" }));
console.log('download({ mediaId, auth: "always" }):', await text({ mediaId: "2621233374848975", auth: "always" }));
server.close();
server.closeAllConnections();
JAVASCRIPT

node try.mjs | tee seen
diff - seen <<'SEEN'
download({ mediaId }): {"error":{"message":"no token","code":190}}
download({ mediaId, auth: "always" }): the file
SEEN
