//! What people meet first: a setup that cannot work, said in a line that says what to do.

use std::process::Command;

use graph_runtime::{Client, ClientBuilder, Error, RetryPolicy, Version};
use serde_json::json;

use crate::miniature::{ListPhoneNumbers, Wa};
use crate::retries::UNREACHABLE;
use crate::server::{TOKEN, client, count, saying, sent};
use crate::spans::Log;
use crate::tls::IS_THERE;

fn refused(builder: ClientBuilder<Client>) -> Error {
    let error = builder.build().unwrap_err();
    assert!(error.is_config() && !error.is_retryable() && error.attempts() == 0, "{error}");
    error
}

fn new(token: &str) -> ClientBuilder<Client> {
    Client::builder(token, Version(23, 0))
}

/// Run by the test below, in a process that finds no certificates.
#[test]
fn a_client_is_built() {
    if std::env::var_os("WITHOUT_CERTIFICATES").is_none() {
        return;
    }
    let error = refused(new(TOKEN));
    let mut chain = vec![error.to_string()];
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        chain.push(error.to_string());
        source = error.source();
    }
    println!("{}", chain.join("\n"));
}

#[test]
#[cfg(all(target_os = "linux", any(feature = "rustls", feature = "rustls-ring")))]
fn without_certificates_the_package_is_named_and_the_chain_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("none.pem");
    std::fs::write(&empty, "").unwrap();
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", "setup::a_client_is_built", "--nocapture"])
        .env("SSL_CERT_FILE", &empty)
        .env("SSL_CERT_DIR", folder.path())
        .env("WITHOUT_CERTIFICATES", "1");
    let output = test.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().find(|line| line.contains("the HTTP client cannot be built")).unwrap_or_else(|| panic!("{said}"));
    // The certificates are loaded by `reqwest`, or by this crate.
    let by = if cfg!(feature = "rustls") { "builder error: " } else { "unexpected error: " };
    assert!(line.contains(by) && line.contains("`ca-certificates`") && line.contains("SSL_CERT_FILE"), "{line}");
    assert!(said.lines().filter(|line| line.contains("ertificate")).count() > 1, "the chain of sources is kept: {said}");
}

/// Run by the test below, in a process with the variables of a proxy.
#[tokio::test]
async fn a_client_without_encryption_sends_a_call() {
    let Some(url) = std::env::var_os("WITHOUT_ENCRYPTION") else { return };
    let log = Log::take();
    let wa: Wa = ClientBuilder::new(TOKEN, Version(23, 0)).base_url(url.to_str().unwrap()).retries(RetryPolicy::never()).build().unwrap();
    drop(wa.send(&ListPhoneNumbers::new("102")).await);
    println!("{}", log.text());
}

/// Which proxy there is depends on the process, so that each case has one of its own.
#[tokio::test]
async fn a_proxy_of_the_environment_is_warned_of_where_it_sees_the_token() {
    let (host, address, six) = (UNREACHABLE.replace("127.0.0.1", "localhost"), UNREACHABLE, UNREACHABLE.replace("127.0.0.1", "[::1]"));
    for (url, name, exempt, sees) in [
        (address, "HTTP_PROXY", "", true),
        (address, "http_proxy", "", true),
        (address, "ALL_PROXY", "", true),
        (address, "HTTPS_PROXY", "", false),
        (address, "HTTP_PROXY", "localhost, 127.0.0.2", true),
        (address, "HTTP_PROXY", "localhost, 127.0.0.1", false),
        (address, "HTTP_PROXY", "*", true),
        (&host, "HTTP_PROXY", "*", false),
        (&host, "HTTP_PROXY", "LocalHost", false),
        (&host, "HTTP_PROXY", "127.0.0.1", true),
        (&six, "HTTP_PROXY", "[::1]", true),
        (&six, "HTTP_PROXY", "::1", false),
    ] {
        let proxy = saying(json!({"data": []})).await;
        let mut test = Command::new(std::env::current_exe().unwrap());
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
            test.env_remove(name);
        }
        test.args(["--exact", "setup::a_client_without_encryption_sends_a_call", "--nocapture"]).env("WITHOUT_ENCRYPTION", url);
        let output = test.env(name, proxy.uri()).env("NO_PROXY", exempt).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let case = format!("{url} {name} {exempt}: {said}");
        assert!(said.contains("the base URL is plain http"), "{case}");
        assert_eq!((count(&proxy).await == 1, said.contains("there is a proxy: it reads every token")), (sees, sees), "{case}");
        assert_eq!(said.contains(&format!("or name {} in the variable `NO_PROXY`", bare(url))), sees, "{case}");
    }
}

/// The host of a URL, as `NO_PROXY` has it.
fn bare(url: &str) -> &str {
    url.trim_start_matches("http://").trim_end_matches(":1").trim_matches(['[', ']'])
}

#[test]
fn a_token_with_white_space_is_found_at_build() {
    for token in ["EAAG\n", " EAAG", "EA AG", "Bearer EAAG"] {
        let error = refused(new(token)).to_string();
        assert!(error.contains("white space") && !error.contains("EA"), "{error}");
    }
}

#[test]
fn a_base_url_has_no_version() {
    for url in ["https://graph.facebook.com/v23.0", "https://graph.facebook.com/v23.0/", "https://proxy.example/graph/v19.0"] {
        let error = refused(new(TOKEN).base_url(url)).to_string();
        assert!(error.contains("leave it out, and give the version to the builder"), "{error}");
    }
    for url in ["https://proxy.example/graph", "https://proxy.example/v", "https://proxy.example/v23.0/graph"] {
        assert_eq!(new(TOKEN).base_url(url).build().is_ok(), IS_THERE, "{url}");
    }
}

/// Polls a future that is ready at once, without a runtime.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits for something"),
    }
}

#[test]
fn without_a_runtime_a_call_is_an_error_and_no_panic() {
    let wa: Wa = ClientBuilder::new(TOKEN, Version(23, 0)).base_url(UNREACHABLE).build().unwrap();
    let batch: Vec<Result<_, Error>> = ready(wa.0.batch_of([ListPhoneNumbers::new("102")]));
    for error in [ready(wa.send(&ListPhoneNumbers::new("102"))).unwrap_err(), batch.into_iter().next().unwrap().unwrap_err()] {
        assert!(error.is_config() && error.to_string().contains("`#[tokio::main]`"), "{error}");
    }
}

#[test]
fn what_main_prints_is_a_line() {
    let error = refused(new("EAAG\n"));
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(!format!("{error:?}").contains('\n'));
}

#[tokio::test]
async fn the_user_agent_names_the_crate_of_the_api() {
    let server = saying(json!({"data": []})).await;
    client(&server).send(&ListPhoneNumbers::new("102")).await.unwrap();
    assert_eq!(sent(&server).await.headers["user-agent"], "miniature/7");
}
