//! One chapter: its Markdown read, and what it refers to.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Files of the site outside the guide that a chapter may lead to.
const SITE: [&str; 3] = ["index.html", "licenses.html", "uiot-testbench.html"];

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// A chapter, by its name; none for this one.
    Chapter { name: String, anchor: Option<String> },
    /// Another page of the site.
    Site,
    /// Somewhere else.
    Web,
    /// Nowhere.
    Dead(String),
}

/// A picture that a chapter shows.
pub(super) struct Picture {
    /// Below `docs/guide/pictures`.
    pub(super) path: String,
    /// What it shows, in words.
    pub(super) says: String,
    /// Width and height, where it could be read.
    pub(super) size: Option<(usize, usize)>,
    pub(super) line: usize,
}

/// A chapter, as markup and as what is known of it.
#[derive(Default)]
pub(super) struct Chapter {
    /// The text of its first heading.
    pub(super) title: String,
    pub(super) html: String,
    /// Identifiers of its headings.
    pub(super) anchors: BTreeSet<String>,
    /// Where its links lead, with their lines.
    pub(super) links: Vec<(usize, Target)>,
    /// Chapters that its lists name, in order.
    pub(super) contents: Vec<String>,
    pub(super) pictures: Vec<Picture>,
    /// What is wrong with it by itself, with the lines.
    pub(super) faults: Vec<(usize, String)>,
}

impl Chapter {
    /// Reads a chapter. `size` gives the size of a picture below `docs/guide/pictures`.
    pub(super) fn read(source: &str, size: impl Fn(&str) -> Option<(usize, usize)>) -> Self {
        let mut chapter = Self::default();
        let mut reader = Reader { source, chapter: &mut chapter, lists: 0, events: Vec::new() };
        let mut events = Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let says = words(&mut events, |end| end == TagEnd::Image);
                    reader.picture(&dest_url, says, &size, &range);
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    let mut inner = Vec::new();
                    for (event, at) in events.by_ref() {
                        match event {
                            Event::End(TagEnd::Heading(_)) => break,
                            Event::Text(_) | Event::Code(_) => inner.push(event),
                            _ => reader.fault(&at, "a heading holds words alone"),
                        }
                    }
                    reader.heading(level, inner, &range);
                }
                event => reader.take(event, &range),
            }
        }
        let events = std::mem::take(&mut reader.events);
        html::push_html(&mut chapter.html, events.into_iter());
        if chapter.title.is_empty() {
            chapter.faults.push((1, "the chapter has no title (# …)".into()));
        }
        chapter
    }
}

/// The words up to the end of what they stand in.
fn words<'a>(
    events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>,
    is_end: impl Fn(TagEnd) -> bool,
) -> String {
    let mut said = String::new();
    for (event, _) in events {
        match event {
            Event::End(end) if is_end(end) => break,
            Event::Text(text) | Event::Code(text) => said.push_str(&text),
            Event::SoftBreak => said.push(' '),
            _ => {}
        }
    }
    said
}

/// Takes the events of a chapter one by one.
struct Reader<'a, 'c> {
    source: &'a str,
    chapter: &'c mut Chapter,
    /// How many lists are open.
    lists: usize,
    events: Vec<Event<'a>>,
}

