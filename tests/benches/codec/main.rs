//! What the width of a record costs: a number of which ten fields came, read as the record of all fields, and as one of just those ten.
//!
//! `cargo bench -p contract-tests --bench codec [-- --rounds 200]`
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that fails should panic")]

#[path = "../request_cost/ratio.rs"]
mod ratio;

use std::{hint::black_box, time::Instant};

use graph_runtime::Extra;
use ratio::Ratio;
use serde_core::de::DeserializeOwned;
use whatsapp_graph::{PhoneNumberId, phone_number::PhoneNumber, types};

const NUMBER: &str = r#"{"id":"1972385232742141","display_phone_number":"+1 631-555-1111","verified_name":"John's Cake Shop","status":"CONNECTED","quality_rating":"GREEN","code_verification_status":"VERIFIED","name_status":"APPROVED","platform_type":"CLOUD_API","throughput":{"level":"STANDARD"},"is_official_business_account":false}"#;

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

fn seconds<T: DeserializeOwned>(page: &str) -> f64 {
    let start = Instant::now();
    for _ in 0..200 {
        drop(black_box(serde_json::from_str::<Vec<T>>(black_box(page)).unwrap()));
    }
    start.elapsed().as_secs_f64()
}

fn main() {
    let mut args = std::env::args().skip_while(|arg| arg != "--rounds");
    let rounds: usize = args.nth(1).map_or(200, |rounds| rounds.parse().unwrap());
    assert!(serde_json::from_str::<Narrow>(NUMBER).unwrap().extra().is_empty());
    assert!(serde_json::from_str::<PhoneNumber>(NUMBER).unwrap().extra().is_empty());
    let page = format!("[{}]", [NUMBER; 25].join(","));
    let ratios = (0..rounds).map(|round| {
        let (wide, narrow) = if round % 2 == 0 {
            let wide = seconds::<PhoneNumber>(&page);
            (wide, seconds::<Narrow>(&page))
        } else {
            let narrow = seconds::<Narrow>(&page);
            (seconds::<PhoneNumber>(&page), narrow)
        };
        wide / narrow
    });
    let ratio = Ratio::of(ratios.collect());
    println!("reading ten fields of all against a record of ten\t{:.3}\t{}", ratio.median(), ratio.spread());
}
