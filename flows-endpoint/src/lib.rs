//! The endpoint that a flow asks for its screens.
//!
//! A flow that has an endpoint asks it for the next screen, encrypted with the public key that the business has uploaded for the number. An
//! [`Endpoint`] verifies and decrypts what came in, and an [`Exchange`] encrypts the answer with the key that came with it.
//!
//! ```no_run
//! use graph_runtime::serde_json::json;
//! use whatsapp_flows_endpoint::{Answer, Content, Endpoint, Reply};
//!
//! fn reply(endpoint: &Endpoint, body: &[u8], signature: Option<&[u8]>) -> Reply {
//!     let exchange = match endpoint.open(body, signature) {
//!         Ok(exchange) => exchange,
//!         Err(refused) => return refused.reply(),
//!     };
//!     match exchange.content() {
//!         Content::Ping | Content::Failure(_) => exchange.acknowledge(),
//!         Content::Request(request) if request.flow_token() == Some("used") => exchange.expired("The order has already been placed"),
//!         Content::Request(request) if request.screen() == Some("DETAILS") => {
//!             let details = json!({"error_message": "Tell us a date"});
//!             exchange.answer(&Answer::screen("DETAILS", details))
//!         }
//!         Content::Request(_) => exchange.answer(&Answer::screen("DETAILS", json!({"dates": ["2026-12-01"]}))),
//!     }
//! }
//! # let _ = reply;
//! ```
//!
//! The facts are those of Meta's pages
//! [Implementing endpoints for Flows](https://developers.facebook.com/docs/whatsapp/flows/guides/implementingyourflowendpoint) and
//! [Error codes](https://developers.facebook.com/docs/whatsapp/flows/reference/error-codes).
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic"))]

mod answer;
mod cipher;
mod content;
mod endpoint;
mod private_key;
mod token;

pub use answer::{Answer, Reply};
pub use content::{Content, Failure, Request};
pub use endpoint::{Endpoint, EndpointBuilder, EndpointError, Exchange, Refused};
pub use graph_runtime::Secret;
pub use private_key::KeyError;
pub use token::{FlowTokens, ShortSecret, TokenFault};
