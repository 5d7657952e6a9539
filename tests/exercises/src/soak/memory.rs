//! The memory use of this process: the resident set, as Linux reports it. A counting allocator would need `unsafe` and
//! would miss fragmentation.

use std::fs;

/// Samples of the memory use, in kilobytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    first: Option<u64>,
    peak: Option<u64>,
}

impl Memory {
    pub(super) fn sample(&mut self) {
        let now = resident_kilobytes();
        self.first = self.first.or(now);
        self.peak = self.peak.max(now);
    }

    /// Returns the growth from the first sample to the peak as a fraction, or `None` if the system does not report it.
    pub(super) fn growth(&self) -> Option<f64> {
        let (first, peak) = (self.first?, self.peak?);
        Some(peak as f64 / first as f64 - 1.0)
    }

    pub(super) fn peak_megabytes(&self) -> Option<f64> {
        Some(self.peak? as f64 / 1024.0)
    }
}

fn resident_kilobytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_relative_to_the_first_sample() {
        let memory = Memory {
            first: Some(1000),
            peak: Some(1100),
        };
        let growth = memory.growth().unwrap_or_default();
        assert!((growth - 0.1).abs() < 1e-9, "{growth}");
        assert_eq!(Memory::default().growth(), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_large_allocation_is_measured() {
        let mut memory = Memory::default();
        memory.sample();
        let kept = vec![1_u8; 64 << 20];
        memory.sample();
        assert_eq!(
            kept.iter().map(|byte| usize::from(*byte)).sum::<usize>(),
            kept.len()
        );
        assert!(memory.peak_megabytes() > Some(60.0));
        assert!(memory.growth() > Some(0.05));
    }
}
