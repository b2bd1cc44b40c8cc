//! Whether a call is let in: its token, what the token may do, and how often it may be made.

use whatsapp_graph::ErrorKind;

use super::Inner;
use crate::{
    clock::{self, Millis},
    description::{Moment, Operation, Permissions},
    failure::Failure,
    request::Call,
    routes::Site,
    tables::SPEC,
    validate,
};

impl Inner {
    /// The counted limits of the spec.
    pub(super) fn limits(&mut self, operation: &Operation, id: &str, moment: Moment) -> Result<(), Failure> {
        let now = self.clock.now();
        for limit in operation.limits.iter().filter(|limit| moment.has(&limit.availability)) {
            let subject = format!("{}/{}/{}/{id}", operation.id, limit.error, limit.per);
            let failure = || {
                SPEC.error(limit.error)
                    .map_or_else(|| Failure::invalid("Invalid parameter"), |error| Failure::documented(error, Some(operation)))
            };
            if self.world.blocked.get(&subject).is_some_and(|until| now < *until) {
                return Err(failure());
            }
            if !self.world.count(&subject, now, seconds(limit.window), usize::try_from(limit.max).unwrap_or(usize::MAX)) {
                if let Some(block) = limit.block {
                    self.world.blocked.insert(subject, now + seconds(block));
                }
                return Err(failure());
            }
        }
        Ok(())
    }

    /// Whether the token is there, valid, and may do this.
    ///
    /// Source: `developers.facebook.com/docs/graph-api/guides/error-handling`.
    pub(super) fn token(&mut self, call: &Call, site: Option<Site>, moment: Moment) -> Result<(), Failure> {
        let Some((scheme, token)) = &call.token else {
            return Err(Failure::of(ErrorKind::AccessTokenMissing, None));
        };
        let malformed = token.is_empty() || token.chars().any(|c| c.is_whitespace() || c.is_control());
        let fits = site.is_none_or(|(_, operation)| validate::scheme_fits(operation, scheme)) || scheme == "bearer" || scheme == "oauth";
        let known = self.world.tokens.get(token);
        if malformed || !fits || (self.settings.seeded_only && known.is_none() && !self.world.tokens.is_empty()) {
            return Err(bad_token());
        }
        let Some(known) = known else { return Ok(()) };
        if let Some(error) = known.ended.as_ref().and_then(|name| SPEC.error(name)) {
            return Err(Failure::documented(error, None));
        }
        if let Some(at) = known.expires.filter(|at| *at <= self.clock.now()) {
            return Err(expired(at, self.clock.now()));
        }
        if let (Some(scopes), Some((_, operation))) = (&known.scopes, site) {
            let has = |wanted: &&str| scopes.iter().any(|scope| scope == wanted);
            let allowed = match operation.permissions.at(moment) {
                Permissions::None => true,
                Permissions::All(all) => all.iter().all(&has),
                Permissions::Any(any) => any.iter().any(has),
            };
            if !allowed {
                let own = operation
                    .errors
                    .iter()
                    .filter_map(|failure| SPEC.error(failure.error))
                    .find(|error| error.code == 10 || (200..300).contains(&error.code));
                let general = || Failure::worded(403, 10, None, "(#10) Application does not have permission for this action");
                return Err(own.map_or_else(general, |error| Failure::documented(error, Some(operation))));
            }
        }
        Ok(())
    }
}

fn seconds(seconds: u64) -> Millis {
    Millis::try_from(seconds).unwrap_or(Millis::MAX / 2000).saturating_mul(1000)
}

fn bad_token() -> Failure {
    let mut failure = Failure::worded(401, 190, None, "Invalid OAuth access token - Cannot parse access token");
    failure.name = Some("InvalidAccessToken");
    failure
}

pub(super) fn expired(at: Millis, now: Millis) -> Failure {
    let (at, now) = (clock::pacific(at), clock::pacific(now));
    let mut failure = Failure::worded(
        401,
        190,
        Some(463),
        &format!("Error validating access token: Session has expired on {at}. The current time is {now}."),
    );
    failure.name = Some("AccessTokenExpired");
    failure
}
