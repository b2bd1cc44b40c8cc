//! What begins and ends on days: judged by the client's clock, in UTC, with a day's slack, and refused only by a clock that can be right.

use graph_runtime::ledger::Limit;
use graph_runtime::{
    Availability, Bound, Client, Clock as _, Day, Error, ErrorCatalog, ErrorInfo, LimitInfo, LimitSubject, Method, Operation,
    OperationInfo, Outgoing, ParamInfo, RequestOptions, RuleInfo, RuleKind, Surface, Value, Version,
};
use serde_json::json;
use std::time::Duration;
use wiremock::MockServer;

use crate::miniature::WaError;
use crate::server::{TOKEN, count, saying};
use crate::spans::Log;
use crate::time::ManualClock;

/// The newest day that the description names.
const NEWEST: Day = Day(2026, 10, 27);
const GATED: Availability = Availability { gated: true, ..Availability::ALWAYS };

/// Gone on one day in every version.
const GONE: Availability = Availability { removed: Some(Bound::Day(NEWEST)), instead: Some("nothing"), ..GATED };
/// Gone in v26.0 at once, and everywhere on the day.
const STAGED: Availability = Availability { removed: Some(Bound::Either(Version(26, 0), NEWEST)), ..GATED };
/// There since a day.
const YOUNG: Availability = Availability { since: Some(Bound::Day(NEWEST)), ..GATED };
/// There since a day that was before the newest.
const OLD: Availability = Availability { since: Some(Bound::Day(Day(2026, 6, 15))), ..GATED };
/// Gone for some days.
const BACK: Availability = Availability { removed: Some(Bound::Day(Day(2026, 11, 1))), back: Some(Bound::Day(Day(2026, 11, 9))), ..GATED };
/// Gone, as far as was seen.
const SEEN: Availability = Availability { gated: false, ..GONE };
/// Deprecated on a day.
const AGING: Availability = Availability { deprecated: Some(Bound::Day(NEWEST)), instead: Some("a song"), ..Availability::ALWAYS };

const CALLS: [OperationInfo; 10] =
    [of(GONE), of(STAGED), of(YOUNG), of(OLD), of(BACK), of(SEEN), of(AGING), ruled(GATED_RULE), ruled(SEEN_RULE), REQUIRING];

const fn of(availability: Availability) -> OperationInfo {
    OperationInfo { id: "Dated.create", method: Method::Post, path: "/dated", availability, ..OperationInfo::EMPTY }
}

/// A call that breaks a rule.
const fn ruled(rules: &'static [RuleInfo]) -> OperationInfo {
    OperationInfo { rules, ..of(Availability::ALWAYS) }
}

const RULE: RuleInfo = RuleInfo { at: &[], kind: RuleKind::AnyOf(&["a", "b"]), availability: YOUNG, doc: "One of them", page: "" };
const GATED_RULE: &[RuleInfo] = &[RULE];
const SEEN_RULE: &[RuleInfo] = &[RuleInfo { availability: Availability { gated: false, ..YOUNG }, ..RULE }];

/// A call that needs a parameter which is there since a day.
const REQUIRING: OperationInfo = OperationInfo {
    params: &[ParamInfo { name: "song", required: Some(Availability::ALWAYS), availability: YOUNG, ..ParamInfo::EMPTY }],
    ..of(Availability::ALWAYS)
};

/// One of the calls.
#[derive(Clone, Default)]
struct Call<const N: usize>(RequestOptions);

impl<const N: usize> Operation for Call<N> {
    const INFO: &'static OperationInfo = &CALLS[N];
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.0
    }

    fn encode(&self, to: &mut Outgoing) {
        to.segment("dated");
    }
}

static CATALOG: ErrorCatalog = ErrorCatalog { newest_day: Some(NEWEST), ..ErrorCatalog::EMPTY };

struct Dated(Client);

