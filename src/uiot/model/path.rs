use std::fmt;

/// Where something stands in a JSON document, as a list from the inside out. It becomes text only if it is needed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    /// The whole.
    Root,
    /// A member of an object.
    Key(&'a Path<'a>, &'a str),
    /// An item of an array, counted from 0.
    Index(&'a Path<'a>, usize),
}

/// Characters of a key that a path shows: keys come from outside, and may be as long as a packet.
const KEY_SHOWN: usize = 64;

impl<'a> Path<'a> {
    pub(super) const fn key(&'a self, key: &'a str) -> Self {
        Self::Key(self, key)
    }

    pub(super) const fn index(&'a self, index: usize) -> Self {
        Self::Index(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Root => Ok(()),
            Self::Key(parent, key) => {
                parent.fmt(f)?;
                if !matches!(parent, Self::Root) {
                    f.write_str(".")?;
                }
                match key.char_indices().nth(KEY_SHOWN) {
                    Some((end, _)) => write!(f, "{}…", &key[..end]),
                    None => f.write_str(key),
                }
            }
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_from_the_outside_in() {
        let list = Path::Root.key("Property");
        let item = list.index(3);
        assert_eq!(item.key("DataType").to_string(), "Property[3].DataType");
        assert_eq!(Path::Root.to_string(), "");
        assert_eq!(Path::Root.index(0).to_string(), "[0]");
    }

    #[test]
    fn a_long_key_is_cut() {
        let shown = Path::Root.key(&"温".repeat(1000)).to_string();
        assert_eq!(shown.chars().count(), KEY_SHOWN + 1);
    }
}
