//! The vault with the browser's cryptography.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JsString, Object, Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesDerivedKeyParams, AesGcmParams, Crypto, CryptoKey, Pbkdf2Params, SubtleCrypto};

use super::{Envelope, EnvelopeError, Secrets, VaultError};
use crate::mqtt::Secret;
use crate::storage::library::ProfileId;
use crate::storage::{Key, Store};

/// How often a change is tried again when another tab wrote meanwhile.
const TRIES: usize = 8;
const CIPHER: &str = "AES-GCM";

/// A handle on the vault of this browser. All handles that were cloned from one share its key.
#[derive(Clone, Debug)]
pub struct Vault(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    open: RefCell<Option<Open>>,
}

/// What is in memory while it is unlocked. The key cannot be read out of the browser.
#[derive(Clone, Debug)]
struct Open {
    key: CryptoKey,
    salt: [u8; Envelope::SALT],
    iterations: u32,
    secrets: Secrets,
    /// The stored text that `secrets` came from.
    text: String,
}

impl Vault {
    /// The vault of this store, locked.
    pub fn open(store: Store) -> Self {
        Self(Rc::new(Inner { store, open: RefCell::new(None) }))
    }

    /// Whether the browser offers its cryptography to this page: to those that came by https, from this computer or from
    /// a file.
    pub fn is_available() -> bool {
        crypto().is_some()
    }

    /// Whether there is a vault, locked or not.
    pub fn exists(&self) -> bool {
        self.text().is_some()
    }

    /// Whether secrets can be read and written.
    pub fn is_unlocked(&self) -> bool {
        self.0.open.borrow().is_some()
    }

    /// How many secrets are in it; known while it is locked too.
    pub fn count(&self) -> usize {
        self.text().and_then(|text| Envelope::parse(&text).ok()).map_or(0, |envelope| envelope.count)
    }

    /// Makes an empty vault, unlocked.
    ///
    /// # Errors
    /// There is one already; nothing was typed; no cryptography; no room, and then it is in memory only.
    pub async fn create(&self, passphrase: Secret) -> Result<(), VaultError> {
        let crypto = crypto().ok_or(VaultError::Unavailable)?;
        if self.exists() {
            return Err(VaultError::Exists);
        }
        let salt = random(&crypto)?;
        let key = derive(&crypto, &passphrase, &salt, Envelope::ITERATIONS).await?;
        let mut open = Open {
            key,
            salt,
            iterations: Envelope::ITERATIONS,
            secrets: Secrets::default(),
            text: String::new(),
        };
        open.text = seal(&crypto, &open).await?.to_text();
        if self.exists() {
            return Err(VaultError::Exists);
        }
        let stored = self.0.store.save_text(Key::Vault, &open.text);
        self.0.open.replace(Some(open));
        stored.map_err(VaultError::NotStored)
    }

    /// Opens it.
    ///
    /// # Errors
    /// There is none; another passphrase; damage; no cryptography.
    pub async fn unlock(&self, passphrase: Secret) -> Result<(), VaultError> {
        let crypto = crypto().ok_or(VaultError::Unavailable)?;
        let text = self.text().ok_or(VaultError::Absent)?;
        let envelope = parse(&text)?;
        let key = derive(&crypto, &passphrase, &envelope.salt, envelope.iterations).await?;
        let secrets = unseal(&crypto, &key, &envelope).await?;
        let (salt, iterations) = (envelope.salt, envelope.iterations);
        self.0.open.replace(Some(Open { key, salt, iterations, secrets, text }));
        Ok(())
    }

    /// Forgets the key and the secrets in memory.
    pub fn lock(&self) {
        self.0.open.replace(None);
    }

    /// A profile's secret; none while it is locked.
    pub fn secret(&self, id: &ProfileId) -> Option<Secret> {
        self.0.open.borrow().as_ref()?.secrets.get(id).cloned()
    }

    /// Whose secrets are in it; none while it is locked.
    pub fn ids(&self) -> Vec<ProfileId> {
        self.0.open.borrow().as_ref().map(|open| open.secrets.ids().collect()).unwrap_or_default()
    }

    /// Remembers secrets of profiles, and forgets those for which there is none or an empty one. All with one writing: each
    /// writing is tried again where another came before it, and a thousand would do that to each other.
    ///
    /// # Errors
    /// It is locked; another tab replaced it; no room, and then it is in memory only.
    pub async fn set(&self, changes: &[(ProfileId, Option<Secret>)]) -> Result<(), VaultError> {
        self.change(|secrets| secrets.set(changes)).await
    }

    /// Takes the vault away with all that is in it. A damaged one too.
    pub fn forget_all(&self) {
        self.lock();
        self.0.store.remove(Key::Vault);
    }

    /// Takes over what another tab wrote; locks itself where that is another vault, or none. To be called when
    /// [`Key::Vault`] changed.
    ///
    /// # Errors
    /// As with [`Self::set`].
    pub async fn refresh(&self) -> Result<(), VaultError> {
        let crypto = crypto().ok_or(VaultError::Unavailable)?;
        self.current(&crypto).await.map(|_| ())
    }

    fn text(&self) -> Option<String> {
        self.0.store.load_text(Key::Vault)
    }

    /// What is unlocked, as it is stored now.
    async fn current(&self, crypto: &Crypto) -> Result<Open, VaultError> {
        let mut open = self.0.open.borrow().clone().ok_or(VaultError::Locked)?;
        let text = self.text();
        if text.as_ref() == Some(&open.text) {
            return Ok(open);
        }
        match self.reread(crypto, &open, text).await {
            Some((text, secrets)) => {
                (open.text, open.secrets) = (text, secrets);
                self.keep(open.clone());
                Ok(open)
            }
            None => {
                self.lock();
                Err(VaultError::Replaced)
            }
        }
    }

