//! A page of any shape: where the list goes on, that a cursor travels whole and unseen, and that no URL shows a secret.
//!
//! An input is the JSON of a page.

use graph_runtime::{Cursor, Page, PagedOperation as _, Paging, Value, offline};
use url::form_urlencoded;
use whatsapp_graph::whatsapp_business_account::ListPhoneNumbers;

/// A list goes on where a next page is named and nowhere else, with the cursor that came.
pub fn holds(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        travels_whole(&Cursor::from(text), text);
    }
    let Ok(page) = serde_json::from_slice::<Page<Value>>(input) else { return };
    let json: Value = serde_json::from_slice(input).expect("a page is JSON");
    let paging = &json["paging"];
    assert_eq!(page.has_next(), paging["next"].as_str().is_some_and(|next| !next.is_empty()), "the end of the list is not seen");
    let after = match &paging["cursors"]["after"] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    };
    let next = page.next_cursor();
    assert_eq!(next.map(Cursor::as_str), after.as_deref().filter(|_| page.has_next()), "another cursor than came");
    if let Some(cursor) = next {
        travels_whole(cursor, cursor.as_str());
    }
    if let Some(paging) = &page.paging {
        shows_no_secret(paging);
    }
    let again: Page<Value> = serde_json::from_value(serde_json::to_value(&page).expect("a page is JSON")).expect("a page is a page");
    assert_eq!(again, page, "a page is not read as it was written");
}

/// The cursor is the text, and it is what the next request asks for.
fn travels_whole(cursor: &Cursor, text: &str) {
    assert_eq!(cursor.as_str(), text);
    assert_eq!(format!("{cursor:?}"), format!("Cursor([{} chars])", text.chars().count()));
    let mut request = ListPhoneNumbers::new("102290129340398");
    request.resume(cursor.clone());
    let query = offline::query(&request);
    assert!(query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "a query is ASCII: {query}");
    let asked: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    assert!(matches!(&asked[..], [(name, value)] if name == "after" && value == text), "another cursor is requested: {query}");
}

/// However the name of a secret parameter is spelled, its value is not shown.
fn shows_no_secret(paging: &Paging) {
    for shown in [&paging.next, &paging.previous].into_iter().flatten() {
        let pairs = shown.as_str().split(['?', '#']).flat_map(|part| form_urlencoded::parse(part.as_bytes()));
        for (name, value) in pairs.filter(|(name, _)| name.eq_ignore_ascii_case("access_token")) {
            assert!(value.is_empty() || value.starts_with("[masked]"), "{name} is shown in {shown}");
        }
    }
}
