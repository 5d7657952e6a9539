//! One command at a time changes a checkout.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};

use crate::tree::Tree;

/// While this lives, no other command that asks may change the checkout. The system lets go of it when the process ends,
/// however it ends.
pub(crate) struct Alone {
    _file: File,
}

/// Lets only this command change the checkout, or says who does.
pub(crate) fn alone(tree: &Tree, command: &str) -> Result<Alone, String> {
    let path = tree.0.join("spec/.pull.lock");
    let cannot = |error| format!("{} cannot be locked: {error}", tree.shown(&path));
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false);
    let mut file = file.open(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => {
            // Only for the message of another one, so it may fail.
            let _ = file.set_len(0).and_then(|()| file.rewind());
            let _ = file.write_all(command.as_bytes());
            Ok(Alone { _file: file })
        }
        Err(TryLockError::WouldBlock) => {
            let mut who = String::new();
            let _ = file.read_to_string(&mut who);
            let who = if who.is_empty() { "command" } else { &who };
            Err(format!(
                "another {who} is at work in this checkout; wait until it is done, and try again"
            ))
        }
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}
