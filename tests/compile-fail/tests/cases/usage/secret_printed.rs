//! A secret that would be shown.

use procountor_api::auth::Secret;

pub fn log(key: &Secret) {
    println!("{key}");
}

fn main() {}
