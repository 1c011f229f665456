//! What the site weighs: every file, and in one number what the first screen needs.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::files::below;
use crate::one_file;
use crate::page::Laid;

/// What the first screen is to weigh, in bytes with brotli.
const GOAL: u64 = 300_000;
/// What it may weigh until then: more stops the build. Compilers differ by a few thousand bytes.
const MOST: u64 = 520_000;

/// Bytes of a file: as it is, and as it is sent with gzip and brotli.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Weight {
    fn of(out: &Path, name: &str) -> Self {
        let bytes = |name: &str| out.join(name).metadata().ok().map(|about| about.len());
        let raw = bytes(name).unwrap_or_default();
        Self {
            raw,
            gzip: bytes(&format!("{name}.gz")).unwrap_or(raw),
            brotli: bytes(&format!("{name}.br")).unwrap_or(raw),
        }
    }

    fn sum(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::default(), |sum, one| Self {
            raw: sum.raw + one.raw,
            gzip: sum.gzip + one.gzip,
            brotli: sum.brotli + one.brotli,
        })
    }

    fn row(self, name: &str) -> String {
        format!("{:>10} {:>10} {:>10}  {name}\n", self.raw, self.gzip, self.brotli)
    }
}

/// The table of all files, and the closing lines.
pub(crate) fn report(out: &Path, laid: &Laid) -> Result<String> {
    let weight = |name: &String| Weight::of(out, name);
    let mut table = format!("{:>10} {:>10} {:>10}  file\n", "raw", "gzip", "brotli");
    let mut group = |title: &str, names: &[String]| {
        if !names.is_empty() {
            table.push_str(title);
            table.push('\n');
            names.iter().for_each(|name| table.push_str(&weight(name).row(name)));
        }
    };
    let (one, other): (Vec<_>, Vec<_>) = below(out)?
        .into_iter()
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"))
        .filter(|name| !laid.first.contains(name) && !laid.later.contains(name))
        .partition(|name| name == one_file::NAME);
    group("First screen", &laid.first);
    group("Of the program, when it is needed", &laid.later);
    group("Beside it", &other);
    group("All in one file", &one);

    let first = Weight::sum(laid.first.iter().map(weight));
    ensure!(
        first.brotli <= MOST,
        "the first screen weighs {} bytes with brotli, and may weigh {MOST}: something that is not needed there is called by \
         name from there (ARCHITECTURE.md, \"The program in parts\"); script/size tells what the program is made of",
        first.brotli
    );
    let later = Weight::sum(laid.later.iter().map(weight));
    let one = Weight::sum(one.iter().map(weight));
    Ok(format!(
        "{table}Parts loaded when needed: {} bytes brotli in {} files\n\
         One file: {} bytes, {} brotli\n\
         First screen: {} bytes brotli (goal {GOAL})\n",
        later.brotli,
        laid.later.len(),
        one.raw,
        one.brotli,
        first.brotli
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::put;

    #[test]
    fn every_file_is_weighed_once_and_the_first_screen_is_summed() {
        let out = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("index.html", 3000),
            ("index.html.br", 900),
            ("index.html.gz", 1000),
            ("icon-1.svg", 272),
            ("main-1.wasm", 8000),
            ("main-1.wasm.br", 2000),
            ("shadow-1.wasm", 5000),
            ("shadow-1.wasm.br", 1500),
            ("guide/en/index.html", 700),
            ("uiot-testbench.html", 20000),
            ("uiot-testbench.html.br", 15000),
        ] {
            put(out.path(), name, vec![b'a'; bytes]).unwrap();
        }
        let laid = Laid {
            first: ["index.html", "icon-1.svg", "main-1.wasm"].map(String::from).to_vec(),
            later: vec!["shadow-1.wasm".to_string()],
        };
        let report = report(out.path(), &laid).unwrap();
        assert!(report.contains("\n      3000       1000        900  index.html\n"), "{report}");
        assert!(report.contains("\n       272        272        272  icon-1.svg\n"), "{report}");
        for name in ["shadow-1.wasm\n", "guide/en/index.html\n", "  uiot-testbench.html\n"] {
            assert_eq!(report.matches(name).count(), 1, "{report}");
        }
        assert!(report.ends_with(
            "Parts loaded when needed: 1500 bytes brotli in 1 files\nOne file: 20000 bytes, 15000 brotli\n\
             First screen: 3172 bytes brotli (goal 300000)\n"
        ), "{report}");
    }

    #[test]
    fn a_first_screen_that_weighs_too_much_stops_the_build() {
        let out = tempfile::tempdir().unwrap();
        put(out.path(), "main-1.wasm", b"heavy").unwrap();
        put(out.path(), "main-1.wasm.br", vec![b'a'; usize::try_from(MOST).unwrap() + 1]).unwrap();
        let laid = Laid { first: vec!["main-1.wasm".to_string()], later: Vec::new() };
        let error = report(out.path(), &laid).unwrap_err().to_string();
        assert!(error.contains("520001") && error.contains("script/size"), "{error}");
    }
}
