//! The bill of materials: `sbom.cdx.json`, in the form of CycloneDX 1.6. The same commit gives the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::crates::{Crates, Krate};
use crate::licenses::expression;

/// What the document says of the build.
#[derive(Debug)]
pub(crate) struct Built<'a> {
    /// Of the app.
    pub(crate) version: &'a str,
    pub(crate) commit: &'a str,
    /// The time of the commit, as ISO 8601 writes it, to the second and with its zone.
    pub(crate) at: &'a str,
    /// The version of the compiler that made the page.
    pub(crate) rust: Option<&'a str>,
}

/// Writes `sbom.cdx.json` into `out`.
///
/// # Errors
/// Where a licence is no expression, or the file cannot be written.
pub(crate) fn write(crates: &Crates, built: &Built<'_>, out: &Path) -> Result<()> {
    let path = out.join("sbom.cdx.json");
    let mut text = serde_json::to_string_pretty(&document(crates, built)?)?;
    text.push('\n');
    std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn document(crates: &Crates, built: &Built<'_>) -> Result<Value> {
    let mut components = Vec::new();
    let mut dependencies = BTreeMap::new();
    let mut root = reference_of_root(built);
    for krate in &crates.all {
        let reference = reference(krate, built);
        let mut needs: Vec<_> =
            krate.needs.iter().map(|&need| self::reference(&crates.all[need], built)).collect();
        if krate.is_root {
            root.clone_from(&reference);
            needs.extend(built.rust.map(rust_reference));
        } else {
            components.push(component(krate, &reference)?);
        }
        needs.sort();
        dependencies.insert(reference, needs);
    }
    if let Some(rust) = built.rust {
        components.push(json!({
            "type": "framework",
            "bom-ref": rust_reference(rust),
            "name": "Rust standard library",
            "version": rust,
            "scope": "required",
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            "purl": rust_reference(rust),
            "externalReferences": [{ "type": "vcs", "url": "https://github.com/rust-lang/rust" }],
        }));
        dependencies.insert(rust_reference(rust), Vec::new());
    }
    let dependencies: Vec<_> =
        dependencies.into_iter().map(|(of, on)| json!({ "ref": of, "dependsOn": on })).collect();
    let licence = crates.root().map(expression).transpose()?.flatten();
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": built.at,
            "tools": { "components": [
                { "type": "application", "name": "delivery", "version": env!("CARGO_PKG_VERSION") },
            ] },
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "UIoT Testbench",
                "version": built.version,
                "licenses": licences(licence),
            },
            "properties": [{ "name": "uiot-testbench:commit", "value": built.commit }],
        },
        "components": components,
        "dependencies": dependencies,
    });
    // A number that the content has, and nothing else.
    document["serialNumber"] = json!(serial(&document.to_string()));
    Ok(document)
}

