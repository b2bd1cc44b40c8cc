//! Flow tokens: what is read, and what is not.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "the names of tests say what they hold")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use whatsapp_flows_endpoint::{FlowTokens, ShortSecret, TokenFault};

const HOUR: Duration = Duration::from_secs(3600);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn tokens(secret: &str) -> FlowTokens {
    FlowTokens::new(secret).unwrap()
}

#[test]
fn a_token_is_read_until_its_time_is_over() {
    let tokens = tokens("a secret of one's own");
    let token = tokens.issue("order 7 of +1 631-555-1234 é", HOUR, at(1_000));
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{token}");
    assert_eq!(tokens.read(&token, at(4_599)).as_deref(), Ok("order 7 of +1 631-555-1234 é"));
    assert_eq!(tokens.read(&token, at(4_600)), Err(TokenFault::Expired));
    assert_eq!(tokens.read(&tokens.issue("", Duration::MAX, at(1_000)), at(u64::from(u32::MAX))).as_deref(), Ok(""));
}

#[test]
fn a_token_that_was_changed_or_made_by_another_is_forged() {
    let tokens = tokens("a secret of one's own");
    let token = tokens.issue("order 7", HOUR, at(1_000));
    let other = self::tokens("another secret of another").issue("order 7", HOUR, at(1_000));
    let (signed, tag) = token.rsplit_once('.').unwrap();
    let later = tokens.issue("order 7", 2 * HOUR, at(1_000));
    let (later, _) = later.rsplit_once('.').unwrap();
    for forged in
        ["", ".", "..", "unused", signed, &other, &format!("{later}.{tag}"), &format!("{signed}.{}", &tag[1..]), &format!("{signed}.")]
    {
        assert_eq!(tokens.read(forged, at(1_000)), Err(TokenFault::Forged), "{forged}");
    }
}

#[test]
fn a_secret_that_can_be_guessed_is_refused() {
    assert_eq!(FlowTokens::new("fifteen bytes..").unwrap_err(), ShortSecret);
    assert_eq!(FlowTokens::new("               ,        ").unwrap_err(), ShortSecret);
    assert!(!format!("{:?}", tokens("a secret of one's own")).contains("own"));
}
