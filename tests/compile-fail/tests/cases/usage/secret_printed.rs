//! A printed secret.

use procountor_api::auth::Secret;

pub fn log(key: &Secret) {
    println!("{key}");
}

fn main() {}