    async fn reread(&self, crypto: &Crypto, open: &Open, text: Option<String>) -> Option<(String, Secrets)> {
        let text = text?;
        let envelope = Envelope::parse(&text).ok()?;
        if envelope.salt != open.salt || envelope.iterations != open.iterations {
            return None;
        }
        let secrets = unseal(crypto, &open.key, &envelope).await.ok()?;
        Some((text, secrets))
    }

    /// Reads, changes and writes, again if another tab or another call wrote meanwhile.
    async fn change(&self, act: impl Fn(&mut Secrets)) -> Result<(), VaultError> {
        let crypto = crypto().ok_or(VaultError::Unavailable)?;
        for _ in 0..TRIES {
            let mut open = self.current(&crypto).await?;
            act(&mut open.secrets);
            let text = seal(&crypto, &open).await?.to_text();
            if self.text().as_ref() != Some(&open.text) {
                continue;
            }
            let stored = self.0.store.save_text(Key::Vault, &text);
            open.text = text;
            self.keep(open);
            return stored.map_err(VaultError::NotStored);
        }
        Err(VaultError::Failed)
    }

    /// Keeps what was read or written, unless it was locked meanwhile.
    fn keep(&self, open: Open) {
        if let Some(known) = self.0.open.borrow_mut().as_mut().filter(|known| known.salt == open.salt) {
            *known = open;
        }
    }
}

fn parse(text: &str) -> Result<Envelope, VaultError> {
    Envelope::parse(text).map_err(|error| match error {
        EnvelopeError::Damaged => VaultError::Damaged,
        EnvelopeError::Newer(version) => VaultError::Newer(version),
    })
}

/// The browser's cryptography, where it offers it.
fn crypto() -> Option<Crypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let subtle: JsValue = crypto.subtle().into();
    subtle.is_object().then_some(crypto)
}

fn random<const N: usize>(crypto: &Crypto) -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    crypto.get_random_values_with_u8_array(&mut bytes).map_err(|_| VaultError::Failed)?;
    Ok(bytes)
}

/// A key that encrypts and decrypts, and cannot be read.
async fn derive(
    crypto: &Crypto,
    passphrase: &Secret,
    salt: &[u8],
    iterations: u32,
) -> Result<CryptoKey, VaultError> {
    if passphrase.is_empty() {
        return Err(VaultError::EmptyPassphrase);
    }
    let subtle = crypto.subtle();
    // One passphrase has several spellings in Unicode, depending on the keyboard.
    let mut bytes = String::from(JsString::from(passphrase.expose()).normalize("NFKC")).into_bytes();
    let raw = Uint8Array::from(bytes.as_slice());
    bytes.fill(0);
    let uses = Array::of1(&"deriveKey".into());
    let base = subtle.import_key_with_str("raw", &raw, "PBKDF2", false, &uses);
    let base: CryptoKey = finish(base).await?.unchecked_into();
    raw.fill(0, 0, raw.length());
    let how = Pbkdf2Params::new_with_str("PBKDF2", "SHA-256", iterations, &Uint8Array::from(salt));
    let what = AesDerivedKeyParams::new(CIPHER, 256);
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let key = subtle.derive_key_with_object_and_object(&how, &base, &what, false, &uses);
    Ok(finish(key).await?.unchecked_into())
}

async fn seal(crypto: &Crypto, open: &Open) -> Result<Envelope, VaultError> {
    let mut envelope = Envelope {
        salt: open.salt,
        iterations: open.iterations,
        iv: random(crypto)?,
        count: open.secrets.len(),
        ciphertext: Vec::new(),
    };
    let mut plain = open.secrets.to_bytes();
    // The browser copies the bytes before this returns.
    let sealed = crypto.subtle().encrypt_with_object_and_u8_array(&cipher(&envelope), &open.key, &plain);
    plain.fill(0);
    envelope.ciphertext = bytes(&finish(sealed).await?);
    Ok(envelope)
}

async fn unseal(crypto: &Crypto, key: &CryptoKey, envelope: &Envelope) -> Result<Secrets, VaultError> {
    let subtle: SubtleCrypto = crypto.subtle();
    let opened = subtle.decrypt_with_object_and_u8_array(&cipher(envelope), key, &envelope.ciphertext);
    // The checksum was right, so it is the key that does not fit.
    let opened = finish(opened).await.map_err(|_| VaultError::WrongPassphrase)?;
    let mut plain = bytes(&opened);
    let array = Uint8Array::new(&opened);
    array.fill(0, 0, array.length());
    let secrets = Secrets::from_bytes(&plain);
    plain.fill(0);
    secrets.ok_or(VaultError::Damaged)
}

fn cipher(envelope: &Envelope) -> Object {
    let how = AesGcmParams::new(CIPHER, &Uint8Array::from(envelope.iv.as_slice()));
    how.set_additional_data(&Uint8Array::from(envelope.additional_data().as_slice()));
    how.unchecked_into()
}

fn bytes(buffer: &JsValue) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

async fn finish(begun: Result<Promise, JsValue>) -> Result<JsValue, VaultError> {
    // What the browser says holds nothing that helps a person.
    JsFuture::from(begun.map_err(|_| VaultError::Failed)?).await.map_err(|_| VaultError::Failed)
}
