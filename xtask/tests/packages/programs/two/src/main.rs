//! Uses two versions side by side: the newer one sends what the older one received.

use procountor_api::{v2411, v2604};
use scripted::{Scripted, client};

/// Formats a dimension of the newer version.
fn shown(dimension: &v2604::Dimension) -> String {
    format!("{:?} {:?}", dimension.id, dimension.name)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Scripted::new(
        r#"{"id":7,"name":"Site","items":[{"id":71,"codeName":"OULU","status":"ACTIVE","itsOwn":true}]}"#,
    );
    let (old, new) = (client!(v2411, server)?, client!(v2604, server)?);

    let id = v2411::DimensionId(7);
    let read: v2411::Dimension = old.dimensions().get_dimension(id).send().await?;
    println!("{}", server.last_request());
    println!("{}", shown(&read));

    // Both versions share the types, so the newer one can send the item, including its unknown members.
    let item = read.items.into_iter().flatten().next().ok_or("no item")?;
    let written = new.dimensions().update_dimension_item(id, item);
    println!("{:?}", written.send().await?.id);
    println!("{}", server.last_request());
    Ok(())
}
