//! TLS by the features of this crate: run with each of them by `cargo test -p graph-runtime --no-default-features --features …`.

use graph_runtime::{ClientBuilder, Method, RawRequest, RetryPolicy, Value, Version};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::miniature::Wa;
use crate::server::TOKEN;

/// Has this build TLS of its own?
pub(crate) const IS_THERE: bool = cfg!(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"));

#[tokio::test]
async fn a_client_greets_in_tls_or_says_which_features_have_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let client = ClientBuilder::<Wa>::new(TOKEN, Version(23, 0)).base_url(&url).retries(RetryPolicy::never()).build();
    if !IS_THERE {
        let error = client.unwrap_err().0.to_string();
        assert!(["`rustls`", "`rustls-ring`", "`native-tls`", "`http`"].iter().all(|name| error.contains(name)), "{error}");
        return;
    }
    let greeting = async {
        let mut greeting = [0; 2];
        listener.accept().await.unwrap().0.read_exact(&mut greeting).await.unwrap();
        greeting
    };
    let (client, request) = (client.unwrap(), RawRequest::<Value>::new(Method::Get, "/106"));
    let (greeting, result) = tokio::join!(greeting, client.send(&request));
    assert_eq!(greeting, [22, 3], "a handshake of TLS (RFC 8446, 5.1)");
    assert!(result.unwrap_err().is_connect());
}
