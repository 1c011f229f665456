//! Which crates the page is made of: those that are linked into it, and those that only ran in the compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand};
use wasmparser::{KnownCustom, Parser, Payload};

const TARGET: &str = "wasm32-unknown-unknown";
const ROOT: &str = "uiot-testbench";

/// All of them, in order of name and version.
#[derive(Debug)]
pub(crate) struct Crates {
    pub(crate) all: Vec<Krate>,
}

/// A crate.
#[derive(Debug)]
pub(crate) struct Krate {
    pub(crate) name: String,
    pub(crate) version: String,
    /// False where it is a macro, or only macros need it: it ran in the compiler, and is not in the page.
    pub(crate) linked: bool,
    /// The app itself.
    pub(crate) is_root: bool,
    /// As its author wrote it: not always a valid expression of SPDX.
    pub(crate) licence: Option<String>,
    /// The file that its author names in place of an expression.
    pub(crate) licence_file: Option<PathBuf>,
    pub(crate) repository: Option<String>,
    pub(crate) description: Option<String>,
    /// SHA-256 of its package, in hexadecimal digits; none where it comes from no registry.
    pub(crate) checksum: Option<String>,
    /// Where its sources are.
    pub(crate) folder: PathBuf,
    /// What it needs, as places in `Crates::all`.
    pub(crate) needs: Vec<usize>,
}

impl Crates {
    /// Asks cargo. `features` are those of the app that the page is built with.
    ///
    /// # Errors
    /// Where cargo fails, which says why.
    pub(crate) fn read(root: &Path, features: &[&str]) -> Result<Self> {
        // The tree knows which features are on in this build alone; the metadata join those of tests and of other members.
        let linked = tree(root, features, "normal,no-proc-macro")?;
        let every = tree(root, features, "normal")?;
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .features(CargoOpt::SomeFeatures(features.iter().map(|&name| name.to_owned()).collect()))
            .other_options(["--filter-platform", TARGET, "--locked", "--offline"].map(str::to_owned))
            .exec()
            .context("cargo metadata failed")?;
        let sums = checksums(root)?;

        let mut all = Vec::new();
        let mut places = BTreeMap::new();
        let mut packages: Vec<_> = metadata.packages.iter().collect();
        packages.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.version.cmp(&b.version)));
        for package in packages {
            let key = (package.name.to_string(), package.version.to_string());
            if !every.contains(&key) {
                continue;
            }
            places.insert(package.id.clone(), all.len());
            all.push(Krate {
                linked: linked.contains(&key),
                is_root: package.name == ROOT,
                licence: package.license.clone(),
                licence_file: package.license_file.as_ref().map(|path| path.clone().into_std_path_buf()),
                repository: package.repository.clone(),
                description: package.description.clone(),
                checksum: sums.get(&key).cloned(),
                folder: package.manifest_path.as_std_path().parent().map(Path::to_owned).unwrap_or_default(),
                needs: Vec::new(),
                name: key.0,
                version: key.1,
            });
        }
        // Macros may need more on this machine than on another. That is left out: the list is the same wherever it is made.
        let known = all.iter().map(|krate| (krate.name.clone(), krate.version.clone())).collect();
        let unknown: Vec<_> = linked.difference(&known).collect();
        if !unknown.is_empty() {
            bail!("cargo metadata does not know {unknown:?}");
        }
        for node in metadata.resolve.context("cargo metadata resolved nothing")?.nodes {
            let Some(&from) = places.get(&node.id) else { continue };
            for needed in node.deps {
                let normal = needed.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
                if let (true, Some(&to)) = (normal, places.get(&needed.pkg)) {
                    all[from].needs.push(to);
                }
            }
            all[from].needs.sort_unstable();
            all[from].needs.dedup();
        }
        Ok(Self { all })
    }

    /// The app itself.
    pub(crate) fn root(&self) -> Option<&Krate> {
        self.all.iter().find(|krate| krate.is_root)
    }

    /// The crates of others that are in the page.
    pub(crate) fn linked(&self) -> impl Iterator<Item = &Krate> {
        self.all.iter().filter(|krate| krate.linked && !krate.is_root)
    }

    /// The crates of others that only ran in the compiler.
    pub(crate) fn compiling(&self) -> impl Iterator<Item = &Krate> {
        self.all.iter().filter(|krate| !krate.linked)
    }
}

/// Name and version of each crate in the tree of the app.
fn tree(root: &Path, features: &[&str], edges: &str) -> Result<BTreeSet<(String, String)>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root)
        .args(["tree", "--locked", "--offline", "--package", ROOT, "--target", TARGET])
        .args(["--edges", edges, "--prefix", "none", "--format", "{p}", "--features", &features.join(",")])
        .output()
        .context("cargo tree cannot be run")?;
    if !output.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).context("cargo tree wrote something that is not text")?;
    let tree: BTreeSet<_> = text.lines().filter_map(in_tree).collect();
    if tree.is_empty() {
        bail!("cargo tree named no crate");
    }
    Ok(tree)
}

