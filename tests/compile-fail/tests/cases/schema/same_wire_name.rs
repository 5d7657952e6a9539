//! Two fields with the same name on the wire.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub due_date: Option<String>,
    #[schema(name = "dueDate")]
    pub due: Option<String>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
