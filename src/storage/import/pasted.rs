//! A device's credentials in pasted text, in the ways that people pass them on.

use serde_json::Value;

use super::columns::{self, Meaning};
use super::csv;
use crate::mqtt::Secret;
use crate::uiot::{AuthMode, Credential, device_sn_is_regular, limits};

/// The longest text that is looked at, in bytes. More is no credential.
const MOST_BYTES: usize = 64 << 10;
/// How deep JSON is searched: the platform's own replies have them in a list in an object.
const MOST_DEPTH: usize = 4;

/// What was found; at least one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// ProductSN.
    pub product_sn: Option<String>,
    /// DeviceSN.
    pub device_sn: Option<String>,
    /// DeviceSecret.
    pub secret: Option<Secret>,
}

/// The credentials in a text: a JSON object, a table with headings, `key=value` or `key: value` in English or Chinese,
/// `ProductSN,DeviceSN,DeviceSecret` in a line or three, or what CONNECT is filled with (`ProductSN.DeviceSN`,
/// `ProductSN|DeviceSN|1`, password). None where the text could as well be something else.
pub fn read_pasted(text: &str) -> Option<Credentials> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() || text.len() > MOST_BYTES {
        return None;
    }
    let found = if text.starts_with(['{', '[']) {
        let document = serde_json::from_str(text).ok()?;
        let mut found = Found::default();
        found.search(&document, 0);
        found
    } else {
        table(text).or_else(|| pairs(text)).or_else(|| bare(text))?
    };
    found.credentials()
}

/// All that was found, each the first of its kind.
#[derive(Default)]
struct Found {
    product_sn: Option<String>,
    device_sn: Option<String>,
    secret: Option<String>,
    client_id: Option<String>,
    user_name: Option<String>,
    password: Option<String>,
}

impl Found {
    fn take(&mut self, meaning: Meaning, text: &str) {
        let place = match meaning {
            Meaning::ProductSn => &mut self.product_sn,
            Meaning::DeviceSn => &mut self.device_sn,
            Meaning::DeviceSecret => &mut self.secret,
            Meaning::ClientId => &mut self.client_id,
            Meaning::UserName => &mut self.user_name,
            Meaning::Password => &mut self.password,
            Meaning::Name | Meaning::Notes => return,
        };
        let text = text.trim();
        if place.is_none() && !text.is_empty() {
            *place = Some(text.to_owned());
        }
    }