fn component(krate: &Krate, reference: &str) -> Result<Value> {
    let mut component = Map::new();
    let mut set = |name: &str, value: Value| component.insert(name.to_owned(), value);
    set("type", json!("library"));
    set("bom-ref", json!(reference));
    set("name", json!(krate.name));
    set("version", json!(krate.version));
    if let Some(description) = &krate.description {
        set("description", json!(description.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    // "excluded" is the form's word for what is needed to build, and not shipped.
    set("scope", json!(if krate.linked { "required" } else { "excluded" }));
    if let Some(checksum) = &krate.checksum {
        set("hashes", json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    set("licenses", licences(expression(krate)?));
    set("purl", json!(reference));
    if let Some(repository) = krate.repository.as_deref().filter(|link| link.starts_with("https://")) {
        set("externalReferences", json!([{ "type": "vcs", "url": repository }]));
    }
    Ok(Value::Object(component))
}

fn licences(expression: Option<String>) -> Value {
    expression.map_or_else(|| json!([]), |expression| json!([{ "expression": expression }]))
}

/// A crate's package URL; the app is in no registry, and has a name of its own.
fn reference(krate: &Krate, built: &Built<'_>) -> String {
    if krate.is_root {
        return reference_of_root(built);
    }
    format!("pkg:cargo/{}@{}", krate.name, krate.version.replace('+', "%2B"))
}

fn reference_of_root(built: &Built<'_>) -> String {
    format!("uiot-testbench@{}", built.version)
}

fn rust_reference(version: &str) -> String {
    format!("pkg:generic/rust-std@{version}")
}

/// A UUID of the version that is left to whoever makes it (8).
fn serial(content: &str) -> String {
    let mut bytes: [u8; 16] = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(content)[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::crates::tests::{ours, three};

    const BUILT: Built<'static> = Built {
        version: "0.1.0",
        commit: "0123456789abcdef0123456789abcdef01234567",
        at: "2026-11-23T19:05:17Z",
        rust: Some("1.95.0"),
    };

    /// The rules of the form that a reader relies on, as far as we use it.
    fn holds(document: &Value) {
        assert_eq!(document["bomFormat"], "CycloneDX");
        assert_eq!(document["specVersion"], "1.6");
        assert_eq!(document["version"], 1);
        let serial = document["serialNumber"].as_str().unwrap();
        let digits = serial.strip_prefix("urn:uuid:").unwrap();
        let groups: Vec<_> = digits.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert!(digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f' | '-')), "{serial}");

        let mut references = BTreeSet::from([document["metadata"]["component"]["bom-ref"].as_str().unwrap()]);
        for component in document["components"].as_array().unwrap() {
            let name = component["name"].as_str().unwrap();
            assert!(!name.is_empty());
            assert!(matches!(component["type"].as_str(), Some("library" | "framework")), "{name}");
            assert!(matches!(component["scope"].as_str(), Some("required" | "excluded")), "{name}");
            assert!(component["version"].as_str().is_some_and(|version| !version.is_empty()), "{name}");
            assert!(component["purl"].as_str().is_some_and(|purl| purl.starts_with("pkg:")), "{name}");
            assert!(references.insert(component["bom-ref"].as_str().unwrap()), "{name} is there twice");
            for licence in component["licenses"].as_array().unwrap() {
                spdx::Expression::parse(licence["expression"].as_str().unwrap()).unwrap();
            }
            for hash in component["hashes"].as_array().into_iter().flatten() {
                assert_eq!(hash["alg"], "SHA-256");
                let content = hash["content"].as_str().unwrap();
                assert!(
                    content.len() == 64 && content.bytes().all(|digit| digit.is_ascii_hexdigit()),
                    "{name}"
                );
            }
        }
        let mut of = BTreeSet::new();
        for dependency in document["dependencies"].as_array().unwrap() {
            assert!(of.insert(dependency["ref"].as_str().unwrap()));
            for on in dependency["dependsOn"].as_array().unwrap() {
                assert!(references.contains(on.as_str().unwrap()), "{on}");
            }
        }
        assert_eq!(of, references, "each component has its place in the graph");
    }

    #[test]
    fn the_document_of_this_checkout_keeps_the_form() {
        let document = document(ours(), &BUILT).unwrap();
        holds(&document);
        let text = document.to_string();
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "nothing of the machine that made it");
        let leptos =
            document["components"].as_array().unwrap().iter().find(|part| part["name"] == "leptos").unwrap();
        assert_eq!(leptos["hashes"][0]["alg"], "SHA-256");
        assert_eq!(leptos["scope"], "required");
    }

    #[test]
    fn the_same_input_gives_the_same_number_and_another_commit_another() {
        let number = |commit| document(&three(), &Built { commit, ..BUILT }).unwrap()["serialNumber"].clone();
        assert_eq!(number("one"), number("one"));
        assert_ne!(number("one"), number("two"));
    }

    #[test]
    fn macros_are_named_as_not_shipped_and_licences_as_expressions() {
        let document = document(&three(), &Built { rust: None, ..BUILT }).unwrap();
        holds(&document);
        let components = document["components"].as_array().unwrap();
        assert_eq!(components.len(), 2);
        assert_eq!(components[0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(components[0]["description"], "What alpha is <for>");
        assert_eq!(components[1]["scope"], "excluded");
    }

    #[test]
    fn a_plus_in_a_version_is_written_as_a_package_url_wants_it() {
        let mut crates = three();
        crates.all[0].version = "1.2.3+spec-1.1".to_owned();
        assert_eq!(reference(&crates.all[0], &BUILT), "pkg:cargo/alpha@1.2.3%2Bspec-1.1");
    }
}
