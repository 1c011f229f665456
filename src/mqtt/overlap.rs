//! What topic filters have in common.

use super::TopicFilter;

impl TopicFilter {
    /// Whether some topic matches both filters. Brokers may then deliver its messages once or several times (MQTT §3.3.5).
    pub fn overlaps(&self, other: &Self) -> bool {
        if self.is_kept_from_dollar(other) || other.is_kept_from_dollar(self) {
            return false;
        }
        let (mut ours, mut theirs) = (self.as_str().split('/'), other.as_str().split('/'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) | (Some("#"), _) | (_, Some("#")) => return true,
                (Some(_), None) | (None, Some(_)) => return false,
                (Some("+"), Some(_)) | (Some(_), Some("+")) => {}
                (Some(one), Some(another)) if one == another => {}
                _ => return false,
            }
        }
    }

    /// Whether every topic that matches `other` matches this filter too.
    pub fn covers(&self, other: &Self) -> bool {
        if self.is_kept_from_dollar(other) {
            return false;
        }
        let (mut ours, mut theirs) = (self.as_str().split('/'), other.as_str().split('/'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) | (Some("#"), _) => return true,
                (Some("+"), Some(level)) if level != "#" => {}
                (Some(one), Some(another)) if one == another => {}
                _ => return false,
            }
        }
    }

    /// Whether `+` or `#` stands in it.
    pub fn has_wildcard(&self) -> bool {
        // Checked when it was made: where such a character is, it fills its level.
        self.as_str().contains(['+', '#'])
    }

    /// A wildcard in the first level matches nothing that begins with `$` [MQTT-4.7.2-1].
    fn is_kept_from_dollar(&self, other: &Self) -> bool {
        self.as_str().starts_with(['+', '#']) && other.as_str().starts_with('$')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> TopicFilter {
        TopicFilter::parse(text).unwrap()
    }

    #[test]
    fn filters_overlap_where_a_topic_matches_both() {
        for (one, other, overlap) in [
            ("a/b", "a/b", true),
            ("a/+", "+/b", true),
            ("a/#", "a", true),
            ("a/#", "a/b/+", true),
            ("#", "a/b", true),
            ("a/+/c", "a/b/d", false),
            ("a/+", "a", false),
            ("a/b", "a/b/c", false),
            ("#", "$SYS/x", false),
            ("+/x", "$SYS/x", false),
            ("$SYS/#", "$SYS/x", true),
        ] {
            assert_eq!(filter(one).overlaps(&filter(other)), overlap, "{one} {other}");
            assert_eq!(filter(other).overlaps(&filter(one)), overlap, "{other} {one}");
        }
    }

    #[test]
    fn a_filter_covers_what_has_no_topic_outside_it() {
        for (wide, narrow, covers) in [
            ("#", "a/+", true),
            ("a/#", "a", true),
            ("a/+", "a/b", true),
            ("a/+", "a/+", true),
            ("a/+", "a/#", false),
            ("a/b", "a/+", false),
            ("a/#", "b/#", false),
            ("#", "$SYS/#", false),
            ("a/b", "a/b", true),
            ("a", "a/b", false),
        ] {
            assert_eq!(filter(wide).covers(&filter(narrow)), covers, "{wide} {narrow}");
        }
    }
}
