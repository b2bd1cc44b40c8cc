//! What a call would send, shown: as HTTP writes it, and without secrets.

use graph_runtime::{ClientBuilder, File, Method, RawRequest, Version};
use serde_json::{Value, json};

use crate::miniature::{ListPhoneNumbers, RegisterPhoneNumber, UploadMedia, Wa};
use crate::retries::UNREACHABLE;
use crate::server::{APP_SECRET, TOKEN};

fn wa() -> Wa {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url(UNREACHABLE).app_secret(APP_SECRET).build().unwrap()
}

#[test]
fn a_preview_reads_as_http_writes_it() {
    let wa = wa();
    let head = "accept: application/json\nuser-agent: miniature/7\nauthorization: Bearer [masked]\n";
    let url = |path: &str| format!("{UNREACHABLE}/v23.0/{path}appsecret_proof=[masked]");
    let list = wa.0.preview(&ListPhoneNumbers::new("102").limit(3)).unwrap();
    assert_eq!(list.to_string(), format!("GET {}\n{head}", url("102/phone_numbers?limit=3&")));
    let register = wa.0.preview(&RegisterPhoneNumber::new("106", "212834")).unwrap();
    let params = "{\n  \"messaging_product\": \"whatsapp\",\n  \"pin\": \"[masked]\"\n}";
    assert_eq!(register.to_string(), format!("POST {}\n{head}\n{params}\n", url("106/register?")));
    let upload = wa.0.preview(&UploadMedia::new("106", File::path("/none/photo.png", "image/png"))).unwrap();
    let parts = "{\n  \"messaging_product\": \"whatsapp\"\n}\n\nfile: the file \"photo.png\", image/png";
    assert_eq!(upload.to_string(), format!("POST {}\n{head}\n{parts}\n", url("106/media?")));
}

#[test]
fn no_preview_shows_a_secret_at_any_depth_and_other_values_stay_what_they_are() {
    let note = json!(["the pin 212834", {"pin": 212_834, "count": 7, "whole": true, "none": null}, TOKEN]);
    let raw = RawRequest::<Value>::new(Method::Post, "/106/register").with_param("pin", 212_834).with_param("note", note);
    let preview = wa().0.preview(&raw).unwrap();
    let masked = json!({
        "pin": "[masked]",
        "note": ["the pin [masked]", {"pin": "[masked]", "count": 7, "whole": true, "none": null}, "[masked]"],
    });
    assert_eq!(Value::Object(preview.params.clone()), masked);
    let shown = format!("{preview} {preview:?}");
    assert!(![TOKEN, APP_SECRET, "212834"].iter().any(|secret| shown.contains(secret)), "{shown}");
}
