//! The user guide: each chapter of `docs/guide/{zh,en}` becomes a page of `guide/{zh,en}` in the site, with its pictures and
//! one style sheet. No script, no inline style; HTML in the Markdown is a fault, not markup.
//!
//! The chapters follow one another as the lists of `index.md` name them. Nothing is written while anything is wrong: a dead
//! link or anchor, a picture that is not there or says nothing to those who cannot see it, a chapter of one language only.

mod chapter;
mod page;
mod style;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use chapter::{Chapter, Target};

/// A language of the guide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The folder of its chapters.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

/// The chapter that a reader begins with, which has the table of contents.
const FIRST: &str = "index";

type Chapters = BTreeMap<String, Chapter>;

/// Writes the guide of the checkout `root` into the site `out`, and says of which version it is. Returns the paths of its
/// pages in the site.
pub(crate) fn write(root: &Path, out: &Path, version: &str) -> Result<Vec<String>> {
    let source = root.join("docs/guide");
    let chapters = Lang::ALL.map(|lang| read(&source, lang));
    let [zh, en] = chapters;
    let (zh, en) = (zh?, en?);
    let mut faults = Vec::new();
    compare(&zh, &en, &mut faults);
    let order = order(&zh, &mut faults);
    if order != self::order(&en, &mut faults) {
        faults.push("the tables of contents of zh/index.md and en/index.md differ".into());
    }
    for (lang, chapters) in [(Lang::Zh, &zh), (Lang::En, &en)] {
        for (name, chapter) in chapters {
            check(&source, lang, name, chapter, chapters, &mut faults);
        }
    }
    if !faults.is_empty() {
        faults.sort();
        faults.dedup();
        bail!("the guide is not whole:\n  {}", faults.join("\n  "));
    }

    let target = out.join("guide");
    let mut written = Vec::new();
    for (lang, chapters) in [(Lang::Zh, &zh), (Lang::En, &en)] {
        for name in &order {
            let path = format!("guide/{}/{name}.html", lang.folder());
            put(&out.join(&path), page::page(lang, name, &order, chapters, version).as_bytes())?;
            written.push(path);
        }
    }
    for picture in zh.values().chain(en.values()).flat_map(|chapter| &chapter.pictures) {
        let path = format!("pictures/{}", picture.path);
        let bytes = fs::read(source.join(&path)).with_context(|| path.clone())?;
        put(&target.join(&path), &bytes)?;
    }
    let tokens = text(&root.join("style/tokens.css"))?;
    put(&target.join("style.css"), style::sheet(&tokens, &text(&source.join("style.css"))?)?.as_bytes())?;
    put(&target.join("icon.svg"), text(&root.join("assets/icon.svg"))?.as_bytes())?;
    Ok(written)
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let at = || path.display().to_string();
    fs::create_dir_all(path.parent().unwrap_or(path)).with_context(at)?;
    fs::write(path, bytes).with_context(at)
}

fn read(source: &Path, lang: Lang) -> Result<Chapters> {
    let folder = source.join(lang.folder());
    let mut chapters = Chapters::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let chapter = Chapter::read(&text(&path)?, |picture| {
            imagesize::size(source.join("pictures").join(picture)).ok().map(|size| (size.width, size.height))
        });
        chapters.insert(name, chapter);
    }
    Ok(chapters)
}

/// Each language has the chapters of the other.
fn compare(zh: &Chapters, en: &Chapters, faults: &mut Vec<String>) {
    for (here, there, lang) in [(zh, en, Lang::En), (en, zh, Lang::Zh)] {
        for name in here.keys().filter(|name| !there.contains_key(*name)) {
            let (missing, other) = (lang.folder(), lang.other().folder());
            faults.push(format!("{missing}/{name}.md is missing; {other} has this chapter"));
        }
    }
}

/// The chapters as the table of contents has them.
fn order(chapters: &Chapters, faults: &mut Vec<String>) -> Vec<String> {
    let mut order = vec![FIRST.to_owned()];
    let Some(first) = chapters.get(FIRST) else {
        faults.push(format!("{FIRST}.md is missing"));
        return order;
    };
    for name in &first.contents {
        if !order.contains(name) {
            order.push(name.clone());
        }
    }
    let known: BTreeSet<_> = order.iter().collect();
    for name in chapters.keys().filter(|name| !known.contains(name)) {
        faults.push(format!("the contents of {FIRST}.md do not name {name}.md"));
    }
    order
}

/// Everything that a chapter refers to is there.
fn check(
    source: &Path,
    lang: Lang,
    name: &str,
    chapter: &Chapter,
    chapters: &Chapters,
    faults: &mut Vec<String>,
) {
    let at = |line: usize| format!("{}/{name}.md line {line}", lang.folder());
    faults.extend(chapter.faults.iter().map(|(line, fault)| format!("{}: {fault}", at(*line))));
    for (line, target) in &chapter.links {
        match target {
            Target::Chapter { name: other, anchor } => {
                let other = if other.is_empty() { name } else { other };
                match (chapters.get(other), anchor) {
                    (None, _) => faults.push(format!("{}: there is no {other}.md", at(*line))),
                    (Some(there), Some(anchor)) if !there.anchors.contains(anchor) => {
                        faults.push(format!("{}: {other}.md has no heading #{anchor}", at(*line)));
                    }
                    _ => {}
                }
            }
            Target::Dead(address) => {
                faults.push(format!("{}: {address} leads nowhere in the site", at(*line)))
            }
            Target::Site | Target::Web => {}
        }
    }
    for picture in &chapter.pictures {
        let (path, line) = (&picture.path, picture.line);
        if !source.join("pictures").join(path).is_file() {
            faults.push(format!("{}: the picture {path} does not exist", at(line)));
        } else if picture.size.is_none() {
            faults.push(format!("{}: {path} is no picture", at(line)));
        } else if !path.starts_with(&format!("{}/", lang.folder())) {
            faults.push(format!("{}: {path} is a picture of the other language", at(line)));
        }
        if picture.says.trim().is_empty() {
            faults.push(format!("{}: {path} has no description", at(line)));
        }
    }
}

#[cfg(test)]
mod tests;
