//! Uploads a file, sends it, and downloads a file that was received, with its progress.
//!
//! ```text
//! export ACCESS_TOKEN=...      # with whatsapp_business_messaging
//! export PHONE_NUMBER_ID=...   # the number that sends
//! export TO=16505551234        # who gets the file
//! export FILE=fern.png
//! export TYPE=image/png
//! export SAVE_AS=copy.png      # where what Graph has is downloaded to
//! cargo run --example media
//! ```
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as the stand-in: `cargo run -p graph-mock`.

use std::{error::Error as StdError, io, process::ExitCode};

use whatsapp_graph::{ApiVersion, Client, Error, File, MediaId, types::ImageMessage};

/// Uploads the file and sends it as an image. Neither holds it in memory: it is streamed from the disk.
pub async fn send(client: &Client, number: &str, to: &str, path: &str, kind: &str) -> Result<MediaId, Error> {
    let phone = client.phone_number(number);
    let uploaded = phone.media().create(File::path(path, kind)).send().await?;
    phone.messages().create(ImageMessage::from_id(uploaded.id.clone()).caption("Grown this spring.")).to(to).send().await?;
    Ok(uploaded.id)
}

/// Downloads what Graph has under an identifier, a piece at a time, and says after each how far it is. The hash is checked with the last piece.
pub async fn fetch(
    client: &Client,
    media: &MediaId,
    to: &mut impl io::Write,
    mut show: impl FnMut(u64, Option<u64>),
) -> Result<u64, Box<dyn StdError>> {
    let mut download = client.media(media).download().send().await?;
    let (mut read, size) = (0, download.size());
    while let Some(piece) = download.chunk().await? {
        to.write_all(&piece)?;
        read += u64::try_from(piece.len())?;
        show(read, size);
    }
    Ok(read)
}

#[tokio::main]
async fn main() -> ExitCode {
    match work().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn work() -> Result<(), Box<dyn StdError>> {
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0);
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let (client, path) = (builder.build()?, variable("SAVE_AS")?);
    let media = send(&client, &variable("PHONE_NUMBER_ID")?, &variable("TO")?, &variable("FILE")?, &variable("TYPE")?).await?;
    println!("uploaded and sent as {media}");
    let mut file = std::fs::File::create(&path)?;
    let bytes = fetch(&client, &media, &mut file, |read, size| match size {
        Some(size) => eprint!("\r{read} of {size} bytes"),
        None => eprint!("\r{read} bytes"),
    });
    let bytes = bytes.await?;
    eprintln!();
    println!("downloaded {bytes} bytes to {path}, and their hash is the one that Graph names");
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