impl<'a> Reader<'a, '_> {
    fn line(&self, range: &Range<usize>) -> usize {
        self.source[..range.start].matches('\n').count() + 1
    }

    fn fault(&mut self, range: &Range<usize>, what: &str) {
        let line = self.line(range);
        self.chapter.faults.push((line, what.into()));
    }

    fn markup(&mut self, markup: String) {
        self.events.push(Event::InlineHtml(CowStr::from(markup)));
    }

    fn take(&mut self, event: Event<'a>, range: &Range<usize>) {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                self.fault(
                    range,
                    "HTML is not taken over; write Markdown, or `…` around what looks like a tag",
                );
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = target(&dest_url);
                let line = self.line(range);
                if let (Target::Chapter { name, .. }, true) = (&target, self.lists > 0)
                    && !name.is_empty()
                {
                    self.chapter.contents.push(name.clone());
                }
                let dest_url = CowStr::from(address(&dest_url, &target));
                self.chapter.links.push((line, target));
                self.events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            // A wide table moves by itself, not the page; the focus lets the keyboard move it.
            Event::Start(Tag::Table(columns)) => {
                self.markup("<div class=\"table\" tabindex=\"0\">".into());
                self.events.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                self.events.push(Event::End(TagEnd::Table));
                self.markup("</div>\n".into());
            }
            event => {
                match &event {
                    Event::Start(Tag::List(_)) => self.lists += 1,
                    Event::End(TagEnd::List(_)) => self.lists -= 1,
                    _ => {}
                }
                self.events.push(event);
            }
        }
    }

    fn heading(&mut self, level: HeadingLevel, inner: Vec<Event<'a>>, range: &Range<usize>) {
        let said: String = inner
            .iter()
            .map(|event| match event {
                Event::Text(text) | Event::Code(text) => text.as_ref(),
                _ => "",
            })
            .collect();
        let anchor = anchor(&said);
        if !self.chapter.anchors.insert(anchor.clone()) {
            self.fault(range, "an earlier heading has the same words");
        }
        let is_title = level == HeadingLevel::H1;
        if is_title {
            if self.chapter.title.is_empty() {
                self.chapter.title = said;
            } else {
                self.fault(range, "the chapter has a title already");
            }
        }
        let id = Some(CowStr::from(anchor.clone()));
        self.events.push(Event::Start(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() }));
        if !is_title {
            self.markup(format!("<a href=\"#{}\">", escaped(&anchor)));
        }
        self.events.extend(inner);
        if !is_title {
            self.markup("</a>".into());
        }
        self.events.push(Event::End(TagEnd::Heading(level)));
    }

    fn picture(
        &mut self,
        address: &str,
        says: String,
        size: impl Fn(&str) -> Option<(usize, usize)>,
        range: &Range<usize>,
    ) {
        let Some(path) = address.strip_prefix("../pictures/").filter(|path| !path.contains("..")) else {
            self.fault(range, "pictures stand in ../pictures");
            return;
        };
        let size = size(path);
        let (width, height) = size.unwrap_or_default();
        let (source, alt) = (escaped(address), escaped(&says));
        // A link to itself: on a phone that is how to see it large.
        self.markup(format!(
            "<a class=\"picture\" href=\"{source}\"><img src=\"{source}\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\"></a>"
        ));
        let line = self.line(range);
        self.chapter.pictures.push(Picture { path: path.to_owned(), says, size, line });
    }
}

/// Where an address in a chapter leads.
fn target(address: &str) -> Target {
    let dead = || Target::Dead(address.to_owned());
    if address.starts_with("https://") {
        return Target::Web;
    }
    let (path, anchor) = match address.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (address, None),
    };
    if let Some(file) = path.strip_prefix("../../") {
        return if SITE.contains(&file) { Target::Site } else { dead() };
    }
    match path.strip_suffix(".md") {
        Some(name) if !name.contains('/') => Target::Chapter { name: name.to_owned(), anchor },
        None if path.is_empty() && anchor.is_some() => Target::Chapter { name: String::new(), anchor },
        _ => dead(),
    }
}

/// The address of a link in the site.
fn address(written: &str, target: &Target) -> String {
    match target {
        Target::Chapter { name, anchor } => {
            let page = if name.is_empty() { String::new() } else { format!("{name}.html") };
            page + &anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default()
        }
        _ => written.to_owned(),
    }
}

/// The identifier of a heading, as code hosts make it too: so the same link works in the site and in the sources.
fn anchor(words: &str) -> String {
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

/// Text as it may stand in markup and in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(c),
        }
    }
    safe
}
