//! The texts of the licences that crates bring along.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::crates::{Crates, Krate};

/// The texts of all licences, each once.
#[derive(Default)]
pub(crate) struct Texts {
    pub(crate) texts: Vec<Text>,
    /// Places in `texts`, by name and version of the crate.
    of: BTreeMap<(String, String), Vec<usize>>,
}

pub(crate) struct Text {
    pub(crate) text: String,
    /// The files that it stands in, by name.
    pub(crate) files: Vec<String>,
    pub(crate) users: Vec<String>,
}

impl Texts {
    pub(crate) fn read(crates: &Crates) -> Result<Self> {
        let mut texts = Texts::default();
        // Two that differ in line ends and indents alone are one.
        let mut known = BTreeMap::<String, usize>::new();
        for krate in crates.root().into_iter().chain(crates.linked()) {
            for path in files(krate)? {
                let bytes =
                    std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
                let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').replace('\r', "");
                let key = text.split_whitespace().collect::<Vec<_>>().join(" ");
                // A file that only says where the licence is (a link that the package could not hold).
                if key.is_empty() {
                    continue;
                }
                let place = *known.entry(key).or_insert(texts.texts.len());
                if place == texts.texts.len() {
                    texts.texts.push(Text { text, files: Vec::new(), users: Vec::new() });
                }
                let file =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let user = format!("{} {}", krate.name, krate.version);
                let entry = &mut texts.texts[place];
                if !entry.files.contains(&file) {
                    entry.files.push(file);
                }
                if !entry.users.contains(&user) {
                    entry.users.push(user);
                    texts.of.entry((krate.name.clone(), krate.version.clone())).or_default().push(place);
                }
            }
        }
        Ok(texts)
    }

    pub(crate) fn of(&self, krate: &Krate) -> &[usize] {
        self.of.get(&(krate.name.clone(), krate.version.clone())).map_or(&[], Vec::as_slice)
    }
}

/// The files of a crate that have its licence, in order of their names.
fn files(krate: &Krate) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> =
        krate.licence_file.iter().map(|file| krate.folder.join(file)).filter(|file| file.is_file()).collect();
    for folder in [krate.folder.clone(), krate.folder.join("LICENSES")] {
        if !folder.is_dir() {
            continue;
        }
        let whole = folder != krate.folder;
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
            let begins = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
            if path.is_file() && (whole || begins.iter().any(|word| name.starts_with(word))) {
                files.push(path);
            }
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}
