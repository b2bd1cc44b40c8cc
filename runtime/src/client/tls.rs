//! TLS, as the features of this crate say. Of several that are on, the first counts: `rustls`, `rustls-ring`, `native-tls`.

use std::sync::Arc;

/// Why there is no TLS.
pub(super) type Fault = Arc<dyn std::error::Error + Send + Sync>;

/// Has this build TLS of its own?
pub(super) const IS_THERE: bool = cfg!(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"));

/// Gives the HTTP client its TLS, or says why it has none.
#[cfg(feature = "rustls")]
#[expect(clippy::unnecessary_wraps, reason = "with other features it can fail")]
pub(super) fn add_to(client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Fault> {
    Ok(client.tls_backend_rustls())
}

/// Gives the HTTP client its TLS, or says why it has none. The cryptography is handed in: what is installed for the process is others'.
#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
pub(super) fn add_to(client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Fault> {
    use rustls::ClientConfig;
    use rustls::crypto::ring::default_provider;
    use rustls_platform_verifier::BuilderVerifierExt as _;

    let fault = |error: rustls::Error| -> Fault { Arc::new(error) };
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().map_err(fault)?;
    let mut config = config.with_platform_verifier().map_err(fault)?.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(client.tls_backend_preconfigured(config))
}

/// Gives the HTTP client its TLS, or says why it has none.
#[cfg(all(feature = "native-tls", not(any(feature = "rustls", feature = "rustls-ring"))))]
#[expect(clippy::unnecessary_wraps, reason = "with other features it can fail")]
pub(super) fn add_to(client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Fault> {
    Ok(client.tls_backend_native())
}

/// There is none.
#[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
#[expect(clippy::unnecessary_wraps, reason = "with other features it can fail")]
pub(super) fn add_to(client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Fault> {
    Ok(client)
}
