//! `.br` and `.gz` beside each file that they make smaller, for hosts that send those.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::files::{below, put, read};

/// Below this the names of the headers cost more than what is saved.
const LEAST: usize = 1024;

/// Compresses what is text or WebAssembly, as well as it can be done; on all processors, as it takes its time.
pub(crate) fn write(out: &Path) -> Result<()> {
    let mut names: Vec<_> = below(out)?.into_iter().filter(|name| shrinks(name)).collect();
    // The large ones first, so that none is left for the end.
    names.sort_by_cached_key(|name| {
        std::cmp::Reverse(out.join(name).metadata().map_or(0, |about| about.len()))
    });
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        // Each file is two pieces of work.
        while let Some((name, brotli)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((names.get(at / 2)?, at % 2 == 0)))
        {
            let content = read(&out.join(name))?;
            if content.len() <= LEAST {
                continue;
            }
            let (ending, packed) =
                if brotli { ("br", brotli_of(&content)) } else { ("gz", gzip_of(&content)) };
            let packed = packed.with_context(|| format!("{name} cannot be compressed"))?;
            if packed.len() < content.len() {
                put(out, &format!("{name}.{ending}"), packed)?;
            }
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("compressing came to a bad end"))?)
    })
}

fn shrinks(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !name.starts_with("hosting/")
        && matches!(ending, "html" | "js" | "css" | "wasm" | "svg" | "json" | "webmanifest" | "txt")
}

fn brotli_of(content: &[u8]) -> Result<Vec<u8>> {
    // 24 is the largest window that every browser takes.
    let options =
        BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut packed, &options)?;
    Ok(packed)
}

fn gzip_of(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content)?;
    Ok(packed.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_shrinks_has_both_forms_and_unpacks_to_the_same() {
        let out = tempfile::tempdir().unwrap();
        let content = "消息 message ".repeat(4000);
        // Noise by its own name: every byte follows from the one before in no way that can be packed.
        let noise: Vec<u8> =
            (0..4000u32).flat_map(|n| crate::files::hash(&n.to_be_bytes()).into_bytes()).collect();
        let noise: Vec<u8> = noise
            .chunks(2)
            .filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
            .collect();
        put(out.path(), "guide/en/index.html", &content).unwrap();
        put(out.path(), "small.js", "let a;").unwrap();
        put(out.path(), "picture.png", &content).unwrap();
        put(out.path(), "noise.wasm", noise).unwrap();
        write(out.path()).unwrap();
        assert_eq!(
            below(out.path()).unwrap(),
            [
                "guide/en/index.html",
                "guide/en/index.html.br",
                "guide/en/index.html.gz",
                "noise.wasm",
                "picture.png",
                "small.js"
            ]
        );
        let packed = |ending: &str| read(&out.path().join(format!("guide/en/index.html.{ending}"))).unwrap();
        let mut plain = String::new();
        brotli::Decompressor::new(packed("br").as_slice(), 4096).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, content);
        plain.clear();
        flate2::read::GzDecoder::new(packed("gz").as_slice()).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, content);
    }
}
