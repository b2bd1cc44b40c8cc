use proptest::prelude::*;

use crate::webhook::{FromBody, HandshakeFault, Receiver, ReceiverBuilder, ReceiverError, Rejection, sign};

/// A notification that is its body.
#[derive(Debug, PartialEq)]
struct Text(Vec<u8>);

impl FromBody for Text {
    fn from_body(body: &[u8]) -> Self {
        Self(body.into())
    }
}

/// A notification that no one may read.
#[derive(Debug)]
struct Never;

impl FromBody for Never {
    fn from_body(_: &[u8]) -> Self {
        panic!("a body was read whose signature is wrong")
    }
}

fn builder<N>() -> ReceiverBuilder<N> {
    Receiver::builder()
}

fn receiver<N>() -> Receiver<N> {
    builder().app_secret("old secret").app_secret("s3cret").verify_token("tök en").build().unwrap()
}

/// By Python's `hmac.new(b"s3cret", body, "sha256").hexdigest()`.
const BODY: &[u8] = b"{\"a\":\"\\u00e9\\/\"}";
const SIGNATURE: &str = "sha256=93ca65cbd562ffb4dadfbac48a8586a5de5f7bf35c468e598182ebcd9787a3e2";

#[test]
fn a_signed_body_is_read_and_the_secret_is_named() {
    let header = sign("s3cret", BODY);
    assert_eq!(header, SIGNATURE);
    let received = receiver::<Text>().receive(BODY, Some(header.as_bytes())).unwrap();
    assert_eq!((received.notification.0.as_slice(), &*received.body, received.secret), (BODY, BODY, Some(1)));
    assert_eq!(received.0, BODY, "it is the notification where one is expected");
    assert_eq!(receiver::<Text>().verify(BODY, Some(sign("old secret", BODY).as_bytes())), Ok(0));
}

#[test]
fn the_header_is_read_in_either_case() {
    for header in [SIGNATURE.to_uppercase(), format!("  {SIGNATURE} "), SIGNATURE.replace("sha", "SHA")] {
        assert_eq!(receiver::<Never>().verify(BODY, Some(header.as_bytes())), Ok(1), "{header}");
    }
}

