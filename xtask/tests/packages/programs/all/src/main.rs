//! Uses every version: asks each for the currencies.

use scripted::{Scripted, client};

macro_rules! ask_each {
    ($server:ident: $($version:ident)*) => {{$(
        let client = client!($version, $server)?;
        let answer = client.currencies().get_currencies().send().await?;
        println!("{} {} {:?}", stringify!($version), $server.asked(), answer.currencies);
    )*}};
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Scripted::new(r#"{"currencies":["EUR","SEK"]}"#);
    // `ask_each!(server: …)` with the features that the crate has.
    include!("versions.rs");
    Ok(())
}
