//! What a server says beside the files: what the page may do, how long a file is good for, of which type it is.
//!
//! This is the one place of these values. The page repeats the policy in a `<meta>`, for hosts that can set no header; the
//! example configurations ([`crate::hosting`]) are filled in from here.

/// What the page may load and do, by directive.
///
/// `connect-src` names no host: which broker, and from which address a firmware of an upgrade, is what the person types.
/// `require-trusted-types-for` has its counterpart in the first script of `index.html`, which makes the one policy.
const POLICY: &[(&str, &str)] = &[
    ("default-src", "'none'"),
    ("script-src", "'self' 'wasm-unsafe-eval'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data: blob:"),
    ("font-src", "'self'"),
    ("connect-src", "'self' ws: wss: http: https:"),
    ("worker-src", "'self' blob:"),
    ("manifest-src", "'self'"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
    ("require-trusted-types-for", "'script'"),
    ("trusted-types", "default"),
];

/// Browsers take this one from a header alone.
const HEADER_ONLY: (&str, &str) = ("frame-ancestors", "'none'");

/// What no page of ours uses. Left out, and so allowed: the clipboard and the network around the computer.
const OFF: &[&str] = &[
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "sync-xhr",
    "usb",
    "web-share",
    "window-management",
    "xr-spatial-tracking",
];

/// For files with a hash of their content in their name.
pub(crate) const FOREVER: &str = "public, max-age=31536000, immutable";
/// For all others: kept, and asked for each time, which costs an answer without a body.
pub(crate) const ASK: &str = "no-cache";
/// Names of the first kind, in the syntax that nginx and Caddy share.
pub(crate) const HASHED: &str = r"-[0-9a-f]{8,64}\.[a-z0-9]+$";

/// Types by the last piece of the name. A `.wasm` of another type loads slower, a script of another type not at all.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("json", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("ico", "image/x-icon"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
];

fn joined<'a>(directives: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let written = directives.into_iter().map(|(name, sources)| format!("{name} {sources}"));
    written.collect::<Vec<_>>().join("; ")
}

/// The policy of the site, for the `<meta>` of its page.
pub(crate) fn page_policy() -> String {
    joined(POLICY.iter().map(|(name, sources)| (*name, (*sources).to_owned())))
}

/// The policy of the site as a header.
pub(crate) fn policy() -> String {
    format!("{}; {} {}", page_policy(), HEADER_ONLY.0, HEADER_ONLY.1)
}

/// The policy of the page that has everything in it: nothing is loaded from anywhere, and only the scripts and styles with
/// these hashes (`sha256-…`) are run and used.
pub(crate) fn file_policy(scripts: &[String], styles: &[String]) -> String {
    let quoted =
        |hashes: &[String]| hashes.iter().map(|hash| format!("'{hash}'")).collect::<Vec<_>>().join(" ");
    joined(POLICY.iter().filter_map(|(name, sources)| {
        let own = sources.replace("'self'", "");
        let own = own.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(match *name {
            "script-src" => (*name, format!("{} {own}", quoted(scripts))),
            "style-src" => (*name, quoted(styles)),
            // What came only from the site comes from nowhere; `default-src` says so.
            _ if own.is_empty() => return None,
            _ => (*name, own),
        })
    }))
}

/// All headers that every file has; `Cache-Control` is told by [`cache`], `Content-Type` by [`TYPES`].
pub(crate) fn every_file() -> Vec<(&'static str, String)> {
    let off = OFF.iter().map(|feature| format!("{feature}=()")).collect::<Vec<_>>().join(", ");
    vec![
        ("Content-Security-Policy", policy()),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("Permissions-Policy", off),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
    ]
}

/// `Cache-Control` of a file. The same rule as [`HASHED`], without regular expressions.
pub(crate) fn cache(name: &str) -> &'static str {
    let hashed = || {
        let (stem, extension) = name.rsplit_once('.')?;
        let (_, hash) = stem.rsplit_once('-')?;
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        let hex = hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        Some(hex && (8..=64).contains(&hash.len()) && !extension.is_empty() && plain(extension))
    };
    if hashed().unwrap_or(false) { FOREVER } else { ASK }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inline_runs_and_nothing_is_evaluated() {
        for policy in [policy(), page_policy(), file_policy(&["sha256-a".into()], &["sha256-b".into()])] {
            assert!(!policy.contains("unsafe-inline"), "{policy}");
            assert!(!policy.contains("'unsafe-eval'"), "{policy}");
            assert!(!policy.contains('*'), "{policy}");
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        }
    }

    #[test]
    fn what_only_a_header_can_say_is_in_the_header_alone() {
        assert!(policy().ends_with("; frame-ancestors 'none'"));
        assert!(!page_policy().contains("frame-ancestors"));
    }

    #[test]
    fn the_one_file_loads_nothing_and_runs_what_was_hashed() {
        let policy = file_policy(&["sha256-a".into(), "sha256-b".into()], &["sha256-c".into()]);
        assert!(!policy.contains("'self'"));
        assert!(
            policy.contains("; script-src 'sha256-a' 'sha256-b' 'wasm-unsafe-eval'; style-src 'sha256-c'; ")
        );
        assert!(
            policy.contains("; img-src data: blob:; connect-src ws: wss: http: https:; worker-src blob:; ")
        );
        assert!(policy.ends_with("; require-trusted-types-for 'script'; trusted-types default"));
    }

    #[test]
    fn a_hash_in_the_name_is_good_for_a_year() {
        for name in ["app-0123456789abcdef.js", "main-deadbeef.wasm", "icons/icon-00112233.svg"] {
            assert_eq!(cache(name), FOREVER, "{name}");
        }
        for name in [
            "index.html",
            "sw.js",
            "uiot-testbench.html",
            "guide/en/coming-from-mqttx.html",
            "a-beef.js",
            "x-.js",
        ] {
            assert_eq!(cache(name), ASK, "{name}");
        }
    }

    #[test]
    fn a_header_is_one_line_of_ascii() {
        for (name, value) in every_file() {
            assert!(
                value.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'"'),
                "{name}: {value}"
            );
        }
    }
}
