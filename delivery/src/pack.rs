//! The files of a release: the site as a zip, the one file, the bill of materials, and their checksums. The same site and
//! the same commit give the same bytes.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// What a person finds first in the unpacked folder.
const README: &str = "\
UIoT Testbench

双击 uiot-testbench.html 即可使用：一个文件，不需要安装，也不需要服务器。
也可以把整个文件夹放到任意静态服务器上；hosting 文件夹中有配置示例，guide 文件夹中有用户指南。
直接双击 index.html 不能载入程序：它需要服务器。

Open uiot-testbench.html by double click: one file, nothing to install, no server.
Or put the whole folder on any static server: hosting/ has examples of its configuration, guide/ has the user guide.
index.html does not load by double click: it needs a server.
";

/// Leaves the files of a release in `out`, which is emptied first: `site` is the folder that the build made, `at` the time
/// of the commit (`2026-11-23T19:05:17Z`).
///
/// # Errors
/// Where something of the site is missing, or a file cannot be read or written.
pub(crate) fn write(site: &Path, out: &Path, version: &str, at: &str) -> Result<()> {
    let name = format!("uiot-testbench-{version}");
    if out.exists() {
        std::fs::remove_dir_all(out).with_context(|| format!("{} cannot be emptied", out.display()))?;
    }
    std::fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;

    let mut made = Vec::new();
    for (from, to) in
        [("uiot-testbench.html", format!("{name}.html")), ("sbom.cdx.json", format!("{name}.cdx.json"))]
    {
        let from = site.join(from);
        std::fs::copy(&from, out.join(&to))
            .with_context(|| format!("{} cannot be copied", from.display()))?;
        made.push(to);
    }
    let archive = format!("{name}.zip");
    zip(site, &out.join(&archive), &name, time(at)?)?;
    made.push(archive);

    made.sort();
    let mut sums = String::new();
    for file in &made {
        let bytes = std::fs::read(out.join(file))?;
        let sum = Sha256::digest(&bytes).iter().fold(String::new(), |sum, byte| format!("{sum}{byte:02x}"));
        sums.push_str(&format!("{sum}  {file}\n"));
        println!("{:>10}  {file}", bytes.len());
    }
    std::fs::write(out.join("SHA256SUMS"), sums).context("SHA256SUMS cannot be written")
}

fn zip(site: &Path, to: &Path, top: &str, at: DateTime) -> Result<()> {
    let mut files = Vec::new();
    find(site, &mut files)?;
    // By their names in the archive, which are the same on every machine.
    let mut files: Vec<_> = files
        .into_iter()
        .map(|path| Ok((inside(site, &path)?, Some(path))))
        .chain([Ok(("README.txt".to_owned(), None))])
        .collect::<Result<_>>()?;
    files.sort();
    if files.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        bail!("the site has a README.txt of its own");
    }

    let file = File::create(to).with_context(|| format!("{} cannot be written", to.display()))?;
    let mut archive = ZipWriter::new(BufWriter::new(file));
    for (name, path) in files {
        let bytes = match &path {
            Some(path) => {
                std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?
            }
            None => README.as_bytes().to_vec(),
        };
        let packed = ["br", "gz", "png"].iter().any(|end| name.ends_with(&format!(".{end}")));
        let options = SimpleFileOptions::default()
            .compression_method(if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated })
            .compression_level(if packed { None } else { Some(9) })
            .last_modified_time(at)
            .system(System::Unix)
            .unix_permissions(0o644);
        archive.start_file(format!("{top}/{name}"), options)?;
        archive.write_all(&bytes)?;
    }
    archive.finish()?.flush().with_context(|| format!("{} cannot be written", to.display()))
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The path in the archive, with `/` on every system.
fn inside(site: &Path, path: &Path) -> Result<String> {
    let names: Option<Vec<_>> = path.strip_prefix(site)?.iter().map(|name| name.to_str()).collect();
    Ok(names.with_context(|| format!("{} has a name that is not text", path.display()))?.join("/"))
}

