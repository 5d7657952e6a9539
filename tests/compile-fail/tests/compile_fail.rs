//! What must not compile, with the whole message that a user reads: one mistake, or one family of mistakes, a file.

/// The messages are those of the compiler that `rust-version` in CI pins; `TRYBUILD=overwrite` writes them anew.
#[test]
fn mistakes_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/correct/*.rs");
    cases.compile_fail("tests/cases/*/*.rs");
}
