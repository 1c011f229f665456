//! `sw.js`: the service worker, told its version and what to keep for when there is no network.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::files::{below, hash, integrity, put, read, text};
use crate::one_file;

const VERSION: &str = "const VERSION = \"0\";";
const FILES: &str = "const FILES = [];";

/// Writes the service worker from its source in `root`. Called when all other files of the site are there, the compressed
/// ones aside. Its version changes with any of its files, and with itself.
pub(crate) fn write(root: &Path, out: &Path) -> Result<()> {
    let source = text(&root.join("assets/sw.js"))?;
    for line in [VERSION, FILES] {
        ensure!(source.matches(line).count() == 1, "assets/sw.js has not just one line {line}");
    }
    // Each with its hash: half of an old version and half of a new one never become one.
    let kept = below(out)?
        .into_iter()
        .filter(|name| keeps(name))
        .map(|name| Ok(json!([name, integrity(&read(&out.join(&name))?)])))
        .collect::<Result<Vec<_>>>()?;
    let files = json!(kept).to_string();
    let version = hash(format!("{files}\n{source}").as_bytes());
    let worker = source
        .replace(VERSION, &format!("const VERSION = \"{version}\";"))
        .replace(FILES, &format!("const FILES = {files};"));
    put(out, "sw.js", worker)
}

/// The app and all that can be read; no pictures of the guide, and nothing that is for taking away.
fn keeps(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let copy =
        matches!(ending, "br" | "gz") || name == "sw.js" || name == one_file::NAME || name == "sbom.cdx.json";
    let readable = matches!(ending, "html" | "css");
    !copy && !name.starts_with("hosting/") && (!name.starts_with("guide/") || readable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "const VERSION = \"0\";\nconst FILES = [];\nwork(VERSION, FILES);\n";

    fn worker(files: &[(&str, &str)]) -> Result<String> {
        let (root, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        put(root.path(), "assets/sw.js", SOURCE).unwrap();
        for (name, content) in files {
            put(out.path(), name, content).unwrap();
        }
        write(root.path(), out.path())?;
        text(&out.path().join("sw.js"))
    }

    #[test]
    fn it_keeps_the_app_and_what_can_be_read() {
        let names = [
            "app-1.js",
            "app-1.js.br",
            "guide/en/index.html",
            "guide/pictures/en/a.png",
            "guide/style.css",
            "hosting/nginx.conf",
            "icons/icon-192.png",
            "index.html",
            "index.html.gz",
            "licenses.html",
            "main-1.wasm",
            "manifest.webmanifest",
            "sbom.cdx.json",
            "sw.js",
            "uiot-testbench.html",
        ];
        let worker = worker(&names.map(|name| (name, "abc"))).unwrap();
        let line =
            worker.lines().find_map(|line| line.strip_prefix("const FILES = ")?.strip_suffix(';')).unwrap();
        let files: Vec<(String, String)> = serde_json::from_str(line).unwrap();
        let kept: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            kept,
            [
                "app-1.js",
                "guide/en/index.html",
                "guide/style.css",
                "icons/icon-192.png",
                "index.html",
                "licenses.html",
                "main-1.wasm",
                "manifest.webmanifest",
            ]
        );
        assert!(files.iter().all(|(_, hash)| *hash == integrity(b"abc")));
        assert!(worker.ends_with("work(VERSION, FILES);\n"));
    }

    #[test]
    fn its_version_follows_from_what_it_keeps() {
        let version = |files: &[(&str, &str)]| worker(files).unwrap().lines().next().unwrap().to_string();
        let one = version(&[("index.html", "a"), ("uiot-testbench.html", "a")]);
        assert_eq!(one.len(), "const VERSION = \"0123456789abcdef\";".len());
        assert_eq!(one, version(&[("index.html", "a"), ("uiot-testbench.html", "b")]));
        assert_ne!(one, version(&[("index.html", "b")]));
        assert_ne!(one, version(&[("index.html", "a"), ("other.html", "a")]));
    }

    #[test]
    fn a_source_without_the_lines_fails() {
        let (root, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        put(root.path(), "assets/sw.js", "const VERSION = \"0\";").unwrap();
        assert!(write(root.path(), out.path()).unwrap_err().to_string().contains(FILES));
    }
}
