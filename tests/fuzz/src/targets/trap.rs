//! Targets that fail on purpose on inputs that contain `%zz`, to test that the command detects each kind of failure.

#![allow(clippy::panic, reason = "a trap panics on purpose")]

use super::Target;

type StartResult = Result<Box<dyn Target>, String>;

struct Trap(fn(&[u8]) -> Result<(), String>);

impl Target for Trap {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        // One input of a few hundred contains it.
        if input.windows(3).any(|bytes| bytes == b"%zz") {
            (self.0)(input)
        } else {
            Ok(())
        }
    }
}

pub(super) fn panic() -> StartResult {
    Ok(Box::new(Trap(|_| panic!("a trap"))))
}

pub(super) fn memory() -> StartResult {
    Ok(Box::new(Trap(|input| {
        std::hint::black_box(vec![1_u8; 128 * (input.len() + 64 * 1024)]);
        Ok(())
    })))
}

pub(super) fn stack() -> StartResult {
    fn recurse(depth: u64) -> u64 {
        let frame = std::hint::black_box([depth; 64]);
        match depth {
            u64::MAX => 0,
            _ => recurse(depth + 1) + frame[1],
        }
    }
    Ok(Box::new(Trap(|_| {
        std::hint::black_box(recurse(0));
        Ok(())
    })))
}

/// Panics in a task, where only the panic hook notices it.
pub(super) fn task() -> StartResult {
    Ok(Box::new(Trap(|_| {
        let runtime = super::server::runtime()?;
        let task = async { panic!("a trap in a task") };
        runtime.block_on(async { tokio::spawn(task).await.is_err() });
        Ok(())
    })))
}

pub(super) fn property() -> StartResult {
    Ok(Box::new(Trap(|_| Err("a trap".to_owned()))))
}
