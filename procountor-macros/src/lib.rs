//! The attribute and derive macros of the Procountor SDK.
