//! Makes what is delivered from what the compiler leaves.
//!
//! `delivery site --staged DIR --wasm FILE --out DIR` makes the whole of it: the site, the one file, the papers beside them.
//! `delivery pack SITE OUT VERSION TIME` leaves the files of a release.
//! `delivery sizes FILE.wasm` tells what a WebAssembly file is made of.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

mod compress;
mod crates;
mod files;
#[cfg(test)]
mod fixture;
mod guide;
mod headers;
mod hosting;
mod licenses;
mod one_file;
mod one_file_guide;
mod pack;
mod page;
mod program;
mod sbom;
mod sizes;
mod staged;
mod style;
mod texts;
mod weigh;
mod worker;

/// What is made, from what, and how it is told from others.
pub(crate) struct Site {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// The folder in which the site is made. It takes the place of the one before when all of it is there.
    pub(crate) out: PathBuf,
    /// Of the app, as in its Cargo.toml.
    pub(crate) version: String,
    /// The commit, with a mark if something was changed since; or that it is not known.
    pub(crate) commit: String,
    /// The time of the commit, ISO 8601 in UTC. Not that of the build: the same sources give the same files.
    pub(crate) built: String,
}

impl Site {
    fn of(root: &Path, out: PathBuf) -> Result<Self> {
        let manifest = files::text(&root.join("Cargo.toml"))?;
        let version = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        let built = git(root, &["show", "-s", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%cd"]);
        // In an archive of the sources the files have the time of the commit.
        let built = built.map_or_else(
            || {
                Ok(humantime::format_rfc3339_seconds(root.join("Cargo.toml").metadata()?.modified()?)
                    .to_string())
            },
            anyhow::Ok,
        )?;
        Ok(Self {
            root: root.to_path_buf(),
            out,
            version: version.context("Cargo.toml has no version")?.to_string(),
            commit: git(root, &["describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=-modified"])
                .unwrap_or_else(|| "unknown".to_string()),
            built,
        })
    }

    /// What the page says of itself in `<html>`, from where the app reads it. `delivery` is "site" or "file".
    pub(crate) fn attributes<'a>(&'a self, delivery: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("data-delivery", delivery),
            ("data-version", &self.version),
            ("data-commit", &self.commit),
            ("data-built", &self.built),
        ]
    }
}

/// The first line that git prints, unless there is no git, or no repository.
fn git(root: &Path, words: &[&str]) -> Option<String> {
    let printed = Command::new("git").arg("-C").arg(root).args(words).env("TZ", "UTC").output().ok()?;
    let text = String::from_utf8(printed.stdout).ok()?;
    let line = text.lines().next()?;
    printed.status.success().then(|| line.to_string())
}

fn main() -> Result<()> {
    let mut words = std::env::args_os().skip(1);
    match words.next().unwrap_or_default().to_string_lossy().as_ref() {
        "site" => make_site(&options(words, ["--staged", "--wasm", "--out"])?),
        "pack" => {
            let words = words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>();
            let [site, out, version, at] = words.as_slice() else {
                bail!("delivery pack SITE OUT VERSION TIME: four words are wanted");
            };
            pack::write(site.as_ref(), out.as_ref(), version, at)
        }
        "sizes" => {
            let path = PathBuf::from(words.next().context("delivery sizes FILE.wasm: the file is missing")?);
            print!("{}", sizes::report(&files::read(&path)?, "uiot_testbench")?);
            Ok(())
        }
        other => bail!("'{other}' is none of: site, pack, sizes"),
    }
}

/// The paths after these options, each of which must be there.
fn options<const N: usize>(
    mut words: impl Iterator<Item = OsString>,
    names: [&str; N],
) -> Result<[PathBuf; N]> {
    let mut found = [const { None }; N];
    while let Some(word) = words.next() {
        let at = names
            .iter()
            .position(|name| word == *name)
            .with_context(|| format!("unknown: {}", word.display()))?;
        found[at] = Some(words.next().with_context(|| format!("{} wants a path", names[at]))?);
    }
    let mut paths = std::array::from_fn(|_| PathBuf::new());
    for ((path, found), name) in paths.iter_mut().zip(found).zip(names) {
        *path = found.with_context(|| format!("{name} is missing"))?.into();
    }
    Ok(paths)
}

/// Makes the site in a folder beside, so that a build that fails leaves the one before as it was.
fn make_site([staged, wasm, dist]: &[PathBuf; 3]) -> Result<()> {
    let making = beside(dist, ".new")?;
    clear(&making)?;
    fs::create_dir_all(&making).with_context(|| format!("{} cannot be made", making.display()))?;
    let site = Site::of(Path::new("."), making)?;

    let program = program::make(wasm)?;
    let staged = staged::Staged::read(staged)?;
    let laid = page::write(&site, &staged, &program)?;
    let notices = papers(&site, &files::read(wasm)?)?;
    guide::write(&site.root, &site.out, &site.version)?;
    one_file::write(&site, &staged, &program, &one_file_guide::embed(&site.out)?, &notices)?;
    // What follows looks at all that is there.
    hosting::write(&site.root, &site.out)?;
    worker::write(&site.root, &site.out)?;
    compress::write(&site.out)?;
    let report = weigh::report(&site.out, &laid)?;

    let before = beside(dist, ".old")?;
    clear(&before)?;
    if dist.exists() {
        fs::rename(dist, &before).with_context(|| format!("{} cannot be moved away", dist.display()))?;
    }
    fs::rename(&site.out, dist).with_context(|| format!("{} cannot be put in its place", dist.display()))?;
    clear(&before)?;
    print!("{report}");
    Ok(())
}

/// What tells of the crates in the program: beside the site, and as the text that goes into the one file.
fn papers(site: &Site, wasm: &[u8]) -> Result<String> {
    let crates = crates::Crates::read(&site.root, &["split"])?;
    let rust = crates::rust_version(wasm);
    licenses::write(&crates, &site.version, rust.as_deref(), &site.out)?;
    let built =
        sbom::Built { version: &site.version, commit: &site.commit, at: &site.built, rust: rust.as_deref() };
    sbom::write(&crates, &built, &site.out)?;
    licenses::notices(&crates, &site.version, rust.as_deref())
}

/// A folder beside this one, so that it can take its place in one step.
fn beside(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut name =
        folder.file_name().with_context(|| format!("{} is no folder's name", folder.display()))?.to_owned();
    name.push(ending);
    Ok(folder.with_file_name(name))
}

fn clear(folder: &Path) -> Result<()> {
    ensure!(!folder.is_file(), "{} is a file", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}
