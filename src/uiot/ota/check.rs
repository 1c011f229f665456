//! Whether a firmware that was fetched is the one that was ordered.

use md5::{Digest, Md5};

use super::{ErrCode, UpdateFirmware};

/// Counts the bytes of a firmware and takes their MD5, piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Check {
    size: u64,
    md5: Md5,
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Bytes.
    pub size: u64,
    /// 32 small hexadecimal digits.
    pub md5: String,
}

impl Check {
    /// The next piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.md5.update(bytes);
    }

    /// Bytes so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// There was no more.
    pub fn finish(self) -> Checked {
        Checked { size: self.size, md5: hex(&self.md5.finalize()) }
    }
}

impl Checked {
    /// Whether there are as many bytes as were ordered.
    pub const fn fits_size(&self, update: &UpdateFirmware) -> bool {
        self.size == update.size
    }

    /// Whether the MD5 is that of the order, in small or capital digits.
    pub fn fits_md5(&self, update: &UpdateFirmware) -> bool {
        self.md5.eq_ignore_ascii_case(update.md5.trim())
    }

    /// What a device has to report of it; none where it is what was ordered. There is no code for a wrong size alone: a device
    /// compares the MD5.
    pub fn err_code(&self, update: &UpdateFirmware) -> Option<ErrCode> {
        (!self.fits_md5(update) || !self.fits_size(update)).then_some(ErrCode::Md5Mismatch)
    }
}

/// Small hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn order(md5: &str, size: u64) -> UpdateFirmware {
        let (module, version, url) = ("default".into(), "2".into(), "http://a/".into());
        UpdateFirmware { module, version, url, md5: md5.into(), size, rest: Map::new() }
    }

    #[test]
    fn the_test_suite_of_rfc_1321_in_pieces() {
        let suite = [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f",
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ];
        for (text, digest) in suite {
            for piece in [1, 7, 64, 100] {
                let mut check = Check::default();
                text.as_bytes().chunks(piece).for_each(|piece| check.add(piece));
                assert_eq!(check.size(), text.len() as u64);
                assert_eq!(check.finish(), Checked { size: text.len() as u64, md5: digest.into() });
            }
        }
    }

    #[test]
    fn size_and_md5_are_held_against_the_order() {
        let mut check = Check::default();
        check.add(b"abc");
        let checked = check.finish();
        let right = order("900150983CD24FB0D6963F7D28E17F72", 3);
        assert_eq!((checked.fits_size(&right), checked.fits_md5(&right)), (true, true));
        assert_eq!(checked.err_code(&right), None);
        let longer = order("900150983cd24fb0d6963f7d28e17f72", 4);
        assert_eq!((checked.fits_size(&longer), checked.fits_md5(&longer)), (false, true));
        assert_eq!(checked.err_code(&longer), Some(ErrCode::Md5Mismatch));
        let other = order("", 3);
        assert_eq!((checked.fits_size(&other), checked.fits_md5(&other)), (true, false));
        assert_eq!(checked.err_code(&other), Some(ErrCode::Md5Mismatch));
    }
}
