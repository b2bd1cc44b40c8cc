//! What Graph reported of usage, for many machines: one key in Redis for the app, and one for each object.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use graph_runtime::{AppUsage, BoxFuture, StoreError, Usage, UsageReport, UsageStore, UseCaseUsage};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::builder::Shared;
use crate::link::{Fault, Script};

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("usage.lua")));

/// How long what was read counts as new: one round trip in a second for each object.
const FRESH: Duration = Duration::from_secs(1);

/// How long the same figures are not written again.
const SAME: Duration = Duration::from_secs(5);

/// How far back Graph counts.
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// Shares reports of usage between many machines, encrypted; for [`ClientBuilder::usage_store`](graph_runtime::ClientBuilder::usage_store).
///
/// A report that is at most a second old may not be seen yet by another machine.
///
/// # When Redis is away
/// The governor goes by what the machine knows itself. Every answer of Graph's says how much is used, so a machine learns it from its own next answer: until then each may
/// send the calls that it has under way.
///
/// # What a failover may lose
/// The latest reports. The next answer brings newer ones.
#[derive(Clone)]
pub struct RedisUsage {
    link: Shared,
    app: Arc<str>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    read: HashMap<String, (Instant, Option<Known>)>,
    written: HashMap<String, (Instant, Usage)>,
}

/// A report, and how old it was when it was read.
#[derive(Clone)]
struct Known {
    objects: Vec<String>,
    usage: Usage,
    age: Duration,
}

impl RedisUsage {
    pub(crate) fn new(link: Shared, app: &str) -> Self {
        Self { link, app: app.into(), kept: Arc::default() }
    }

    fn key(&self, object: Option<&str>) -> String {
        let name = object.map_or_else(|| self.app.to_string(), |object| format!("{}/{object}", self.app));
        self.link.names.key("usage", &self.link.names.tag("usage", &name))
    }

    async fn write(&self, report: UsageReport) -> Result<(), StoreError> {
        let UsageReport { objects, usage, .. } = report;
        let mut of_app = Usage::default();
        of_app.app = usage.app;
        let mut of_objects = usage;
        let business = of_objects.business.keys();
        let named: Vec<String> = objects.iter().chain(business).cloned().collect();
        of_objects.app = None;
        let mut all: Vec<(String, &[String], &Usage)> = Vec::new();
        if of_app.app.is_some() {
            all.push((self.key(None), &[], &of_app));
        }
        if !of_objects.business.is_empty() {
            all.extend(named.iter().map(|object| (self.key(Some(object)), objects.as_slice(), &of_objects)));
        }
        for (key, objects, usage) in all {
            if self.wrote(&key, usage) {
                continue;
            }
            let text = written(objects, usage).to_string();
            let sealed = self.link.names.seal(&key, text.as_bytes()).ok_or_else(|| Fault::unreadable("without randomness"))?;
            let regain = usage.business.values().flatten().filter_map(|case| case.regain_access).max().unwrap_or_default();
            let kept = regain.max(WINDOW).as_millis().to_string().into_bytes();
            let answer: Result<Vec<Vec<u8>>, Fault> =
                self.link.run(&SCRIPT, std::slice::from_ref(&key), &[b"put".to_vec(), sealed, kept]).await;
            if let Err(fault) = answer {
                self.kept().written.remove(&key);
                return Err(fault.into());
            }
        }
        Ok(())
    }

    /// Has this machine written the same a moment ago? From now on it has.
    fn wrote(&self, key: &str, usage: &Usage) -> bool {
        let mut kept = self.kept();
        tidy(&mut kept.written);
        if kept.written.get(key).is_some_and(|(at, known)| at.elapsed() < SAME && known == usage) {
            return true;
        }
        kept.written.insert(key.to_owned(), (Instant::now(), usage.clone()));
        false
    }

