//! Makes from the built app what is delivered.

mod guide;

use std::path::Path;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let out = std::env::args().nth(1).context("usage: delivery FOLDER")?;
    let pages = guide::write(Path::new("."), Path::new(&out), env!("CARGO_PKG_VERSION"))?;
    println!("{} pages of the guide", pages.len());
    Ok(())
}
