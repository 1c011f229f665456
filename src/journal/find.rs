use memchr::{memchr_iter, memchr2_iter};

/// Looks for bytes in bytes. Fast where the rarest byte of what is looked for is rare in what is looked through.
#[derive(Clone, Debug)]
pub(super) struct Finder {
    wanted: Vec<u8>,
    /// Which of the bytes is likely the rarest.
    rare: usize,
    /// It, and its other case; the same if the case matters.
    rare_bytes: [u8; 2],
    ignore_case: bool,
}

impl Finder {
    /// Finds exactly these bytes.
    pub(super) fn exact(wanted: &[u8]) -> Self {
        let rare = rarest(wanted, commonness);
        let byte = wanted.get(rare).copied().unwrap_or_default();
        Self { wanted: wanted.to_vec(), rare, rare_bytes: [byte; 2], ignore_case: false }
    }

    /// Finds these bytes in either case of their ASCII letters.
    pub(super) fn ignoring_case(wanted: &[u8]) -> Self {
        if !wanted.iter().any(u8::is_ascii_alphabetic) {
            return Self::exact(wanted);
        }
        let rare = rarest(wanted, |byte| commonness(byte.to_ascii_lowercase()));
        let byte = wanted.get(rare).copied().unwrap_or_default();
        let rare_bytes = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
        Self { wanted: wanted.to_vec(), rare, rare_bytes, ignore_case: true }
    }

    /// How many bytes are looked for.
    pub(super) const fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Whether they occur.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        self.find(bytes).is_some()
    }

    /// Where they occur first.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        let Some(behind) = self.wanted.len().checked_sub(self.rare + 1) else { return Some(0) };
        // Where the rare byte can stand, so that the others have room around it.
        let places = bytes.len().checked_sub(behind).and_then(|end| bytes.get(self.rare..end))?;
        let fits = |&start: &usize| {
            bytes.get(start..start + self.wanted.len()).is_some_and(|found| {
                if self.ignore_case { found.eq_ignore_ascii_case(&self.wanted) } else { found == self.wanted }
            })
        };
        let [first, second] = self.rare_bytes;
        if first == second {
            memchr_iter(first, places).find(fits)
        } else {
            memchr2_iter(first, second, places).find(fits)
        }
    }
}

fn rarest(bytes: &[u8], commonness: impl Fn(u8) -> u8) -> usize {
    let ranked = bytes.iter().enumerate().min_by_key(|(_, byte)| commonness(**byte));
    ranked.map_or(0, |(index, _)| index)
}

/// How common a byte is in what devices send: JSON, numbers, English keys, some Chinese, binary data.
const fn commonness(byte: u8) -> u8 {
    match byte {
        b'"' | b' ' | b'e' => 255,
        b'0'..=b'9' | b'a' | b't' | b'i' | b'r' | b'o' | b'n' | b's' => 230,
        b':' | b',' | b'u' | b'l' | b'm' | b'p' | b'd' | b'c' | b'{' | b'}' => 200,
        b'h' | b'f' | b'g' | b'v' | b'y' | b'w' | b'b' | b'.' | b'_' | b'/' | 0 => 150,
        0xe4..=0xe9 => 140,
        b'A'..=b'Z' | 0xff => 100,
        0x80..=0xbf => 80,
        _ => 50,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            wanted in prop::collection::vec(prop::sample::select(b"aAbB1\xe6\xff".to_vec()), 0..4),
            bytes in prop::collection::vec(prop::sample::select(b"aAbB1\xe6\xff".to_vec()), 0..24),
        ) {
            let plainly = |wanted: &[u8], bytes: &[u8]| {
                (0..=bytes.len()).find(|start| bytes[*start..].starts_with(wanted))
            };
            prop_assert_eq!(Finder::exact(&wanted).find(&bytes), plainly(&wanted, &bytes));
            prop_assert_eq!(
                Finder::ignoring_case(&wanted).find(&bytes),
                plainly(&wanted.to_ascii_lowercase(), &bytes.to_ascii_lowercase())
            );
        }
    }
}
