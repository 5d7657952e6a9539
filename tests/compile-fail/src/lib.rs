//! What must not compile, with the whole message.
