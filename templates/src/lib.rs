//! What programs do with message templates every day, and Graph has no call for.
//!
//! - [`Fill`] makes a message of a template as it was read, and [`check`] compares any message with one. What Graph would refuse with 132000 (another
//!   number of values) or 132012 (a value of another kind) is found before it is sent.
//! - [`Plan`] compares the templates of two accounts, by name and language. It shows what is missing, what differs and which category Meta has
//!   changed, and makes the requests that create what is missing.
//!
//! Nothing here is sent, and nothing is refused that was not asked for.
//!
//! ```no_run
//! use whatsapp_graph::types::MediaObject;
//! use whatsapp_templates::Fill;
//! # async fn example(client: whatsapp_graph::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let template = client.message_template("1387372356726668").read().send().await?;
//! let message = Fill::new(&template).body(["Pablo", "25OFF"]).button(1, "n3mtql").finish()?;
//! client.phone_number("106540352242922").messages().create(message).to("+16505551234").send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Which component takes what follows from the types that the spec has: a header of the format `IMAGE` takes the parameter that has the same name,
//! a button the parameters of the kind of button with its name. What the spec does not know is not judged.

mod check;
mod fill;
mod places;
mod plan;

pub use check::{Mismatch, Mismatches, Reason, check};
pub use fill::Fill;
pub use plan::{Difference, Key, Obstacle, Plan, Step};
