//! Makes what is delivered from what the compiler leaves.

use anyhow::{Context as _, Result};

mod crates;
mod licenses;
mod pack;
mod sbom;
mod sizes;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("sizes") => {
            let path = words.next().context("delivery sizes FILE.wasm: the file is missing")?;
            let wasm = std::fs::read(&path).with_context(|| format!("{path} cannot be read"))?;
            print!("{}", sizes::report(&wasm, "uiot_testbench")?);
        }
        Some("papers") => {
            let (root, out) = (words.next().context("root")?, words.next().context("out")?);
            let (root, out) = (std::path::Path::new(&root), std::path::Path::new(&out));
            let crates = crates::Crates::read(root, &[])?;
            licenses::write(&crates, "0.1.0", None, out)?;
            let built = sbom::Built {
                version: "0.1.0",
                commit: "0",
                at: "2026-11-23T19:05:17Z",
                rust: Some("1.95.0"),
            };
            sbom::write(&crates, &built, out)?;
        }
        Some("pack") => {
            let words: Vec<_> = words.collect();
            let [site, out, version, at] = words.as_slice() else {
                anyhow::bail!("delivery pack SITE OUT VERSION TIME: four words are wanted");
            };
            pack::write(site.as_ref(), out.as_ref(), version, at)?;
        }
        other => anyhow::bail!("unknown: {}", other.unwrap_or("nothing was asked for")),
    }
    Ok(())
}
