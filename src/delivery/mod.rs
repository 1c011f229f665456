//! How the page came to the person: from a site, as one file, or from a server for work on the code. What follows from it:
//! which version runs, whether that works without a network, and whether a newer one waits.
//!
//! What is known and what is due is plain; `page` reads it from the page, `worker` talks to the service worker
//! (`assets/sw.js`).

#[cfg(target_arch = "wasm32")]
pub mod page;
#[cfg(target_arch = "wasm32")]
pub mod worker;

/// In which form the page came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A folder on a static host.
    Site,
    /// One HTML file with all in it.
    File,
    /// What `trunk serve` gives.
    #[default]
    Development,
}

impl Form {
    /// A name for tests and reports; the value of `data-delivery`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::File => "file",
            Self::Development => "development",
        }
    }
}

/// What runs here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    /// How it came.
    pub form: Form,
    /// The version's number.
    pub version: String,
    /// The commit it was built from; empty where the build did not say.
    pub commit: String,
    /// The commit's day, as `2026-11-23`; empty where the build did not say.
    pub day: String,
}

impl Edition {
    /// As the build wrote it into the page, of which `attribute` reads the `data-` attributes.
    pub fn of(attribute: impl Fn(&str) -> Option<String>) -> Self {
        let known = |name| attribute(name).unwrap_or_default();
        let form = match known("data-delivery").as_str() {
            "site" => Form::Site,
            "file" => Form::File,
            _ => Form::Development,
        };
        let version = known("data-version");
        Self {
            form,
            version: if version.is_empty() { env!("CARGO_PKG_VERSION").to_owned() } else { version },
            // As many digits as one would type.
            commit: known("data-commit").chars().take(12).collect(),
            day: known("data-built").chars().take_while(|character| *character != 'T').take(10).collect(),
        }
    }

    /// Version, commit and day, as far as they are known.
    pub fn line(&self) -> String {
        let parts = [&self.version, &self.commit, &self.day];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
        parts.join(" · ")
    }

    /// What whoever reports a fault should send along. No addresses, and nothing of a session.
    pub fn report(&self, offline: Offline, browser: &str, language: &str, width: f64, height: f64) -> String {
        let line = self.line();
        let (form, offline) = (self.form.id(), offline.id());
        format!(
            "UIoT Testbench {line}\nDelivery: {form}; offline: {offline}\nBrowser: {browser}\nLanguage: {language}; window: {width} × {height}"
        )
    }
}

/// Whether the tool opens without a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offline {
    /// It does: it is one file.
    File,
    /// It does: the browser keeps it.
    Ready,
    /// It will, when the browser has all of it.
    #[default]
    Preparing,
    /// The browser could not keep it.
    Failed,
    /// It does not: browsers keep only what came by https or from this computer.
    Insecure,
    /// It does not: this browser keeps nothing.
    Unsupported,
    /// It does not, while one works on its code.
    Development,
}

impl Offline {
    /// A name for tests and reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Ready => "ready",
            Self::Preparing => "preparing",
            Self::Failed => "failed",
            Self::Insecure => "insecure",
            Self::Unsupported => "unsupported",
            Self::Development => "development",
        }
    }

    /// Before anything was asked of the browser.
    pub const fn at_first(form: Form, is_secure: bool, has_workers: bool) -> Self {
        match form {
            Form::File => Self::File,
            Form::Development => Self::Development,
            Form::Site if !is_secure => Self::Insecure,
            Form::Site if !has_workers => Self::Unsupported,
            Form::Site => Self::Preparing,
        }
    }
}

/// What the browser says of the site's workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workers {
    /// One is being installed.
    pub installing: bool,
    /// A newer one is complete, and waits to be let.
    pub waiting: bool,
    /// One is in force.
    pub active: bool,
    /// Another one came into force since this page was loaded.
    pub replaced: bool,
}

impl Workers {
    /// What that means for use without a network.
    pub const fn offline(self) -> Offline {
        if self.active {
            Offline::Ready
        } else if self.installing || self.waiting {
            Offline::Preparing
        } else {
            Offline::Failed
        }
    }

    /// What is to be said of a new version, unless that was put off.
    pub fn notice(self, put_off: Option<Notice>) -> Option<Notice> {
        let due = match self {
            Self { replaced: true, .. } => Notice::Elsewhere,
            // Without one in force before, it is the first visit.
            Self { waiting: true, active: true, .. } => Notice::Ready,
            _ => return None,
        };
        (put_off != Some(due)).then_some(due)
    }
}

/// What a person should know of a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It can be used after a reload.
    Ready,
    /// Another tab uses it already; this one still runs the old.
    Elsewhere,
}

