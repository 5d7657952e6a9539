//! What must not compile, with the whole message that a user reads: one mistake, or one family of them, a file. The
//! messages of the macros are ours; those in `usage` are the compiler's, with our words where it takes them.

/// `TRYBUILD=overwrite` writes the messages anew: read the difference as a user would.
#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/cases/*/*.rs");
}
