//! The vault as it is stored, and as it is encrypted. Plain Rust: no key ever comes here.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::mqtt::Secret;
use crate::storage::library::ProfileId;

/// What is stored: version 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Of PBKDF2.
    pub salt: [u8; Self::SALT],
    /// Rounds of PBKDF2.
    pub iterations: u32,
    /// The nonce of AES-GCM.
    pub iv: [u8; Self::IV],
    /// How many secrets are in it.
    pub count: usize,
    /// The secrets, encrypted, with the tag behind.
    pub ciphertext: Vec<u8>,
}

/// Why a text is no envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeError {
    /// Not in its form, or its checksum does not fit.
    Damaged,
    /// A newer version; holds it.
    Newer(u64),
}

impl Envelope {
    /// The version that is written.
    pub const VERSION: u64 = 1;
    /// Bytes of salt.
    pub const SALT: usize = 16;
    /// Bytes of the nonce.
    pub const IV: usize = 12;
    /// Rounds for a new vault.
    pub const ITERATIONS: u32 = 600_000;
    /// Rounds that are accepted: fewer are unsafe, more would hang the page.
    const ACCEPTED: std::ops::RangeInclusive<u64> = 100_000..=10_000_000;
    /// The tag of AES-GCM is this long, so no ciphertext is shorter.
    const TAG: usize = 16;

    /// The document.
    pub fn to_text(&self) -> String {
        json!({
            "version": Self::VERSION,
            "cipher": "AES-GCM-256",
            "derivation": "PBKDF2-HMAC-SHA-256",
            "iterations": self.iterations,
            "salt": STANDARD.encode(self.salt),
            "iv": STANDARD.encode(self.iv),
            "count": self.count,
            "ciphertext": STANDARD.encode(&self.ciphertext),
            "checksum": self.checksum(),
        })
        .to_string()
    }

    /// Reads the document.
    ///
    /// # Errors
    /// What is not in the form that [`Self::to_text`] writes.
    pub fn parse(text: &str) -> Result<Self, EnvelopeError> {
        let document: Value = serde_json::from_str(text).map_err(|_| EnvelopeError::Damaged)?;
        match document.get("version").and_then(Value::as_u64) {
            Some(Self::VERSION) => {}
            Some(newer) if newer > Self::VERSION => return Err(EnvelopeError::Newer(newer)),
            _ => return Err(EnvelopeError::Damaged),
        }
        Self::fields(&document)
            .filter(|envelope| document.get("checksum").and_then(Value::as_str) == Some(&envelope.checksum()))
            .ok_or(EnvelopeError::Damaged)
    }

    fn fields(document: &Value) -> Option<Self> {
        let bytes = |name| STANDARD.decode(document.get(name)?.as_str()?).ok();
        let number = |name| document.get(name)?.as_u64();
        let iterations = number("iterations").filter(|number| Self::ACCEPTED.contains(number))?;
        Some(Self {
            salt: bytes("salt")?.try_into().ok()?,
            iterations: u32::try_from(iterations).ok()?,
            iv: bytes("iv")?.try_into().ok()?,
            count: usize::try_from(number("count")?).ok()?,
            ciphertext: bytes("ciphertext").filter(|bytes| bytes.len() >= Self::TAG)?,
        })
    }

    /// What is authenticated beside the secrets: all that is readable without the passphrase, but for the nonce, which
    /// the cipher itself covers.
    pub fn additional_data(&self) -> Vec<u8> {
        format!("uiot-testbench.vault.{} {} {}", Self::VERSION, self.iterations, self.count).into_bytes()
    }

    /// Tells damage from a wrong passphrase (FNV-1a, 64 bits). It keeps nobody from changing the vault; the tag does.
    fn checksum(&self) -> String {
        let parts: [&[u8]; 4] = [&self.additional_data(), &self.salt, &self.iv, &self.ciphertext];
        let hash = parts.iter().flat_map(|part| part.iter()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The secrets by profile, as they are before encryption.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    /// The secret of a profile.
    pub fn get(&self, id: &ProfileId) -> Option<&Secret> {
        self.0.get(id.as_str())
    }

    /// Remembers a secret; an empty one is forgotten.
    pub fn put(&mut self, id: &ProfileId, secret: Secret) {
        if secret.is_empty() {
            self.remove(id);
        } else {
            self.0.insert(id.as_str().to_owned(), secret);
        }
    }

    /// Forgets a secret. Whether there was one.
    pub fn remove(&mut self, id: &ProfileId) -> bool {
        self.0.remove(id.as_str()).is_some()
    }

    /// Remembers some; forgets those for which there is none.
    pub fn set(&mut self, changes: &[(ProfileId, Option<Secret>)]) {
        for (id, secret) in changes {
            self.put(id, secret.clone().unwrap_or_default());
        }
    }

    /// Whose they are.
    pub fn ids(&self) -> impl Iterator<Item = ProfileId> {
        self.0.keys().filter_map(|id| ProfileId::parse(id))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is encrypted. To be wiped as soon as it is.
    pub fn to_bytes(&self) -> Vec<u8> {
        let fields: BTreeMap<&str, &str> =
            self.0.iter().map(|(id, secret)| (id.as_str(), secret.expose())).collect();
        serde_json::to_vec(&fields).unwrap_or_default()
    }

    /// What was decrypted. None for what [`Self::to_bytes`] did not make.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let fields: BTreeMap<String, String> = serde_json::from_slice(bytes).ok()?;
        Some(Self(fields.into_iter().map(|(id, secret)| (id, Secret::new(secret))).collect()))
    }
}
