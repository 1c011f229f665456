//! Example configurations for servers and hosts, in `hosting/` of the site: the templates of `hosting/` with the values of
//! [`headers`] filled in.
//!
//! `{{name}}` in a template stands for a value. Alone on its line it may stand for several lines, which are indented as it is.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::headers::{self, ASK, FOREVER, HASHED, TYPES};

/// How a kind of server writes a header.
type Written = fn(&str, &str) -> String;

const NGINX: Written = |name, value| format!("add_header {name} \"{value}\" always;");
const CADDY: Written = |name, value| format!("{name} \"{value}\"");
const PLAIN: Written = |name, value| format!("{name}: {value}");

/// Writes `hosting/` of the site in `out`, which is complete but for it: `_headers` names its files one by one.
pub(crate) fn write(root: &Path, out: &Path) -> Result<()> {
    let to = out.join("hosting");
    fs::create_dir_all(&to).with_context(|| format!("could not make {}", to.display()))?;
    let hashed = hashed_files(out)?;
    for (name, text) in filled(&root.join("hosting"), &hashed)? {
        let file = to.join(name);
        fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}

/// All configurations by their names.
fn filled(templates: &Path, hashed: &[String]) -> Result<Vec<(&'static str, String)>> {
    let template = |name: &str| {
        let file = templates.join(name);
        fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))
    };
    let each = |name: &str, values: &[(&str, String)]| -> Result<String> {
        let common =
            [("ask", ASK.to_owned()), ("forever", FOREVER.to_owned()), ("hashed", HASHED.to_owned())];
        let values: Vec<_> =
            common.iter().chain(values).map(|(name, value)| (*name, value.as_str())).collect();
        fill(&template(name)?, &values).with_context(|| format!("in the template {name}"))
    };
    let all_headers =
        |written: Written| lines(headers::every_file().iter().map(|(name, value)| written(name, value)));

    let types = lines(TYPES.iter().map(|(ending, kind)| format!("\"{kind}\" {ending};")));
    let location = each("nginx-location.part", &[("headers", all_headers(NGINX)), ("types", types)])?;
    let caddy_types = lines(TYPES.iter().map(|(ending, kind)| {
        format!("@{ending} path *.{ending}\nheader @{ending} {}", CADDY("Content-Type", kind))
    }));
    let table = lines(TYPES.iter().map(|(ending, kind)| format!("| `*.{ending}` | `{kind}` |")));
    let files = lines(hashed.iter().map(|name| format!("/{name}\n  {}", PLAIN("Cache-Control", FOREVER))));
    let mut endings: Vec<_> =
        hashed.iter().filter_map(|name| name.rsplit_once('.')).map(|(_, ending)| ending).collect();
    endings.sort_unstable();
    endings.dedup();
    // The tool knows `*` and `?`, no more: a hash of eight characters is what all of ours have at least.
    let includes = endings.iter().map(|ending| format!("--include '*-????????*.{ending}'"));
    let includes = includes.collect::<Vec<_>>().join(" ");

    Ok(vec![
        ("nginx.conf", each("nginx.conf", &[("location", location.clone())])?),
        ("nginx-folder.conf", each("nginx-folder.conf", &[("location", location)])?),
        ("Caddyfile", each("Caddyfile", &[("headers", all_headers(CADDY)), ("types", caddy_types)])?),
        ("_headers", each("_headers", &[("headers", all_headers(PLAIN)), ("files", files)])?),
        ("github-pages.md", each("github-pages.md", &[])?),
        (
            "object-storage.md",
            each(
                "object-storage.md",
                &[("headers", all_headers(PLAIN)), ("types", table), ("includes", includes)],
            )?,
        ),
    ])
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// The files with a hash in their names, as paths from `out`; of those that stand there compressed too only the plain ones.
fn hashed_files(out: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = out.join(&folder);
        for entry in fs::read_dir(&path).with_context(|| format!("could not list {}", path.display()))? {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(|name| format!("{folder}{name}")) else {
                continue;
            };
            if entry.file_type()?.is_dir() {
                folders.push(format!("{name}/"));
            } else if headers::cache(&name) == FOREVER {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The template with its values. One that is not known is an error, as is one that is not used.
fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut text = String::with_capacity(template.len() * 2);
    for line in template.lines() {
        let mut rest = line;
        let indent = &line[..line.len() - line.trim_start().len()];
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else { bail!("no end of a value in: {line}") };
            let Some((_, value)) = values.iter().find(|(known, _)| *known == name) else {
                bail!("no value of the name {name}")
            };
            text.push_str(before);
            for (number, piece) in value.lines().enumerate() {
                if number > 0 {
                    text.push('\n');
                    // An empty line stays empty.
                    text.push_str(if piece.is_empty() { "" } else { indent });
                }
                text.push_str(piece);
            }
            rest = after;
        }
        text.push_str(rest);
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::process::Command;

    fn templates() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../hosting")
    }

    fn all() -> Vec<(&'static str, String)> {
        filled(&templates(), &["app-0123456789abcdef.js".into(), "main-00112233.wasm".into()]).unwrap()
    }

    #[test]
    fn no_template_repeats_a_value_by_hand() {
        let mut values: BTreeSet<String> =
            headers::every_file().into_iter().map(|(_, value)| value).collect();
        // Neither a whole policy nor a piece of one.
        values.extend(headers::policy().split("; ").map(str::to_owned));
        // The names of those two stand where a text says which files to look at.
        values.extend(
            TYPES.iter().map(|(_, kind)| (*kind).to_owned()).filter(|kind| kind != "application/wasm"),
        );
        values.extend([ASK.to_owned(), FOREVER.to_owned(), HASHED.to_owned()]);
        for entry in fs::read_dir(templates()).unwrap() {
            let file = entry.unwrap().path();
            let text = fs::read_to_string(&file).unwrap();
            for value in &values {
                assert!(!text.contains(value.as_str()), "{} has {value}", file.display());
            }
        }
    }

    #[test]
    fn every_value_is_filled_in() {
        for (name, text) in all() {
            assert!(!text.contains("{{") && !text.contains("}}"), "{name}");
            if name == "github-pages.md" {
                continue;
            }
            for (header, value) in headers::every_file() {
                assert!(text.contains(header) && text.contains(&value), "{name}: {header}");
            }
            assert!(text.contains(FOREVER), "{name}");
            if name == "_headers" {
                assert!(
                    text.contains("\n/app-0123456789abcdef.js\n  Cache-Control: public, max-age=31536000")
                );
                assert!(text.contains("\n/main-00112233.wasm\n"));
                continue;
            }
            assert!(text.contains(ASK) && text.contains(HASHED), "{name}");
            for (ending, kind) in TYPES {
                assert!(text.contains(kind) && text.contains(ending), "{name}: {ending}");
            }
        }
    }

    #[test]
    fn lines_of_a_value_are_indented_as_its_place() {
        assert_eq!(fill("a {\n  {{b}}\n}", &[("b", "1\n\n2")]).unwrap(), "a {\n  1\n\n  2\n}\n");
        assert_eq!(fill("x {{b}} y {{b}}", &[("b", "1")]).unwrap(), "x 1 y 1\n");
    }

    #[test]
    fn an_unknown_value_is_an_error() {
        assert!(fill("{{c}}", &[("b", "1")]).unwrap_err().to_string().contains("of the name c"));
        assert!(fill("{{c", &[]).is_err());
    }

    #[test]
    fn files_are_found_in_folders_and_without_their_compressed_twins() {
        let out = std::env::temp_dir().join(format!("uiot-hosting-{}", std::process::id()));
        fs::create_dir_all(out.join("icons")).unwrap();
        for name in [
            "index.html",
            "app-0123456789.js",
            "app-0123456789.js.br",
            "app-0123456789.js.gz",
            "icons/i-abcdef01.svg",
        ] {
            fs::write(out.join(name), "").unwrap();
        }
        let found = hashed_files(&out);
        write(&templates().join(".."), &out).unwrap();
        let written = fs::read_to_string(out.join("hosting/_headers"));
        fs::remove_dir_all(&out).unwrap();
        assert_eq!(found.unwrap(), ["app-0123456789.js", "icons/i-abcdef01.svg"]);
        assert!(written.unwrap().contains("\n/icons/i-abcdef01.svg\n"));
    }

    /// Where nginx is not installed the browser tests are left to say so (`end2end/tests/hosted.spec.ts`).
    #[test]
    fn nginx_takes_both_configurations() {
        let program = std::env::var("NGINX").unwrap_or_else(|_| "/usr/sbin/nginx".to_owned());
        if !Path::new(&program).exists() {
            println!("not tried: there is no {program}");
            return;
        }
        let folder = std::env::temp_dir().join(format!("uiot-nginx-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut said = Vec::new();
        for (name, text) in all().into_iter().filter(|(name, _)| name.starts_with("nginx")) {
            let server = if name == "nginx.conf" { text } else { format!("server {{\n{text}}}\n") };
            let server = server.replace("listen 80", "listen 127.0.0.1:8080");
            let of = folder.display();
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let temporary = temporary.map(|kind| format!("{kind}_temp_path {of}/{kind};")).join("\n");
            let file = folder.join(name);
            fs::write(
                &file,
                format!("pid {of}/pid;\nevents {{}}\nhttp {{\n{temporary}\naccess_log off;\n{server}}}\n"),
            )
            .unwrap();
            let output =
                Command::new(&program).args(["-t", "-e", "stderr", "-c"]).arg(&file).output().unwrap();
            said.push((name, output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        fs::remove_dir_all(&folder).unwrap();
        for (name, good, words) in said {
            assert!(good, "{name}: {words}");
        }
    }
}
