//! The call as one writes it with reqwest and serde for oneself, without any of the client's guarantees.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;

#[derive(Clone)]
pub struct ByHand {
    http: reqwest::Client,
    base: String,
    token: String,
}

#[derive(Deserialize)]
pub struct Page {
    pub data: Vec<PhoneNumber>,
    #[expect(dead_code, reason = "it is decoded as the client's is")]
    pub paging: Option<Paging>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded as the client's is")]
pub struct PhoneNumber {
    id: String,
    display_phone_number: Option<String>,
    verified_name: Option<String>,
    status: Option<Status>,
    quality_rating: Option<QualityRating>,
    code_verification_status: Option<CodeVerificationStatus>,
    name_status: Option<NameStatus>,
    platform_type: Option<PlatformType>,
    throughput: Option<Throughput>,
    is_official_business_account: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Connected,
    Pending,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum QualityRating {
    Green,
    Yellow,
    Red,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CodeVerificationStatus {
    Verified,
    NotVerified,
    Expired,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum NameStatus {
    Approved,
    AvailableWithoutReview,
    Declined,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PlatformType {
    CloudApi,
    OnPremise,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded as the client's is")]
struct Throughput {
    level: Level,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Level {
    Standard,
    High,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded as the client's is")]
pub struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
    previous: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is decoded as the client's is")]
struct Cursors {
    before: Option<String>,
    after: Option<String>,
}

impl ByHand {
    pub fn new(base: &str, token: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .user_agent("graph-runtime/0.1.0")
            .build()
            .unwrap();
        Self { http, base: base.to_owned(), token: token.to_owned() }
    }

    pub async fn list_phone_numbers(&self, account: &str, limit: u32) -> Result<Page, Box<dyn std::error::Error>> {
        const FIELDS: &str = "id,display_phone_number,verified_name,status,quality_rating,code_verification_status,name_status,\
            platform_type,throughput,is_official_business_account";
        let url = format!("{}/v23.0/{account}/phone_numbers", self.base);
        let url = reqwest::Url::parse_with_params(&url, [("fields", FIELDS), ("limit", &limit.to_string())])?;
        // As reqwest's own `bearer_auth` does it.
        let mut token = HeaderValue::from_str(&format!("Bearer {}", self.token))?;
        token.set_sensitive(true);
        let request = self.http.get(url).header(ACCEPT, "application/json").header(AUTHORIZATION, token);
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        Ok(serde_json::from_slice(&answer)?)
    }
}
