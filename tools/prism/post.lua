-- What wrk sends: a text message, written as Meta's guide has it.
wrk.method = "POST"
wrk.headers["authorization"] = "Bearer EAAJBmeasured"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"text","text":{"preview_url":true,"body":"As requested, here\'s the link to our latest product: https://www.meta.com/quest/quest-3/"}}'
