//! Makes what is delivered from what the compiler leaves.

use anyhow::{Context as _, Result};

mod headers;
mod hosting;
mod sizes;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("sizes") => {
            let path = words.next().context("delivery sizes FILE.wasm: the file is missing")?;
            let wasm = std::fs::read(&path).with_context(|| format!("{path} cannot be read"))?;
            print!("{}", sizes::report(&wasm, "uiot_testbench")?);
        }
        Some("hosting") => {
            let out = words.next().context("delivery hosting DIST: the folder of the site is missing")?;
            hosting::write(".".as_ref(), out.as_ref())?;
        }
        other => anyhow::bail!("unknown: {}", other.unwrap_or("nothing was asked for")),
    }
    Ok(())
}
