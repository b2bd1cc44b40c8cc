//! What the width of a record costs: a page of numbers of which ten fields came, read as records of all fields, and of just those ten. What it costs
//! to read one as an answer is read, against `serde_json::from_str`; and to write what is sent, as a body is written, against `serde_json::to_vec`.
//!
//! `cargo bench -p contract-tests --bench codec [-- --rounds 200]`
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that fails should panic")]

#[path = "../request_cost/ratio.rs"]
mod ratio;

use std::{hint::black_box, time::Instant};

use graph_runtime::{
    __private::{Answer, ByTable as _},
    Extra, Page, Wire,
    codec::to_json,
};
use ratio::Ratio;
use serde_core::{Serialize, de::DeserializeOwned};
use whatsapp_graph::{PhoneNumberId, phone_number::PhoneNumber, types};

const NUMBER: &str = r#"{"id":"1972385232742141","display_phone_number":"+1 631-555-1111","verified_name":"John's Cake Shop","status":"CONNECTED","quality_rating":"GREEN","code_verification_status":"VERIFIED","name_status":"APPROVED","platform_type":"CLOUD_API","throughput":{"level":"STANDARD"},"is_official_business_account":false}"#;

const LIST: &str = r#"{"type":"list","header":{"type":"text","text":"Choose Shipping Option"},"body":{"text":"Which shipping option do you prefer?"},"footer":{"text":"Lucky Shrub: Your gateway to succulents"},"action":{"button":"Shipping Options","sections":[{"title":"I want it ASAP!","rows":[{"id":"priority_express","title":"Priority Mail Express","description":"Next Day to 2 Days"},{"id":"priority_mail","title":"Priority Mail","description":"1 to 3 Days"}]},{"title":"I can wait a bit","rows":[{"id":"ground","title":"Ground Advantage","description":"2 to 5 Days"}]}]}}"#;

const TEMPLATE: &str = r#"{"name":"order_confirmation","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"2871834006348767"}}]},{"type":"body","parameters":[{"type":"text","text":"Pablo"},{"type":"text","text":"860198-230332"},{"type":"currency","currency":{"fallback_value":"$100.99","code":"USD","amount_1000":100990}}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"order/860198"}]}]}"#;

/// The ten fields that come.
#[derive(Clone, Default, PartialEq)]
struct Narrow {
    id: PhoneNumberId,
    display_phone_number: Option<String>,
    verified_name: Option<String>,
    status: Option<types::PhoneNumberStatus>,
    quality_rating: Option<types::QualityRating>,
    code_verification_status: Option<types::CodeVerificationStatus>,
    name_status: Option<types::NameStatus>,
    platform_type: Option<types::PlatformType>,
    throughput: Option<types::Throughput>,
    is_official_business_account: Option<bool>,
    extra: Extra,
}

graph_runtime::record!(Narrow {
    0 Always("id") => id,
    1 Field("display_phone_number") => display_phone_number,
    2 Field("verified_name") => verified_name,
    3 Field("status") => status,
    4 Field("quality_rating") => quality_rating,
    5 Field("code_verification_status") => code_verification_status,
    6 Field("name_status") => name_status,
    7 Field("platform_type") => platform_type,
    8 Field("throughput") => throughput,
    9 Field("is_official_business_account") => is_official_business_account,
});

/// How long a page takes as an answer, two hundred times.
fn answered<T: Wire + Default>(page: &str) -> f64 {
    let start = Instant::now();
    for _ in 0..200 {
        drop(black_box(Answer::<Page<T>>::NEW.read(black_box(page)).unwrap()));
    }
    start.elapsed().as_secs_f64()
}

/// The same by `serde_json`.
fn deserialized<T: Wire + Default>(page: &str) -> f64 {
    let start = Instant::now();
    for _ in 0..200 {
        drop(black_box(serde_json::from_str::<Page<T>>(black_box(page)).unwrap()));
    }
    start.elapsed().as_secs_f64()
}

/// How long `write` takes, for a thousand times.
fn written(write: impl Fn() -> Vec<u8>) -> f64 {
    let start = Instant::now();
    for _ in 0..1000 {
        drop(black_box(write()));
    }
    start.elapsed().as_secs_f64()
}

/// Pairs of rounds, of which each side begins every other one.
fn ratio(rounds: usize, one: impl Fn() -> f64, other: impl Fn() -> f64) -> Ratio {
    let ratios = (0..rounds).map(|round| {
        if round % 2 == 0 {
            let one = one();
            one / other()
        } else {
            let other = other();
            one() / other
        }
    });
    Ratio::of(ratios.collect())
}

fn writing<T: Wire + Serialize + DeserializeOwned>(what: &str, json: &str, rounds: usize) {
    let value: T = serde_json::from_str(json).unwrap();
    let direct = || written(|| to_json(black_box(&value)));
    let by_serde = || written(|| serde_json::to_vec(black_box(&value)).unwrap());
    assert_eq!(to_json(&value), serde_json::to_vec(&value).unwrap());
    let ratio = ratio(rounds, direct, by_serde);
    println!("writing {what} as a body against serde_json::to_vec\t{:.3}\t{}", ratio.median(), ratio.spread());
}

fn main() {
    let mut args = std::env::args().skip_while(|arg| arg != "--rounds");
    let rounds: usize = args.nth(1).map_or(200, |rounds| rounds.parse().unwrap());
    assert!(serde_json::from_str::<Narrow>(NUMBER).unwrap().extra().is_empty());
    assert!(serde_json::from_str::<PhoneNumber>(NUMBER).unwrap().extra().is_empty());
    let page = format!(r#"{{"data":[{}]}}"#, [NUMBER; 25].join(","));
    let width = ratio(rounds, || answered::<PhoneNumber>(&page), || answered::<Narrow>(&page));
    println!("reading ten fields of all against a record of ten\t{:.3}\t{}", width.median(), width.spread());
    let reader = ratio(rounds, || answered::<PhoneNumber>(&page), || deserialized::<PhoneNumber>(&page));
    println!("reading a page as an answer against serde_json::from_str\t{:.3}\t{}", reader.median(), reader.spread());
    writing::<types::InteractiveMessage>("a list message", LIST, rounds);
    writing::<types::TemplateMessage>("a template message", TEMPLATE, rounds);
    writing::<PhoneNumber>("a number with ten fields", NUMBER, rounds);
}
