//! What a program does when Graph fails, found out without Graph: each check has a stand-in of its own, and the program under test is below.
//!
//! ```text
//! cargo run -p graph-mock --example tests_with_the_mock
//! ```
//!
//! In a test of yours the body of a check is the body of a `#[tokio::test]`.

use std::{error::Error as StdError, time::Duration};

use graph_mock::{Mock, Verdict};
use whatsapp_graph::{Client, Error, ErrorKind, Outcome, phone_number::SendMessage};

type Checked = Result<(), Box<dyn StdError>>;

const NUMBER: &str = "106540352242922";

/// The program under test: tells a guest that the table is ready, and says what to do with the order.
async fn tell(client: &Client, to: &str) -> Result<&'static str, Error> {
    match client.phone_number(NUMBER).messages().create("Your table is ready.").to(to).send().await {
        Ok(_) => Ok("told"),
        Err(error) if error.is_rate_limited() => Ok("later"),
        // It may have been sent: a guest who hears it twice is better than one who never does, but a person has to decide that.
        Err(error) if error.outcome() == Outcome::Unknown => Ok("ask a person"),
        Err(error) => Err(error),
    }
}

async fn a_throttled_message_is_kept_for_later(mock: &Mock) -> Checked {
    mock.on::<SendMessage>().fails(ErrorKind::ThroughputLimitReached).times(1);
    let client = mock.client()?;
    assert_eq!(tell(&client, "+1 650 555 1234").await?, "later");
    assert_eq!(tell(&client, "+1 650 555 1234").await?, "told");
    Ok(())
}

async fn a_lost_answer_is_not_sent_again(mock: &Mock) -> Checked {
    mock.on::<SendMessage>().close_after().times(1);
    assert_eq!(tell(&mock.client()?, "+1 650 555 1234").await?, "ask a person");
    assert_eq!(mock.requests().len(), 1);
    Ok(())
}

async fn a_token_that_ran_out_is_an_error_that_says_so(mock: &Mock) -> Checked {
    mock.on_any().expire_token().times(1);
    let Err(error) = tell(&mock.client()?, "+1 650 555 1234").await else { return Err("the token has run out".into()) };
    assert_eq!(error.code(), Some(190));
    assert!(error.info().is_some_and(|info| !info.remedy.is_empty()));
    Ok(())
}

async fn the_message_that_is_sent_is_the_one_that_was_meant(mock: &Mock) -> Checked {
    tell(&mock.client()?, "+1 650 555 1234").await?;
    let request = &mock.requests()[0];
    assert_eq!(request.json()["text"]["body"], "Your table is ready.");
    assert_eq!(request.verdict, Verdict::Fits);
    Ok(())
}

async fn a_message_that_waits_for_a_slow_graph_ends_in_time(mock: &Mock) -> Checked {
    mock.on_any().delay(Duration::from_secs(30)).times(1);
    let client = mock.client_builder(whatsapp_graph::ApiVersion::V27_0).timeout(Duration::from_millis(300)).build()?;
    assert_eq!(tell(&client, "+1 650 555 1234").await?, "ask a person");
    Ok(())
}

/// Runs a check with a stand-in of its own, and prints what Graph was asked.
async fn run(name: &str, check: impl AsyncFn(&Mock) -> Checked) -> Checked {
    let mock = Mock::start()?;
    check(&mock).await?;
    println!("ok  {}", name.replace('_', " "));
    for request in mock.requests() {
        let status = if request.status == 0 { "no answer".to_owned() } else { request.status.to_string() };
        println!("      {} {}: {status}", request.method, request.operation.unwrap_or(&request.target));
    }
    Ok(())
}

macro_rules! checks {
    ($($name:ident)*) => { $(run(stringify!($name), $name).await?;)* };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Checked {
    checks! {
        a_throttled_message_is_kept_for_later
        a_lost_answer_is_not_sent_again
        a_token_that_ran_out_is_an_error_that_says_so
        the_message_that_is_sent_is_the_one_that_was_meant
        a_message_that_waits_for_a_slow_graph_ends_in_time
    }
    Ok(())
}
