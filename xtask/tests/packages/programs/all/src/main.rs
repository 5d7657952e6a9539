//! Uses every version: prints the currencies of each.

use scripted::{Scripted, client};

macro_rules! print_each {
    ($server:ident: $($version:ident)*) => {{$(
        let client = client!($version, $server)?;
        let response = client.currencies().get_currencies().send().await?;
        println!("{} {} {:?}", stringify!($version), $server.last_request(), response.currencies);
    )*}};
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Scripted::new(r#"{"currencies":["EUR","SEK"]}"#);
    // The test writes `print_each!(server: …)` with all version features.
    include!("versions.rs");
    Ok(())
}
