//! What must not compile, with the whole message that a user reads: one mistake, or one family of them, a file. The
//! messages of the macros are ours; those in `usage` are the compiler's, with our words where it takes them.

use std::process::Command;

/// The compiler whose words stand in the messages. Another one says the same a little differently, which is no mistake of
/// ours; with it, this test compares nothing.
const COMPILER: &str = "rustc 1.95.";

/// `TRYBUILD=overwrite` writes the messages anew: read the difference as a user would.
#[test]
fn mistakes_do_not_compile() {
    let version = Command::new("rustc")
        .arg("--version")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(COMPILER) {
        eprintln!(
            "the messages are those of {COMPILER}x, this is {version}: they were not compared"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/cases/*/*.rs");
}
