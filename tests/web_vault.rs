//! The vault with a browser's real cryptography and storage.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use uiot_testbench::mqtt::Secret;
use uiot_testbench::storage::library::ProfileId;
use uiot_testbench::storage::vault::{Envelope, Vault, VaultError};
use uiot_testbench::storage::{Key, Store};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const SECRET: &str = "hbfn2v0q9m4x7kc1";
const PASSPHRASE: &str = "correct horse 电池";

/// All that the browser's storages hold.
fn stored() -> String {
    let window = web_sys::window().unwrap();
    let storages = [window.local_storage().unwrap().unwrap(), window.session_storage().unwrap().unwrap()];
    let mut all = String::new();
    for storage in storages {
        for index in 0..storage.length().unwrap() {
            let key = storage.key(index).unwrap().unwrap();
            all.push_str(&key);
            all.push_str(&storage.get_item(&key).unwrap().unwrap());
        }
    }
    all
}

fn phrase(text: &str) -> Secret {
    Secret::new(text)
}

async fn put(vault: &Vault, id: &ProfileId, secret: Secret) -> Result<(), VaultError> {
    vault.set(&[(id.clone(), Some(secret))]).await
}

/// One after the other in one test: they share the browser's storage.
#[wasm_bindgen_test]
async fn a_vault_keeps_secrets_under_its_passphrase_alone() {
    let (one, two) = (ProfileId::new(1), ProfileId::new(2));
    let vault = Vault::open(Store::open());
    vault.forget_all();
    assert!(Vault::is_available() && !vault.exists() && !vault.is_unlocked());
    assert_eq!(vault.unlock(phrase(PASSPHRASE)).await, Err(VaultError::Absent));
    assert_eq!(vault.create(phrase("")).await, Err(VaultError::EmptyPassphrase));
    assert!(!vault.exists());

    vault.create(phrase(PASSPHRASE)).await.unwrap();
    assert!(vault.is_unlocked() && vault.exists());
    assert_eq!(vault.create(phrase("other")).await, Err(VaultError::Exists));
    put(&vault, &one, phrase(SECRET)).await.unwrap();
    put(&vault, &two, phrase("second")).await.unwrap();
    assert_eq!(vault.count(), 2);
    assert_eq!(vault.secret(&one).unwrap().expose(), SECRET);
    for plain in [SECRET, "second", PASSPHRASE] {
        assert!(!stored().contains(plain), "a plain secret is stored");
        assert!(!format!("{vault:?}").contains(plain));
    }

    // Each writing has a nonce of its own, under one salt.
    let store = Store::open();
    let envelope = || Envelope::parse(&store.load_text(Key::Vault).unwrap()).unwrap();
    let before = envelope();
    put(&vault, &two, phrase("second")).await.unwrap();
    assert_eq!((envelope().salt, envelope().iterations), (before.salt, 600_000));
    assert_ne!(envelope().iv, before.iv);

    // Locked, it says how many there are and nothing else.
    vault.lock();
    assert_eq!((vault.secret(&one), vault.count(), vault.is_unlocked()), (None, 2, false));
    assert_eq!(put(&vault, &one, phrase("x")).await, Err(VaultError::Locked));
    assert_eq!(vault.unlock(phrase("wrong")).await, Err(VaultError::WrongPassphrase));
    assert!(!vault.is_unlocked());

    // Another tab unlocks it, whichever way its keyboard spells; what it writes comes over.
    let other = Vault::open(Store::open());
    other.unlock(phrase(PASSPHRASE)).await.unwrap();
    vault.unlock(phrase(PASSPHRASE)).await.unwrap();
    other.set(&[(two.clone(), None)]).await.unwrap();
    put(&vault, &ProfileId::new(3), phrase("third")).await.unwrap();
    assert_eq!((vault.secret(&two), vault.count()), (None, 2));
    other.refresh().await.unwrap();
    assert_eq!(other.secret(&ProfileId::new(3)).unwrap().expose(), "third");

    // Changed or cut, it is told from a wrong passphrase.
    let text = store.load_text(Key::Vault).unwrap();
    other.lock();
    for broken in
        [text.replace("\"count\":2", "\"count\":1"), text[..text.len() / 2].to_owned(), "{}".to_owned()]
    {
        store.save_text(Key::Vault, &broken).unwrap();
        assert_eq!(other.unlock(phrase(PASSPHRASE)).await, Err(VaultError::Damaged));
        assert_eq!(other.create(phrase(PASSPHRASE)).await, Err(VaultError::Exists), "nothing is overwritten");
    }
    store.save_text(Key::Vault, &text).unwrap();

    // Made anew elsewhere: the key in memory is no good any more.
    other.forget_all();
    assert_eq!(put(&vault, &one, phrase("x")).await, Err(VaultError::Replaced));
    assert!(!vault.is_unlocked() && !vault.exists());
    other.create(phrase("another one")).await.unwrap();
    assert_eq!(vault.unlock(phrase(PASSPHRASE)).await, Err(VaultError::WrongPassphrase));
    other.forget_all();
    assert!(!stored().contains("vault.1"));
}

/// Two changes at once: both are in it in the end.
#[wasm_bindgen_test]
async fn changes_at_once_do_not_lose_each_other() {
    // A vault in memory alone would do, but there is one storage; what is there is put back.
    let store = Store::open();
    let before = store.load_text(Key::Vault);
    store.remove(Key::Vault);
    let vault = Vault::open(store.clone());
    vault.create(phrase(PASSPHRASE)).await.unwrap();
    let puts: Vec<_> = (1..=4_u64)
        .map(|number| {
            let vault = vault.clone();
            wasm_bindgen_futures::future_to_promise(async move {
                put(&vault, &ProfileId::new(number), Secret::new(number.to_string())).await.unwrap();
                Ok(wasm_bindgen::JsValue::UNDEFINED)
            })
        })
        .collect();
    for put in puts {
        wasm_bindgen_futures::JsFuture::from(put).await.unwrap();
    }
    assert_eq!(vault.count(), 4);
    for number in 1..=4_u64 {
        assert_eq!(vault.secret(&ProfileId::new(number)).unwrap().expose(), number.to_string());
    }
    // As many as an import brings: with one writing, which nothing keeps from its place.
    let many: Vec<_> = (0..1_000).map(|number| (ProfileId::new(number), Some(phrase("imported")))).collect();
    vault.set(&many).await.unwrap();
    assert_eq!((vault.count(), vault.ids().len()), (1_000, 1_000));
    let gone: Vec<_> = many.into_iter().map(|(id, _)| (id, None)).collect();
    vault.set(&gone).await.unwrap();
    assert_eq!((vault.count(), vault.ids()), (0, Vec::new()));
    vault.forget_all();
    if let Some(before) = before {
        store.save_text(Key::Vault, &before).unwrap();
    }
}