    fn search(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(fields) if depth < MOST_DEPTH => {
                for (key, value) in fields {
                    match (Meaning::of(key), value) {
                        (Some(meaning), Value::String(text)) => self.take(meaning, text),
                        _ => self.search(value, depth + 1),
                    }
                }
            }
            // The first of several is as good as any, and they must not be mixed.
            Value::Array(items) if depth < MOST_DEPTH => {
                if let Some(first) = items.first() {
                    self.search(first, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// From what CONNECT is filled with, too.
    fn credentials(self) -> Option<Credentials> {
        let login = self.user_name.as_deref().and_then(user_name);
        let device = login.as_ref().map(|(device, _)| device.clone());
        let device = device.or_else(|| self.client_id.as_deref().and_then(client_id));
        let (product_sn, device_sn) = device
            .map_or((None, None), |Credential { product_sn, device_sn }| (Some(product_sn), Some(device_sn)));
        // To register dynamically the password is the ProductSecret, which is none of the device's.
        let is_own = login.is_none_or(|(_, mode)| mode == AuthMode::Static);
        let is_known = self.product_sn.is_some() || self.device_sn.is_some() || product_sn.is_some();
        let found = Credentials {
            product_sn: self.product_sn.or(product_sn),
            device_sn: self.device_sn.or(device_sn),
            secret: self.secret.or(self.password.filter(|_| is_own && is_known)).map(Secret::new),
        };
        (found != Credentials::default()).then_some(found)
    }
}

/// A table with headings: its first row.
fn table(text: &str) -> Option<Found> {
    let rows = csv::rows(text).ok()?;
    let meanings = columns::headings(rows.first()?)?;
    let (_, cells) = rows.get(1)?;
    let mut found = Found::default();
    for (meaning, cell) in meanings.into_iter().zip(cells) {
        if let Some(meaning) = meaning {
            found.take(meaning, cell);
        }
    }
    (meaning_count(&found) > 1).then_some(found)
}

fn meaning_count(found: &Found) -> usize {
    [&found.product_sn, &found.device_sn, &found.secret].into_iter().flatten().count()
}

/// `key=value`, `key: value`, `#define KEY "value"`: one a line, or several in a line with commas or `&` between.
fn pairs(text: &str) -> Option<Found> {
    let mut found = Found::default();
    let mut is_any = false;
    for line in text.lines() {
        let pieces: Vec<&str> = line.split(is_separator).collect();
        let is_list = pieces.iter().filter(|piece| pair(piece).is_some()).count() > 1;
        // A secret may hold what parts others: a line with one key is its value's as a whole.
        for piece in if is_list { pieces } else { vec![line] } {
            if let Some((meaning, value)) = pair(piece) {
                is_any = true;
                found.take(meaning, value);
            }
        }
    }
    is_any.then_some(found)
}

fn pair(text: &str) -> Option<(Meaning, &str)> {
    let text = text.trim();
    let split = match text.strip_prefix("#define") {
        Some(rest) => rest.trim_start().split_once(char::is_whitespace),
        None => text.split_once(['=', ':', '：', '\t']),
    };
    let (key, value) = split?;
    let meaning = Meaning::of(key).filter(|meaning| !matches!(meaning, Meaning::Name | Meaning::Notes))?;
    Some((meaning, unquoted(value)))
}

fn unquoted(value: &str) -> &str {
    let value = value.trim().trim_end_matches([';', ',']).trim_end();
    for quote in ['"', '\'', '`', '“'] {
        let end = if quote == '“' { '”' } else { quote };
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(end)) {
            return inner;
        }
    }
    value
}

/// Nothing but values, in the order in which the documents name them.
fn bare(text: &str) -> Option<Found> {
    let is_gap = |character: char| is_separator(character) || character.is_whitespace();
    let words: Vec<&str> = text.split(is_gap).map(unquoted).filter(|word| !word.is_empty()).collect();
    let mut found = Found::default();
    match words.as_slice() {
        [first] => match user_name(first) {
            Some(_) => found.take(Meaning::UserName, first),
            None => {
                client_id(first)?;
                found.take(Meaning::ClientId, first);
            }
        },
        [user, password] => {
            user_name(user)?;
            found.take(Meaning::UserName, user);
            found.take(Meaning::Password, password);
        }
        [client, user, password] if user_name(user).is_some() => {
            client_id(client)?;
            found.take(Meaning::ClientId, client);
            found.take(Meaning::UserName, user);
            found.take(Meaning::Password, password);
        }
        [product_sn, device_sn, secret] => {
            let fits = is_product_sn(product_sn) && device_sn_is_regular(device_sn);
            if !fits || secret.chars().count() != limits::SECRET_LENGTH {
                return None;
            }
            found.take(Meaning::ProductSn, product_sn);
            found.take(Meaning::DeviceSn, device_sn);
            found.take(Meaning::DeviceSecret, secret);
        }
        _ => return None,
    }
    Some(found)
}

fn is_separator(character: char) -> bool {
    matches!(character, ',' | ';' | '&' | '，' | '；' | '、' | '\t')
}

fn is_product_sn(text: &str) -> bool {
    text.len() == limits::PRODUCT_SN_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `ProductSN|DeviceSN|1`, also with the backslashes that the documents' tables show.
fn user_name(text: &str) -> Option<(Credential, AuthMode)> {
    Credential::from_user_name(&text.replace("\\|", "|"))
        .filter(|(device, _)| is_product_sn(&device.product_sn))
}

/// `ProductSN.DeviceSN`.
fn client_id(text: &str) -> Option<Credential> {
    let (product_sn, device_sn) = text.split_once('.')?;
    let fits = is_product_sn(product_sn) && device_sn_is_regular(device_sn);
    fits.then(|| Credential::new(product_sn, device_sn))
}
