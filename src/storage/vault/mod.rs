//! Secrets that outlast the browser tab, encrypted under a passphrase.
//!
//! The document in the storage is an [`Envelope`]: what a key is derived with, and ciphertext. The key comes from the
//! passphrase by PBKDF2-HMAC-SHA-256 with 600,000 rounds (OWASP's advice of 2023) and a salt of the vault's own; it is not
//! extractable and stays in memory, as do the secrets. AES-GCM with 256 bits encrypts, with a fresh nonce at each writing.

mod envelope;
#[cfg(target_arch = "wasm32")]
mod web;

pub use envelope::{Envelope, EnvelopeError, Secrets};
#[cfg(target_arch = "wasm32")]
pub use web::Vault;

use super::kept::SaveError;

/// Why the vault could not be opened or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// The browser offers no cryptography here: the page has to come by https, from this computer or from a file.
    Unavailable,
    /// There is no vault.
    Absent,
    /// There is a vault already; to make another, forget it first.
    Exists,
    /// Nothing was typed.
    EmptyPassphrase,
    /// It does not open with this passphrase.
    WrongPassphrase,
    /// What is stored is no vault, or was changed.
    Damaged,
    /// A newer version of this tool wrote it; holds the version.
    Newer(u64),
    /// It is locked.
    Locked,
    /// Another tab made another vault, or forgot this one. It is locked now.
    Replaced,
    /// It cannot be stored: the secrets are in memory only.
    NotStored(SaveError),
    /// The browser's cryptography failed.
    Failed,
}