/// `serde_derive v1.0.229 (proc-macro) (*)` is a line of it.
fn in_tree(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let version = words.next()?.strip_prefix('v')?;
    Some((name.to_owned(), version.to_owned()))
}

/// The checksums in Cargo.lock.
fn checksums(root: &Path) -> Result<BTreeMap<(String, String), String>> {
    let path = root.join("Cargo.lock");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let lock: toml::Table = text.parse().context("Cargo.lock is not TOML")?;
    let packages =
        lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock has no packages")?;
    let field = |package: &toml::Value, name: &str| Some(package.get(name)?.as_str()?.to_owned());
    Ok(packages
        .iter()
        .filter_map(|package| {
            Some(((field(package, "name")?, field(package, "version")?), field(package, "checksum")?))
        })
        .collect())
}

/// The version of the compiler that made a WebAssembly file, which is that of the standard library in it.
pub(crate) fn rust_version(wasm: &[u8]) -> Option<String> {
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload.ok()? else { continue };
        let KnownCustom::Producers(fields) = section.as_known() else { continue };
        for field in fields {
            let field = field.ok()?;
            for value in field.values {
                let value = value.ok()?;
                if field.name == "processed-by" && value.name == "rustc" {
                    return value.version.split(' ').next().map(str::to_owned);
                }
            }
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Two crates under the app, one of them a macro; nothing is read from disk.
    pub(crate) fn three() -> Crates {
        let krate = |name: &str, licence: &str| Krate {
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            linked: true,
            is_root: false,
            licence: Some(licence.to_owned()),
            licence_file: None,
            repository: Some(format!("https://example.org/{name}")),
            description: Some(format!("What {name} is <for>\n")),
            checksum: Some("ab".repeat(32)),
            folder: PathBuf::from("/nowhere"),
            needs: Vec::new(),
        };
        Crates {
            all: vec![
                krate("alpha", "MIT/Apache-2.0"),
                Krate { linked: false, ..krate("beta-macro", "Zlib") },
                Krate {
                    is_root: true,
                    checksum: None,
                    needs: vec![0, 1],
                    ..krate(ROOT, "MIT OR Apache-2.0")
                },
            ],
        }
    }

    /// Those of this checkout. Cargo is asked once for all tests.
    pub(crate) fn ours() -> &'static Crates {
        static OURS: std::sync::OnceLock<Crates> = std::sync::OnceLock::new();
        OURS.get_or_init(|| Crates::read(&checkout(), &["split"]).unwrap())
    }

    pub(crate) fn checkout() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
    }

    #[test]
    fn what_runs_in_the_compiler_is_told_from_what_is_linked() {
        let crates = Crates::read(&checkout(), &["split"]).unwrap();
        assert!(
            crates.root().is_some_and(|app| app.linked && app.checksum.is_none() && app.needs.len() > 10)
        );
        let linked: BTreeSet<_> = crates.linked().map(|krate| krate.name.as_str()).collect();
        for name in ["leptos", "tachys", "serde_json", "mqttbytes", "wasm-bindgen", "web-sys"] {
            assert!(linked.contains(name), "{name}");
        }
        // Of macros, of tests on this machine, of what makes the delivery.
        for name in ["serde_derive", "leptos_macro", "criterion", "tungstenite", "proptest", "zip", "spdx"] {
            assert!(!linked.contains(name), "{name}");
        }
        let compiling: BTreeSet<_> = crates.compiling().map(|krate| krate.name.as_str()).collect();
        assert!(compiling.contains("serde_derive") && compiling.contains("leptos_macro"));
        assert!(crates.linked().chain(crates.compiling()).all(|krate| krate.checksum.is_some()));
    }

    #[test]
    fn lines_of_the_tree_are_read() {
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(in_tree("serde_derive v1.0.229 (proc-macro) (*)"), pair("serde_derive", "1.0.229"));
        assert_eq!(in_tree("uiot-testbench v0.1.0 (/some where)"), pair("uiot-testbench", "0.1.0"));
        assert_eq!(in_tree(""), None);
    }

    #[test]
    fn the_compiler_s_version_stands_in_the_file() {
        let mut wasm =
            b"\0asm\x01\0\0\0\0\x2f\x09producers\x01\x0cprocessed-by\x01\x05rustc\x0f1.95.0 (abcdef)"
                .to_vec();
        assert_eq!(wasm.len() - 10, 0x2f);
        assert_eq!(rust_version(&wasm), Some("1.95.0".to_owned()));
        wasm.truncate(8);
        assert_eq!(rust_version(&wasm), None);
    }
}
