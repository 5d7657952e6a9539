//! Tests of the compiler errors that users of the SDK see.
