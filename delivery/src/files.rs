//! Names, hashes and the writing of files that are delivered.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// The value of an `integrity` attribute, and of a hash in a Content Security Policy (there in quotes).
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)))
}

/// What makes a file's name change with its content: 16 hexadecimal digits.
pub(crate) fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// `app.js` with its hash: `app-0123456789abcdef.js`.
pub(crate) fn hashed_name(name: &str, content: &[u8]) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{stem}-{}.{extension}", hash(content))
}

/// Writes a file below `out`, and the folders that lead to it.
pub(crate) fn put(out: &Path, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
    let path = out.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(&path, content).with_context(|| format!("{} cannot be written", path.display()))
}

/// Reads a file, with its path in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Reads a file of text, with its path in the error.
pub(crate) fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Every file below a folder, as paths from there with `/` between their parts, in order.
pub(crate) fn below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        let path = folder.join(&inside);
        let entries = fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = inside.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(name);
            } else {
                let parts: Vec<_> =
                    name.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                found.push(parts.join("/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hashes_are_those_that_other_tools_compute() {
        // printf abc | sha256sum; printf abc | openssl dgst -sha384 -binary | base64
        assert_eq!(hashed_name("app.js", b"abc"), "app-ba7816bf8f01cfea.js");
        assert_eq!(
            integrity(b"abc"),
            "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
        );
    }

    #[test]
    fn files_in_folders_are_listed_in_order_with_slashes() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "guide/zh/index.html", "").unwrap();
        put(folder.path(), "b.js", "").unwrap();
        put(folder.path(), "a.js", "").unwrap();
        assert_eq!(below(folder.path()).unwrap(), ["a.js", "b.js", "guide/zh/index.html"]);
    }
}
