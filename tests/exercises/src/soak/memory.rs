//! How much memory this process has, while rows pass through it: the resident set that Linux tells. A counting allocator
//! would need `unsafe`, and would not see what fragments.

use std::fs;

/// Looks at the memory again and again. Growth counts from the first look on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    first: Option<u64>,
    most: Option<u64>,
}

impl Memory {
    pub(super) fn look(&mut self) {
        let now = resident();
        self.first = self.first.or(now);
        self.most = self.most.max(now);
    }

    /// By which part it has grown at most; none where the system does not tell.
    pub(super) fn growth(&self) -> Option<f64> {
        let (first, most) = (self.first?, self.most?);
        Some(most as f64 / first as f64 - 1.0)
    }

    /// The most that there was, in megabytes.
    pub(super) fn megabytes(&self) -> Option<f64> {
        Some(self.most? as f64 / 1024.0)
    }
}

/// In kilobytes.
fn resident() -> Option<u64> {
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
    fn growth_counts_from_the_first_look() {
        let memory = Memory {
            first: Some(1000),
            most: Some(1100),
        };
        assert!(
            memory
                .growth()
                .is_some_and(|growth| (growth - 0.1).abs() < 1e-9)
        );
        assert_eq!(Memory::default().growth(), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_kept_is_seen() {
        let mut memory = Memory::default();
        memory.look();
        let kept = vec![1_u8; 64 << 20];
        memory.look();
        assert_eq!(
            kept.iter().map(|byte| u64::from(*byte)).sum::<u64>(),
            64 << 20
        );
        assert!(memory.megabytes().is_some_and(|megabytes| megabytes > 60.0));
        assert!(memory.growth().is_some_and(|growth| growth > 0.05));
    }
}
