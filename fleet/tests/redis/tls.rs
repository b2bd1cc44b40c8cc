//! TLS to Redis, with an authority of the test's own.

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use graph_fleet::{Fleet, FleetBuilder};
use graph_runtime::ledger::{Ledger as _, Reserved};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use crate::server::{Keeps, Server};
use crate::{NUMBER, REGISTER, SECRET, limit, now};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for this name, and its key.
fn signed(by: &Authority, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    let certificate = params.signed_by(&key, by).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// A server with a port for TLS, and where that is.
fn server(by: &Authority, asks_clients: bool) -> (Server, TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = signed(by, "127.0.0.1");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let server = Server::with(
        Keeps::Nothing,
        &[
            "--tls-port",
            &port,
            "--tls-cert-file",
            &file("redis.crt", &certificate),
            "--tls-key-file",
            &file("redis.key", &key),
            "--tls-ca-cert-file",
            &file("ca.crt", &by.pem()),
            "--tls-auth-clients",
            if asks_clients { "yes" } else { "no" },
        ],
    );
    (server, folder, format!("rediss://127.0.0.1:{port}/"))
}

/// A provider is the process's to choose.
fn machine(url: &str) -> FleetBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Fleet::builder(url, SECRET).patience(Duration::from_secs(3))
}

/// What comes of a reservation: nothing, or the error.
async fn reserve(machine: FleetBuilder) -> Result<(), String> {
    match machine.build().unwrap().ledger().reserve(&limit(&REGISTER, NUMBER), now()).await {
        Ok(Reserved::Open(_)) => Ok(()),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn a_server_is_believed_whose_authority_was_named_and_no_other() {
    let (ours, other) = (authority("ours"), authority("another"));
    let (server, _folder, url) = server(&ours, false);
    reserve(machine(&url).root_certificate(ours.pem())).await.unwrap();
    for stranger in [machine(&url).root_certificate(other.pem()), machine(&url)] {
        let began = Instant::now();
        let error = reserve(stranger).await.unwrap_err();
        assert_eq!(
            error,
            "the ledger of the fleet failed: Redis cannot be reached: invalid peer certificate: UnknownIssuer. If the authority that has signed it \
             is your own, name it: `FleetBuilder::root_certificate`"
        );
        assert!(began.elapsed() < Duration::from_secs(3), "it is known at once: {:?}", began.elapsed());
    }
    let error = reserve(machine(&url.replace("127.0.0.1", "localhost")).root_certificate(ours.pem())).await.unwrap_err();
    assert!(error.contains("certificate not valid for name"), "{error}");
    assert_eq!(server.say(&["DBSIZE"]), ":2\r\n", "the number's, and the mark of the secret: no one else has written");
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_that_of_the_machine() {
    let ours = authority("ours");
    let (_server, _folder, url) = server(&ours, true);
    let (certificate, key) = signed(&ours, "machine-1");
    reserve(machine(&url).root_certificate(ours.pem()).client_certificate(certificate, key)).await.unwrap();
    let error = reserve(machine(&url).root_certificate(ours.pem())).await.unwrap_err();
    assert!(
        error.contains("Redis cannot be reached: ") && error.ends_with("a certificate of this machine: `FleetBuilder::client_certificate`"),
        "{error}"
    );
}

#[test]
fn certificates_without_tls_are_refused_and_so_are_those_that_are_none() {
    let ours = authority("ours");
    let refused = |machine: FleetBuilder| machine.build().map(drop).unwrap_err().to_string();
    let error = refused(machine("redis://127.0.0.1:6379/").root_certificate(ours.pem()));
    assert_eq!(error, "there are certificates, and a URL that asks for no TLS: begin it with `rediss://`");
    let error = refused(machine("rediss://127.0.0.1:6379/").root_certificate("no certificate"));
    assert_eq!(error, "the root certificate is not in PEM: it has no `-----BEGIN CERTIFICATE-----`");
    let error = refused(machine("rediss://127.0.0.1:6379/").client_certificate(ours.pem(), "no key"));
    assert!(error.starts_with("the URL of Redis cannot be used: ") && !error.contains("no key"), "{error}");
}
