//! A lock that lets only one command at a time change a checkout.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};

use crate::checkout::Checkout;

/// An exclusive lock on a checkout. The system releases it when the process ends, even if it is killed.
pub(crate) struct CheckoutLock {
    _file: File,
}

impl CheckoutLock {
    /// Locks the checkout for `command`, or returns an error that names the command that holds the lock.
    pub(crate) fn acquire(checkout: &Checkout, command: &str) -> Result<Self, String> {
        let path = checkout.path("spec/.pull.lock");
        let cannot = |error| format!("cannot lock {}: {error}", checkout.relative(&path));
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false);
        let mut file = file.open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {
                // The name only improves the error message of another command, so a failure is ignored.
                let _ = file.set_len(0).and_then(|()| file.rewind());
                let _ = file.write_all(command.as_bytes());
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.is_empty() {
                    "command"
                } else {
                    &holder
                };
                Err(format!(
                    "another {holder} is running in this checkout; try again when it has finished"
                ))
            }
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }
}
