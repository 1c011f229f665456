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

/// Bytes of a firmware that are fetched at most: some more than [`crate::uiot::limits::FIRMWARE_SIZE`], so that a file that is too
/// large is still told apart from one that never ends.
pub const FETCHED: u64 = 16 * 1024 * 1024;

/// Why a firmware could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchFault {
    /// The link is neither http nor https.
    NotHttp,
    /// The page came by https, the link is http.
    Mixed,
    /// The browser does not say why: the server cannot be reached, or lets no page read its answer.
    Blocked,
    /// The server answered with this status.
    Status(u16),
    /// There are more than [`FETCHED`] bytes.
    TooLarge,
    /// A person stopped it.
    Stopped,
    /// The simulator has no such file.
    Missing,
    /// The link's signature does not fit it.
    Altered,
    /// The link was valid once.
    Expired,
}

impl FetchFault {
    /// What a device would report; none where the fault is this page's.
    pub const fn err_code(self) -> Option<ErrCode> {
        match self {
            Self::NotHttp | Self::Blocked | Self::Missing => Some(ErrCode::UrlUnreachable),
            // What file stores answer to a signature that is wrong or too old.
            Self::Status(403) | Self::Altered | Self::Expired => Some(ErrCode::SignatureExpired),
            Self::Status(_) => Some(ErrCode::UrlUnreachable),
            Self::Mixed | Self::TooLarge | Self::Stopped => None,
        }
    }
}

/// Whether a page may fetch this link at all: http or https, whatever else.
pub fn is_http(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// Whether that is an MD5: 32 hexadecimal digits.
pub fn is_md5(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
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
    fn only_http_is_fetched_and_each_fault_has_the_code_that_a_device_reports() {
        for good in ["http://a/b", "HTTPS://a"] {
            assert!(is_http(good));
        }
        for bad in
            ["", "a/b", "javascript:alert(1)", "file:///etc/passwd", "data:,x", " http://a", "httpx://a"]
        {
            assert!(!is_http(bad), "{bad}");
        }
        assert!(is_md5("900150983CD24FB0d6963f7d28e17f72"));
        assert!(!is_md5("") && !is_md5("900150983cd24fb0d6963f7d28e17f7") && !is_md5(&"g".repeat(32)));
        for fault in [FetchFault::Status(403), FetchFault::Altered, FetchFault::Expired] {
            assert_eq!(fault.err_code(), Some(ErrCode::SignatureExpired));
        }
        for fault in [FetchFault::Status(404), FetchFault::Missing, FetchFault::Blocked, FetchFault::NotHttp]
        {
            assert_eq!(fault.err_code(), Some(ErrCode::UrlUnreachable));
        }
        for fault in [FetchFault::Mixed, FetchFault::TooLarge, FetchFault::Stopped] {
            assert_eq!(fault.err_code(), None);
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