impl Notice {
    /// A name for tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// What a reload takes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Sessions that are connected, or about to be.
    pub connections: usize,
    /// Whether a log has messages.
    pub log: bool,
}

impl Loss {
    /// Whether there is something to ask about.
    pub const fn is_any(self) -> bool {
        self.connections > 0 || self.log
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(attributes: &'static [(&str, &str)]) -> Edition {
        Edition::of(|name| {
            attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_page_says_what_was_built_into_it() {
        let built = page(&[
            ("data-delivery", "site"),
            ("data-version", "1.2.3"),
            ("data-commit", "0123456789abcdef0123456789abcdef01234567"),
            ("data-built", "2026-11-23T19:05:24+00:00"),
        ]);
        assert_eq!(built.form, Form::Site);
        assert_eq!(built.line(), "1.2.3 · 0123456789ab · 2026-11-23");
        assert_eq!(page(&[("data-delivery", "file")]).form, Form::File);
    }

    #[test]
    fn a_page_that_says_nothing_is_one_in_development() {
        let bare = page(&[]);
        assert_eq!((bare.form, bare.line().as_str()), (Form::Development, env!("CARGO_PKG_VERSION")));
        assert_eq!(page(&[("data-delivery", "elsewhere")]).form, Form::Development);
    }

    #[test]
    fn a_report_names_version_form_and_browser() {
        let edition = page(&[("data-delivery", "site"), ("data-version", "1.2.3"), ("data-commit", "abc")]);
        let report = edition.report(Offline::Ready, "Browser/1.0", "zh", 390.0, 844.0);
        assert_eq!(
            report,
            "UIoT Testbench 1.2.3 · abc\nDelivery: site; offline: ready\nBrowser: Browser/1.0\nLanguage: zh; window: 390 × 844"
        );
    }

    #[test]
    fn only_a_site_that_came_safely_is_kept_by_the_browser() {
        assert_eq!(Offline::at_first(Form::Site, true, true), Offline::Preparing);
        assert_eq!(Offline::at_first(Form::Site, false, false), Offline::Insecure);
        assert_eq!(Offline::at_first(Form::Site, true, false), Offline::Unsupported);
        assert_eq!(Offline::at_first(Form::File, true, true), Offline::File);
        assert_eq!(Offline::at_first(Form::Development, true, true), Offline::Development);
    }

    const NONE: Workers = Workers { installing: false, waiting: false, active: false, replaced: false };

    #[test]
    fn the_first_visit_prepares_and_is_ready_and_tells_of_no_new_version() {
        assert_eq!(Workers { installing: true, ..NONE }.offline(), Offline::Preparing);
        assert_eq!(Workers { waiting: true, ..NONE }.offline(), Offline::Preparing);
        assert_eq!(Workers { active: true, ..NONE }.offline(), Offline::Ready);
        assert_eq!(NONE.offline(), Offline::Failed);
        for first in [NONE, Workers { installing: true, ..NONE }, Workers { waiting: true, ..NONE }] {
            assert_eq!(first.notice(None), None, "{first:?}");
        }
    }

    #[test]
    fn a_new_version_is_told_of_when_it_is_complete_and_not_before() {
        let coming = Workers { active: true, installing: true, ..NONE };
        assert_eq!((coming.notice(None), coming.offline()), (None, Offline::Ready));
        let waiting = Workers { active: true, waiting: true, ..NONE };
        assert_eq!(waiting.notice(None), Some(Notice::Ready));
    }

    #[test]
    fn a_tab_on_the_old_version_hears_that_another_uses_the_new_one() {
        let replaced = Workers { active: true, replaced: true, ..NONE };
        assert_eq!(replaced.notice(None), Some(Notice::Elsewhere));
        // Whatever waits meanwhile.
        assert_eq!(Workers { waiting: true, ..replaced }.notice(None), Some(Notice::Elsewhere));
    }

    #[test]
    fn what_was_put_off_is_not_said_again_but_other_news_is() {
        let waiting = Workers { active: true, waiting: true, ..NONE };
        assert_eq!(waiting.notice(Some(Notice::Ready)), None);
        assert_eq!(
            Workers { replaced: true, ..waiting }.notice(Some(Notice::Ready)),
            Some(Notice::Elsewhere)
        );
        assert_eq!(Workers { replaced: true, ..waiting }.notice(Some(Notice::Elsewhere)), None);
    }

    #[test]
    fn a_reload_is_asked_about_if_it_takes_something_away() {
        assert!(!Loss::default().is_any());
        assert!(Loss { connections: 1, log: false }.is_any());
        assert!(Loss { connections: 0, log: true }.is_any());
    }
}
