//! Mistakes that must not compile, with the whole message that a user reads. Each file has one mistake or one family of
//! mistakes. The messages in `usage` are the compiler's, with notes of the SDK; the others come from the macros.

use std::process::Command;

/// The compiler that produced the expected messages. Other versions word their messages differently.
const COMPILER: &str = "rustc 1.95.";

/// `TRYBUILD=overwrite` updates the expected messages: review the difference as a user would read it.
#[test]
fn mistakes_do_not_compile() {
    let version = Command::new("rustc")
        .arg("--version")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(COMPILER) {
        eprintln!("skipped: the expected messages are those of {COMPILER}x, this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/cases/*/*.rs");
}
