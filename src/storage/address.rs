//! A filter in the address of a page, so that what one person looks at can be shared.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is written as `%xx`: all that an address must not hold behind its `#`, that parts its fields, or that other
/// programs change when an address is passed on.
pub(super) const COVERED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b',')
    .remove(b'=');

/// The filter in the part of an address behind `#`, if it has one and names this page (`#/messages`).
pub fn filter_in(hash: &str, page: &str) -> Option<String> {
    let (found, fields) = hash.split_once('?')?;
    let filter = fields.split('&').find_map(|field| field.strip_prefix("q="));
    filter.filter(|_| found == page).map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned())
}

/// Whether the part of an address behind `#` names this page.
pub fn names_page(hash: &str, page: &str) -> bool {
    hash.split('?').next() == Some(page)
}

/// The part of an address behind `#` for this page with this filter; an empty one is left out.
pub fn with_filter(page: &str, filter: &str) -> String {
    match filter.trim() {
        "" => page.to_owned(),
        filter => format!("{page}?q={}", utf8_percent_encode(filter, COVERED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_filter_is_part_of_the_address() {
        let hash = with_filter("#/messages", "topic:/a/+/# \"温度 1\" /[<&]%/");
        assert_eq!(hash, "#/messages?q=topic:/a/%2B/%23%20%22%E6%B8%A9%E5%BA%A6%201%22%20/%5B%3C%26%5D%25/");
        assert_eq!(with_filter("#/wire", "  "), "#/wire");
    }

    #[test]
    fn an_address_without_a_filter_of_the_page_says_nothing() {
        for hash in ["", "#/messages", "#/messages?", "#/messages?x=1", "#/wire?q=a", "#/messages2?q=a"] {
            assert_eq!(filter_in(hash, "#/messages"), None, "{hash}");
        }
        assert_eq!(filter_in("#/messages?x=1&q=a%20b&y", "#/messages").as_deref(), Some("a b"));
        assert_eq!(filter_in("#/messages?q=%ff%zz%2", "#/messages").as_deref(), Some("\u{fffd}%zz%2"));
        assert_eq!(filter_in("#/messages?q=", "#/messages").as_deref(), Some(""));
        assert!(names_page("#/messages?q=a", "#/messages") && !names_page("#/messages2", "#/messages"));
    }

    proptest! {
        #[test]
        fn every_filter_comes_back(text in "\\PC*") {
            let hash = with_filter("#/wire", &text);
            prop_assert!(hash.is_ascii());
            let back = filter_in(&hash, "#/wire").unwrap_or_default();
            prop_assert_eq!(back, text.trim());
        }
    }
}