impl From<Client> for Dated {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

impl Surface for Dated {
    type Error = WaError;
    const ERROR_CATALOG: &'static ErrorCatalog = &CATALOG;
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Sent,
    Warned(String),
    Refused(String),
}

use Outcome::{Refused, Sent, Warned};

impl Outcome {
    fn is_warned(&self) -> bool {
        matches!(self, Warned(_))
    }

    fn is_refused(&self) -> bool {
        matches!(self, Refused(_))
    }
}

/// What a client does with a call at a version, on a day by its clock.
async fn outcome<const N: usize>(version: u16, day: Day) -> Outcome {
    let server = saying(json!({})).await;
    at_second::<N>(&server, version, day, 0).await
}

/// The same, some seconds after the day began.
async fn at_second<const N: usize>(server: &MockServer, version: u16, day: Day, second: u64) -> Outcome {
    let (log, clock) = (Log::take(), ManualClock::at(day));
    clock.advance(Duration::from_secs(second));
    assert_eq!(Day::of(clock.now()), day);
    let builder = graph_runtime::ClientBuilder::<Dated>::new(TOKEN, Version(version, 0));
    let client = builder.base_url(server.uri()).clock(clock).build().unwrap().0;
    let (before, already) = (log.text().len(), count(server).await);
    let result: Result<Value, Error> = client.send(&Call::<N>::default()).await;
    let said = log.text()[before..]
        .lines()
        .find_map(|line| line.strip_prefix("message=")?.strip_suffix("; it is sent all the same").map(str::to_owned));
    assert_eq!(count(server).await - already, usize::from(result.is_ok()));
    match (result, said) {
        (Err(error), _) => Refused(error.to_string()),
        (Ok(_), Some(warning)) => Warned(warning),
        (Ok(_), None) => Sent,
    }
}

#[tokio::test]
async fn what_went_on_a_day_is_warned_of_on_it_and_refused_from_the_next_on() {
    assert_eq!(outcome::<0>(25, Day(2026, 10, 26)).await, Sent);
    let on_the_day = outcome::<0>(25, NEWEST).await;
    assert_eq!(
        on_the_day,
        Warned(
            "`Dated.create` was removed on 2026-10-27, and this call asks for v25.0 on 2026-10-27; instead: nothing \
             (the clock says 2026-10-27, a day more or less)"
                .into()
        )
    );
    for version in [21, 25, 27] {
        let Refused(text) = outcome::<0>(version, Day(2026, 10, 28)).await else { panic!("v{version}.0 is not refused") };
        assert!(
            text.contains(&format!("was removed on 2026-10-27, and this call asks for v{version}.0 on 2026-10-28; instead: nothing")),
            "{text}"
        );
        assert!(text.contains("with_refusals(Refusals::Off)"), "{text}");
    }
}

#[tokio::test]
async fn a_day_begins_and_ends_in_utc() {
    let server = saying(json!({})).await;
    assert_eq!(at_second::<0>(&server, 25, Day(2026, 10, 26), 86_399).await, Sent);
    assert!(at_second::<0>(&server, 25, NEWEST, 86_399).await.is_warned());
    assert!(at_second::<0>(&server, 25, Day(2026, 10, 28), 0).await.is_refused());
}

#[tokio::test]
async fn a_version_at_once_and_the_others_on_a_day() {
    assert_eq!(outcome::<1>(25, Day(2026, 10, 26)).await, Sent);
    assert!(outcome::<1>(25, NEWEST).await.is_warned());
    assert!(outcome::<1>(25, Day(2026, 10, 28)).await.is_refused());
    // The version alone decides, so the clock is not asked.
    for day in [Day(2026, 1, 1), Day(2026, 10, 26), NEWEST] {
        assert!(outcome::<1>(26, day).await.is_refused(), "{day}");
    }
}

#[tokio::test]
async fn a_clock_that_is_older_than_the_description_only_warns() {
    let Warned(text) = outcome::<3>(25, Day(2026, 6, 1)).await else { panic!("no warning") };
    assert_eq!(
        text,
        "`Dated.create` exists since 2026-06-15, and this call asks for v25.0 on 2026-06-01 \
         (the clock says 2026-06-01, and the documentation knows of 2026-10-27)"
    );
    assert_eq!(outcome::<3>(25, Day(2026, 6, 15)).await, Sent);
}

#[tokio::test]
async fn what_has_not_begun_may_begin_early() {
    assert!(outcome::<2>(25, Day(2026, 10, 1)).await.is_warned());
    assert!(outcome::<2>(25, Day(2026, 10, 26)).await.is_warned());
    assert_eq!(outcome::<2>(25, NEWEST).await, Sent);
}

#[tokio::test]
async fn what_comes_back_is_refused_in_between_but_for_a_day_at_each_end() {
    for (day, sent, warned) in [
        (Day(2026, 10, 31), true, false),
        (Day(2026, 11, 1), false, true),
        (Day(2026, 11, 2), false, false),
        (Day(2026, 11, 7), false, false),
        (Day(2026, 11, 8), false, true),
        (Day(2026, 11, 9), true, false),
    ] {
        let outcome = outcome::<4>(25, day).await;
        assert_eq!((outcome == Sent, outcome.is_warned()), (sent, warned), "{day}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_was_only_seen_to_go_is_never_refused() {
    let Warned(text) = outcome::<5>(25, Day(2027, 3, 1)).await else { panic!("no warning") };
    assert!(text.ends_with("this call asks for v25.0 on 2027-03-01; instead: nothing"), "{text}");
    let Warned(text) = outcome::<5>(25, NEWEST).await else { panic!("no warning") };
    assert!(text.ends_with("on 2026-10-27; instead: nothing"), "where nothing would be refused, no doubt has to be explained: {text}");
}

#[tokio::test]
async fn a_parameter_is_required_where_it_is_there_for_sure() {
    assert_eq!(outcome::<9>(25, Day(2026, 10, 25)).await, Sent);
    assert_eq!(outcome::<9>(25, NEWEST).await, Sent);
    let Refused(text) = outcome::<9>(25, Day(2026, 10, 28)).await else { panic!("it is not refused") };
    assert!(text.contains("`song` is required and was not given"), "{text}");
}

#[tokio::test]
async fn what_a_day_deprecates_is_warned_of_from_that_day_on() {
    assert_eq!(outcome::<6>(25, Day(2026, 10, 26)).await, Sent);
    assert_eq!(outcome::<6>(25, NEWEST).await, Warned("`Dated.create` is deprecated since 2026-10-27; instead: a song".into()));
}

#[tokio::test]
async fn a_rule_holds_from_its_day_on_and_refuses_where_the_server_does() {
    assert_eq!(outcome::<7>(25, Day(2026, 10, 26)).await, Sent);
    assert!(outcome::<7>(25, NEWEST).await.is_warned());
    assert!(outcome::<7>(25, Day(2026, 10, 28)).await.is_refused());
    assert!(outcome::<8>(25, Day(2026, 10, 28)).await.is_warned());
}

#[test]
fn of_two_limits_the_one_of_the_day_is_counted() {
    static REACHED: ErrorInfo = ErrorInfo { name: "Reached", ..ErrorInfo::EMPTY };
    const HOUR: Duration = Duration::from_secs(3_600);
    const BEFORE: LimitInfo = LimitInfo {
        max: 10,
        window: HOUR,
        per: LimitSubject::verbatim("number"),
        block: Some(HOUR),
        error: &REACHED,
        availability: Availability { removed: Some(Bound::Day(NEWEST)), ..Availability::ALWAYS },
    };
    const AFTER: LimitInfo =
        LimitInfo { max: 5, availability: Availability { since: Some(Bound::Day(NEWEST)), ..Availability::ALWAYS }, ..BEFORE };
    static OPERATION: OperationInfo = OperationInfo { limits: &[BEFORE, AFTER], ..OperationInfo::EMPTY };
    let max = |day| Limit::at(&OPERATION, "1", Version(25, 0), day).map(|limit| limit.max);
    assert_eq!((max(Day(2026, 10, 26)), max(NEWEST)), (Some(10), Some(5)));
}