#[test]
fn nothing_is_read_of_what_is_not_signed() {
    let receiver = receiver::<Never>();
    let wrong = Rejection::WrongSignature { app_secrets: 2 };
    let digits = &SIGNATURE[7..];
    for (header, rejection) in [
        (None, Rejection::NoSignature),
        (Some(""), Rejection::NoSignature),
        (Some("  "), Rejection::NoSignature),
        (Some("sha256="), Rejection::MalformedSignature),
        (Some(digits), Rejection::MalformedSignature),
        (Some(&SIGNATURE[..70]), Rejection::MalformedSignature),
        (Some(&*format!("{SIGNATURE}0")), Rejection::MalformedSignature),
        (Some(&*format!("{SIGNATURE}, {SIGNATURE}")), Rejection::MalformedSignature),
        (Some(&*format!("sha256= {digits}")), Rejection::MalformedSignature),
        (Some(&*format!("sha1={digits}  ")), Rejection::MalformedSignature),
        (Some(&*format!("sha512={digits}")), Rejection::MalformedSignature),
        (Some(&*format!("sha256=g{}", &digits[1..])), Rejection::MalformedSignature),
        (Some(&*format!("sha256=+{}", &digits[1..])), Rejection::MalformedSignature),
        (Some(&*format!("sha256=é{}", &digits[2..])), Rejection::MalformedSignature),
        (Some(&*sign("another", BODY)), wrong),
        (Some(&*sign("", BODY)), wrong),
        (Some(&*sign("s3cret", b"")), wrong),
        (Some(&*sign("s3cret", [BODY, b"\n"].concat())), wrong),
    ] {
        let error = receiver.receive(BODY, header.map(str::as_bytes)).unwrap_err();
        assert_eq!((error, error.status()), (rejection, 401), "{header:?}");
    }
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_signed() {
    let receiver: Receiver<Text> = builder().app_secret("s3cret").body_limit(3).build().unwrap();
    assert!(receiver.receive("abc", Some(sign("s3cret", "abc").as_bytes())).is_ok());
    let error = receiver.receive("abcd", Some(sign("s3cret", "abcd").as_bytes())).unwrap_err();
    assert_eq!((error, error.status()), (Rejection::TooLarge { limit: 3 }, 413));
    assert_eq!(builder::<Text>().app_secret("s").build().unwrap().body_limit(), 4 * 1024 * 1024);
}

#[test]
fn what_was_stored_is_read_without_a_signature() {
    let received = Receiver::<Text>::replay_unverified("stored");
    assert_eq!((received.notification.0.as_slice(), &*received.body, received.secret), (&b"stored"[..], &b"stored"[..], None));
}

#[test]
fn the_challenge_is_answered_unchanged() {
    for (query, challenge) in [
        ("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=t%C3%B6k+en", "1158201444"),
        ("?hub_verify_token=t%c3%b6k%20en&hub_challenge=0012&hub_mode=subscribe", "0012"),
        ("hub.mode=subscribe&hub.challenge=%3Cb%3E1%3C/b%3E&hub.verify_token=t%C3%B6k+en", "<b>1</b>"),
        ("hub.mode=subscribe&hub.challenge=1&hub.challenge=2&hub.verify_token=t%C3%B6k+en&hub.verify_token=a", "1"),
        ("a&hub%2Emode=subscribe&hub.challenge=a%2Bb%26%3D%C3%A9&hub.verify_token=t%C3%B6k+en&b=", "a+b&=é"),
    ] {
        assert_eq!(receiver::<Never>().handshake(query).as_deref(), Ok(challenge), "{query}");
    }
}

#[test]
fn a_handshake_without_all_of_it_is_refused() {
    let token = "hub.verify_token=t%C3%B6k+en";
    for (query, fault) in [
        (String::new(), HandshakeFault::NoSubscription),
        (format!("hub.challenge=1&{token}"), HandshakeFault::NoSubscription),
        (format!("hub.mode=unsubscribe&hub.challenge=1&{token}"), HandshakeFault::NoSubscription),
        (format!("hub.mode=Subscribe&hub.challenge=1&{token}"), HandshakeFault::NoSubscription),
        ("hub.mode=subscribe&hub.challenge=1".into(), HandshakeFault::WrongVerifyToken),
        ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=".into(), HandshakeFault::WrongVerifyToken),
        (format!("hub.mode=subscribe&hub.challenge=1&hub.verify_token=a&{token}"), HandshakeFault::WrongVerifyToken),
        (format!("hub.mode=subscribe&hub.challenge=1&{token}s"), HandshakeFault::WrongVerifyToken),
        (format!("hub.mode=subscribe&{token}"), HandshakeFault::NoChallenge),
        (format!("hub.mode=subscribe&hub.challenge=&{token}"), HandshakeFault::NoChallenge),
        (format!("hub.mode=unsubscribe&hub.mode=subscribe&hub.challenge=1&{token}"), HandshakeFault::NoSubscription),
    ] {
        let error = receiver::<Never>().handshake(&query).unwrap_err();
        assert_eq!((error, error.status()), (Rejection::Handshake(fault), 403), "{query}");
    }
    let without = builder::<Never>().app_secret("s3cret").build().unwrap();
    for query in ["hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "hub.mode=subscribe&hub.challenge=1"] {
        assert_eq!(without.handshake(query), Err(Rejection::Handshake(HandshakeFault::NotExpected)));
    }
}

#[test]
fn secrets_that_protect_nothing_are_refused() {
    for (made, error) in [
        (builder(), ReceiverError::NoAppSecret),
        (builder().verify_token("t"), ReceiverError::NoAppSecret),
        (builder().app_secret(""), ReceiverError::BlankAppSecret { index: 0 }),
        (builder().app_secret("s").app_secret(" \n"), ReceiverError::BlankAppSecret { index: 1 }),
        (builder().app_secret("s\n"), ReceiverError::SpacedAppSecret { index: 0 }),
        (builder().app_secret("s").verify_token(" "), ReceiverError::BlankVerifyToken),
    ] {
        let made: Result<Receiver<Text>, _> = made.build();
        assert_eq!(made.unwrap_err(), error);
        let said = error.to_string();
        let what = if matches!(error, ReceiverError::BlankVerifyToken) { "verify token" } else { "app secret" };
        assert!(said.contains(what) && said.len() > 50, "{said}");
    }
}

#[test]
fn no_secret_is_shown() {
    let builder = builder::<Text>().app_secret("s3cret").verify_token("t0ken");
    let shown = format!("{builder:?}") + &format!("{:?}", builder.build().unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
    assert!(shown.contains("ReceiverBuilder { app_secrets: 1") && shown.contains("Receiver { app_secrets: 1"), "{shown}");
    for rejection in [
        Rejection::NoSignature,
        Rejection::MalformedSignature,
        Rejection::WrongSignature { app_secrets: 2 },
        Rejection::TooLarge { limit: 9 },
        Rejection::Handshake(HandshakeFault::NotExpected),
        Rejection::Handshake(HandshakeFault::NoSubscription),
        Rejection::Handshake(HandshakeFault::WrongVerifyToken),
        Rejection::Handshake(HandshakeFault::NoChallenge),
    ] {
        assert_eq!(rejection.to_string().lines().count(), 1);
    }
    for (fault, about) in [
        (HandshakeFault::NotExpected, "no verify token"),
        (HandshakeFault::NoSubscription, "hub.mode"),
        (HandshakeFault::WrongVerifyToken, "hub.verify_token"),
        (HandshakeFault::NoChallenge, "hub.challenge"),
    ] {
        assert!(Rejection::Handshake(fault).to_string().contains(about));
    }
}

proptest! {
    #[test]
    fn what_is_signed_is_received(body: Vec<u8>, secret in "[!-~]{1,80}") {
        let receiver: Receiver<Text> = builder().app_secret("another").app_secret(&secret).build().unwrap();
        let received = receiver.receive(body.clone(), Some(sign(&secret, &body).as_bytes())).unwrap();
        prop_assert_eq!(received.secret, Some(usize::from(secret != "another")));
        prop_assert_eq!(&received.notification.0, &body);
    }

    #[test]
    fn what_was_changed_is_not(body in prop::collection::vec(any::<u8>(), 1..200), bit: prop::sample::Index) {
        let header = sign("s3cret", &body);
        let mut changed = body;
        let bit = bit.index(changed.len() * 8);
        changed[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(receiver::<Never>().receive(changed, Some(header.as_bytes())).is_err());
    }

    #[test]
    fn no_request_panics(body: Vec<u8>, header: Option<Vec<u8>>, query: String) {
        prop_assert!(receiver::<Never>().receive(body, header.as_deref()).is_err());
        prop_assert!(receiver::<Never>().handshake(&query).is_err());
    }
}