/// An archive knows no zones: the time stays as it is written.
fn time(at: &str) -> Result<DateTime> {
    let wrong = || format!("“{at}” is no time like 2026-11-23T19:05:17Z");
    let number = |from: usize, to: usize| at.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
    let part = |from: usize| number(from, from + 2).and_then(|number| u8::try_from(number).ok());
    let parts = (|| Some((number(0, 4)?, part(5)?, part(8)?, part(11)?, part(14)?, part(17)?)))();
    let (year, month, day, hour, minute, second) = parts.with_context(wrong)?;
    DateTime::from_date_and_time(year, month, day, hour, minute, second).ok().with_context(wrong)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use super::*;

    const AT: &str = "2026-11-23T19:05:18Z";

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("uiot-pack-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn site(name: &str) -> PathBuf {
        let site = folder(name);
        std::fs::create_dir_all(site.join("guide/zh")).unwrap();
        for (file, text) in [
            ("index.html", "<!doctype html>".repeat(100)),
            ("uiot-testbench.html", "<!doctype html>one".to_owned()),
            ("sbom.cdx.json", "{}".to_owned()),
            ("app.js.br", "packed".to_owned()),
            ("guide/zh/index.html", "指南".to_owned()),
        ] {
            std::fs::write(site.join(file), text).unwrap();
        }
        site
    }

    #[test]
    fn the_archive_has_the_site_under_its_own_name_and_the_sums_are_right() {
        let (site, out) = (site("whole"), folder("whole-out"));
        std::fs::write(out.join("uiot-testbench-0.0.1.zip"), "of the last release").unwrap();
        write(&site, &out, "0.1.0", AT).unwrap();

        let mut there: Vec<_> =
            std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        there.sort();
        let names = [
            "SHA256SUMS",
            "uiot-testbench-0.1.0.cdx.json",
            "uiot-testbench-0.1.0.html",
            "uiot-testbench-0.1.0.zip",
        ];
        assert_eq!(there, names);

        let sums = std::fs::read_to_string(out.join("SHA256SUMS")).unwrap();
        for (line, name) in sums.lines().zip(&names[1..]) {
            let (sum, file) = line.split_once("  ").unwrap();
            assert_eq!(file, *name);
            let digest = Sha256::digest(std::fs::read(out.join(name)).unwrap());
            assert_eq!(sum, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }

        let mut archive = zip::ZipArchive::new(File::open(out.join(names[3])).unwrap()).unwrap();
        let mut texts = BTreeMap::new();
        for place in 0..archive.len() {
            let mut file = archive.by_index(place).unwrap();
            let at = file.last_modified().unwrap();
            assert_eq!((at.year(), at.month(), at.day(), at.hour(), at.second()), (2026, 11, 23, 19, 18));
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            texts.insert(file.name().unwrap().into_owned(), text);
        }
        assert_eq!(texts.len(), 6);
        assert_eq!(texts["uiot-testbench-0.1.0/guide/zh/index.html"], "指南");
        assert_eq!(texts["uiot-testbench-0.1.0/README.txt"], README);
        for folder in [site, out] {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn the_same_site_gives_the_same_bytes_whenever_its_files_were_written() {
        let sums: Vec<_> = ["first", "second"]
            .map(|name| {
                let (site, out) = (site(name), folder(&format!("{name}-out")));
                let old = std::time::SystemTime::UNIX_EPOCH
                    + std::time::Duration::from_secs(name.len() as u64 * 100_000_000);
                File::options()
                    .append(true)
                    .open(site.join("index.html"))
                    .unwrap()
                    .set_modified(old)
                    .unwrap();
                write(&site, &out, "0.1.0", AT).unwrap();
                let sums = std::fs::read_to_string(out.join("SHA256SUMS")).unwrap();
                for folder in [site, out] {
                    std::fs::remove_dir_all(folder).unwrap();
                }
                sums
            })
            .into();
        assert_eq!(sums[0], sums[1]);
    }

    #[test]
    fn a_site_without_its_one_file_is_refused_by_name() {
        let (site, out) = (site("half"), folder("half-out"));
        std::fs::remove_file(site.join("uiot-testbench.html")).unwrap();
        let said = write(&site, &out, "0.1.0", AT).unwrap_err().to_string();
        assert!(said.contains("uiot-testbench.html"), "{said}");
        for folder in [site, out] {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        assert_eq!(time("2026-11-23T19:05:18+08:00").unwrap(), time(AT).unwrap());
        for wrong in ["", "today", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "二〇二六年十一月二十三日"]
        {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
