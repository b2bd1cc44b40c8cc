//! What `Debug` shows of what cannot derive it: its name, what helps to find it again, and no secret.

use graph_runtime::{
    Batch, BatchEntry, ClientBuilder, Cursor, Download, Error, Fields, IntString, Items, Method, Page, Pages, RawRequest, SystemClock,
    TypeMismatch, Value, Version,
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::miniature::{ListPhoneNumbers, PhoneNumberField, QualityRating, ReadMedia, RegisterPhoneNumber, Wa};
use crate::server::{APP_SECRET, TOKEN, answering, client};

fn wa() -> Wa {
    ClientBuilder::new(TOKEN, Version(23, 0)).base_url("https://graph.example.com/x").app_secret(APP_SECRET).build().unwrap()
}

#[test]
fn clients_show_where_they_send_and_what_they_ask_for() {
    let builder = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0));
    let shown = format!("{builder:?} {:?} {:?}", wa().0, SystemClock::default());
    for part in ["ClientBuilder { token: ", "Client { base_url: \"https://graph.example.com/x\", version: Version(23, 0)", " SystemClock"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn requests_show_their_operation() {
    let raw = RawRequest::<Value>::new(Method::Post, "/106/messages?x=1");
    assert!(format!("{raw:?}").starts_with("RawRequest { method: Post, path: \"/106/messages\""), "{raw:?}");
    let download = Download::<_, Error>::new(wa().0, ReadMedia::new("1"));
    assert!(format!("{download:?}").starts_with("Download { request: ReadMedia"), "{download:?}");
    let pages: Pages<_, Error> = wa().0.pages(ListPhoneNumbers::new("102"));
    let shown = "Pages { operation: \"WhatsAppBusinessAccount.phone_numbers.read\", continuation: None, .. }";
    assert_eq!(format!("{pages:?}"), shown);
    let items: Items<_, Error> = wa().0.items(ListPhoneNumbers::new("102"));
    assert_eq!(format!("{items:?}"), format!("Items {{ pages: {shown}, .. }}"));
}

#[tokio::test]
async fn errors_show_their_operation_and_what_came() {
    let server = answering(ResponseTemplate::new(400).set_body_json(json!({"error": {"code": 133_016}}))).await;
    let error = client(&server).send(&RegisterPhoneNumber::new("106", "212834")).await.unwrap_err();
    let shown = format!("{error:?}");
    for part in ["RegisterPhoneNumber: ", "RegistrationLimitReached", "HTTP 400", "133016"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert_eq!(shown, format!("{error:#}"), "what `main` prints is one line");
}

#[test]
fn batches_show_what_is_in_them_and_tickets_which_answer_is_theirs() {
    let mut batch: Batch = wa().0.batch();
    assert!(batch.is_empty());
    let adding = format!("{:?}", batch.named("it"));
    assert_eq!(adding, "BatchItem { name: Some(\"it\"), .. }");
    let ticket = batch.named("it").add(RegisterPhoneNumber::new("106", "212834"));
    let _other = batch.add(RegisterPhoneNumber::new("107", "212834"));
    assert_eq!(format!("{ticket:?}"), "Ticket { index: 0, name: \"it\", .. }");
    let shown = format!("{batch:?}");
    let item = "Item { name: \"it\", request: Outgoing { operation: \"WhatsAppBusinessPhoneNumber.register.create\", params: [\"messaging_product\", \"pin\"]";
    assert!(shown.starts_with(&format!("Batch {{ items: [{item}")) && !shown.contains("212834"), "{shown}");
    let entry = BatchEntry::new(&RegisterPhoneNumber::new("106", "212834"));
    assert!(format!("{entry:?}").starts_with("BatchEntry { request: Outgoing { operation: "), "{entry:?}");
    assert_eq!((batch.len(), batch.is_empty()), (2, false));
}

#[test]
fn values_are_shown_verbatim_and_misfits_why_they_are_some() {
    let mismatch = TypeMismatch { value: json!("212834"), why: "no number".to_owned() };
    assert_eq!(format!("{mismatch:?}"), "TypeMismatch { why: \"no number\", .. }");
    let QualityRating::Unlisted(value) = QualityRating::from("X") else { panic!("X is listed nowhere") };
    assert_eq!(format!("{value:?} {value}"), "\"X\" X");
    let numbers: [IntString; 2] = serde_json::from_str(r#"["5", 5]"#).unwrap();
    assert_eq!(format!("{numbers:?} {}", numbers[0]), r#"["5", 5] 5"#);
}

#[test]
fn a_page_says_whether_there_is_another() {
    let page = |paging: Value| serde_json::from_value::<Page<String>>(json!({"data": [], "paging": paging, "odd": 1})).unwrap();
    let (middle, last) = (page(json!({"cursors": {"after": "b"}, "next": "https://x.y"})), page(json!({"cursors": {"after": "b"}})));
    assert_eq!((middle.has_next(), last.has_next()), (true, false));
    assert_eq!((middle.next_cursor(), last.next_cursor()), (Some(&Cursor::from("b")), None));
    assert_eq!(middle.extra().get("odd"), Some(&json!(1)));
}

#[test]
fn fields_and_cursors_are_made_of_what_callers_have() {
    let mut fields = Fields::from(vec![PhoneNumberField::Id]);
    fields.push(PhoneNumberField::from("owner{id}"));
    assert_eq!(fields.as_slice(), [PhoneNumberField::Id, PhoneNumberField::from("owner{id}")]);
    let cursor = Cursor::from("QVFI".to_owned());
    assert_eq!((cursor.as_ref(), Cursor::from(&cursor)), ("QVFI", Cursor::from("QVFI")));
    assert_eq!(serde_json::from_str::<Cursor>("\"QVFI\"").unwrap(), cursor);
}