    async fn read(&self, objects: &[&str], now: SystemTime) -> Result<Vec<UsageReport>, StoreError> {
        let keys: Vec<String> = std::iter::once(None).chain(objects.iter().copied().map(Some)).map(|object| self.key(object)).collect();
        let mut reading = JoinSet::new();
        {
            let mut kept = self.kept();
            tidy(&mut kept.read);
            for key in &keys {
                if kept.read.get(key).is_none_or(|(at, _)| at.elapsed() >= FRESH) {
                    let (this, key) = (self.clone(), key.clone());
                    // All at once: a cluster has them in many places.
                    reading.spawn(async move { this.fetch(key).await });
                }
            }
        }
        let mut failure = None;
        while let Some(ended) = reading.join_next().await {
            if let Ok(Err(fault)) = ended {
                failure = Some(fault);
            }
        }
        if let Some(fault) = failure {
            return Err(fault.into());
        }
        let kept = self.kept();
        let known = keys.iter().filter_map(|key| kept.read.get(key)).filter_map(|(at, known)| Some((at, known.as_ref()?)));
        let report = |(at, known): (&Instant, &Known)| {
            let age = known.age.saturating_add(at.elapsed());
            Some(UsageReport { objects: known.objects.clone(), usage: known.usage.clone(), at: now.checked_sub(age)? })
        };
        Ok(known.filter_map(report).collect())
    }

    async fn fetch(&self, key: String) -> Result<(), Fault> {
        let answer: Vec<Vec<u8>> = self.link.run(&SCRIPT, std::slice::from_ref(&key), &[b"get".to_vec()]).await?;
        let known = match answer.as_slice() {
            [now, stored] => Some(self.known(&key, now, stored).ok_or_else(|| Fault::unreadable("a report of usage"))?),
            _ => None,
        };
        self.kept().read.insert(key, (Instant::now(), known));
        Ok(())
    }

    fn known(&self, key: &str, now: &[u8], stored: &[u8]) -> Option<Known> {
        let at = stored.iter().position(|byte| *byte == b' ')?;
        let millis = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u64>().ok();
        let age = Duration::from_millis(millis(now)?.saturating_sub(millis(&stored[..at])?));
        let (objects, usage) = read(&serde_json::from_slice(&self.link.names.open(key, &stored[at + 1..])?).ok()?)?;
        Some(Known { objects, usage, age })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UsageStore for RedisUsage {
    fn put(&self, report: UsageReport) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(report))
    }

    fn get<'a>(&'a self, objects: &'a [&'a str], now: SystemTime) -> BoxFuture<'a, Result<Vec<UsageReport>, StoreError>> {
        Box::pin(self.read(objects, now))
    }
}

/// What has not been looked at for a while is forgotten, once there is much of it.
fn tidy<T>(kept: &mut HashMap<String, (Instant, T)>) {
    if kept.len() >= 1024 && kept.len().is_power_of_two() {
        kept.retain(|_, (at, _)| at.elapsed() < SAME);
    }
}

fn written(objects: &[String], usage: &Usage) -> Value {
    let case = |case: &UseCaseUsage| {
        let minutes = case.regain_access.map(|time| time.as_secs());
        json!([case.kind, case.call_count, case.total_time, case.total_cputime, minutes])
    };
    let business: serde_json::Map<String, Value> =
        usage.business.iter().map(|(id, cases)| (id.clone(), cases.iter().map(case).collect())).collect();
    json!({"o": objects, "a": usage.app.map(|app| [app.call_count, app.total_time, app.total_cputime]), "b": business})
}

fn read(value: &Value) -> Option<(Vec<String>, Usage)> {
    let number = |value: &Value| u32::try_from(value.as_u64()?).ok();
    let objects = value["o"].as_array()?.iter().filter_map(|id| id.as_str().map(ToOwned::to_owned)).collect();
    let mut usage = Usage::default();
    if let Some([calls, time, cputime]) = value["a"].as_array().map(Vec::as_slice) {
        let mut app = AppUsage::default();
        (app.call_count, app.total_time, app.total_cputime) = (number(calls)?, number(time)?, number(cputime)?);
        usage.app = Some(app);
    }
    for (id, cases) in value["b"].as_object()? {
        let case = |value: &Value| {
            let [kind, calls, time, cputime, regain] = value.as_array()?.as_slice() else { return None };
            let mut case = UseCaseUsage::default();
            kind.as_str()?.clone_into(&mut case.kind);
            (case.call_count, case.total_time, case.total_cputime) = (number(calls)?, number(time)?, number(cputime)?);
            case.regain_access = regain.as_u64().map(Duration::from_secs);
            Some(case)
        };
        usage.business.insert(id.clone(), cases.as_array()?.iter().filter_map(case).collect());
    }
    Some((objects, usage))
}

impl fmt::Debug for RedisUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisUsage")
    }
}
