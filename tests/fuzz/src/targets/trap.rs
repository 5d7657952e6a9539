//! Targets that break, each in its way, at an input with this in it: a test that the command finds what there is to find.

#![allow(clippy::panic, reason = "that is what it is for")]

use super::Target;

type Started = Result<Box<dyn Target>, String>;

struct Trap(fn(&[u8]) -> Result<(), String>);

impl Target for Trap {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        // One in a few hundred.
        match input.windows(3).any(|three| three == b"%zz") {
            true => (self.0)(input),
            false => Ok(()),
        }
    }
}

pub(super) fn panic() -> Started {
    Ok(Box::new(Trap(|_| panic!("a trap"))))
}

pub(super) fn memory() -> Started {
    Ok(Box::new(Trap(|input| {
        let much = vec![1_u8; 128 * (input.len() + 64 * 1024)];
        std::hint::black_box(&much);
        Ok(())
    })))
}

pub(super) fn stack() -> Started {
    fn deeper(depth: u64) -> u64 {
        let room = std::hint::black_box([depth; 64]);
        match depth {
            u64::MAX => 0,
            _ => deeper(depth + 1) + room[1],
        }
    }
    Ok(Box::new(Trap(|_| {
        std::hint::black_box(deeper(0));
        Ok(())
    })))
}

/// A panic that nobody sees but the hook.
pub(super) fn task() -> Started {
    Ok(Box::new(Trap(|_| {
        let runtime = super::server::runtime()?;
        let task = async { panic!("a trap in a task") };
        runtime.block_on(async { tokio::spawn(task).await.is_err() });
        Ok(())
    })))
}

pub(super) fn promise() -> Started {
    Ok(Box::new(Trap(|_| Err("a promise was broken".to_owned()))))
}
