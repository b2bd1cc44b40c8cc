//! The memory of this process.

/// The most that it has had in KiB; or why that is not known.
pub fn peak() -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status")
        .map_err(|error| format!("not known: /proc/self/status of {}: {error}", std::env::consts::OS))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    peak.ok_or_else(|| String::from("not known: /proc/self/status says no VmHWM"))
}

pub fn shown(peak: &Result<u64, String>) -> String {
    match peak {
        Ok(kib) => format!("{:.1} MiB", *kib as f64 / 1024.0),
        Err(why) => why.clone(),
    }
}
