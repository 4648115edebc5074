//! Memory of the process: its peak.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate};

/// Returns the largest resident size so far in MiB, rounded up.
///
/// Linux keeps the peak itself (`VmHWM`); elsewhere the size of this moment stands for it.
pub(crate) fn peak_mib() -> u64 {
    kib_of("VmHWM:").map_or_else(
        || current_bytes().div_ceil(1024 * 1024),
        |kib| kib.div_ceil(1024),
    )
}

/// Returns the resident size in MiB, rounded up.
pub(crate) fn resident_mib() -> u64 {
    let bytes = kib_of("VmRSS:").map_or_else(current_bytes, |kib| kib * 1024);
    bytes.div_ceil(1024 * 1024)
}

fn kib_of(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let size = status.lines().find_map(|text| text.strip_prefix(line))?;
    size.trim().trim_end_matches(" kB").parse().ok()
}

fn current_bytes() -> u64 {
    let pid = Pid::from_u32(std::process::id());
    let Ok(mut system) = sysinfo::System::new() else {
        return 0;
    };
    let kind = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, kind);
    system.process(pid).map_or(0, sysinfo::Process::memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_stays_when_memory_is_given_back() {
        let before = peak_mib();
        let block = std::hint::black_box(vec![1_u8; 64 * 1024 * 1024]);
        drop(block);
        assert!(
            peak_mib() >= before.max(64),
            "{before} MiB before, {} MiB after",
            peak_mib()
        );
    }
}
