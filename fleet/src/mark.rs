//! The mark that a fleet leaves in Redis, so that no machine with another secret counts beside the others.

use std::sync::LazyLock;

use redis::Value;

use crate::link::Script;
use crate::names::Names;

/// Leaves the mark if there is none, and answers the one that is there.
pub(crate) static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local known = redis.call('GET', KEYS[1])
if not known then
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
    return ARGV[1]
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return known",
    )
});

/// 90 days after the last connection of any machine, in seconds. Machines that stay connected renew it every day.
const KEPT: u32 = 90 * 24 * 60 * 60;

pub(crate) fn of(names: &Names) -> Vec<u8> {
    names.tag("mark", "").into_bytes()
}

pub(crate) fn kept() -> Vec<u8> {
    KEPT.to_string().into_bytes()
}

/// Is it this fleet's?
pub(crate) fn check(names: &Names, found: Value) -> Result<(), String> {
    let found: Vec<u8> = redis::from_redis_value(found).map_err(|_| format!("the key {} holds something else", names.mark_key()))?;
    if found == of(names) {
        return Ok(());
    }
    Err(format!(
        "the machines that use this Redis with the same prefix have another secret, so what they count would be counted apart: \
         give all the same, or give this fleet a prefix of its own. If the secret was replaced, stop all machines and delete the key {}",
        names.mark_key()
    ))
}
