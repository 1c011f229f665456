use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::mqtt::Secret;
use crate::storage::{Damage, Mode, Profile};
use crate::uiot::Region;

/// Names a saved profile, for as long as it exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(String);

impl ProfileId {
    /// The longest that is read, in bytes.
    const MOST_BYTES: usize = 64;

    /// From a number that the caller drew: 64 random bits never meet twice.
    pub fn new(number: u64) -> Self {
        Self(format!("{number:016x}"))
    }

    /// From a document. None for what no version wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.len() <= Self::MOST_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned()))
    }

    /// For documents and for attributes of the page: ASCII letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A profile with the name under which a person saved it.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedProfile {
    /// Which one it is, whatever it is called.
    pub id: ProfileId,
    /// What a person called it.
    pub name: String,
    /// The folder that it is in: empty for none; `/` nests.
    pub folder: String,
    /// The number of its colour, 1 to 6; 0 for none.
    pub colour: u8,
    /// What a person wrote down about it.
    pub notes: String,
    /// The form and its subscriptions, without secrets.
    pub profile: Profile,
    /// The number of its last change.
    pub(super) changed: u64,
    /// The number of the change that made it, or brought it back.
    pub(super) born: u64,
    /// Fields that this version does not know.
    pub(super) rest: Map<String, Value>,
    /// Fields of the form that this version does not know.
    pub(super) rest_of_profile: Map<String, Value>,
}

impl SavedProfile {
    /// The highest number of a colour.
    pub const MOST_COLOUR: u8 = 6;

    /// A new one, in no folder, without colour and notes. Secrets are left out.
    pub fn new(id: ProfileId, name: impl Into<String>, mut profile: Profile) -> Self {
        profile.forget_secrets();
        Self {
            id,
            name: name.into(),
            folder: String::new(),
            colour: 0,
            notes: String::new(),
            profile,
            changed: 0,
            born: 0,
            rest: Map::new(),
            rest_of_profile: Map::new(),
        }
    }

    /// What a search looks into, in lower case.
    pub(super) fn searched_text(&self) -> String {
        let profile = &self.profile;
        let mut text = String::new();
        for part in [&self.name, &self.folder, &self.notes, &profile.server().host] {
            text.push_str(part);
            text.push('\n');
        }
        let _ = match profile.mode {
            Mode::Uiot => write!(text, "{}\n{}", profile.product_sn, profile.device_sn),
            Mode::Generic => write!(text, "{}", profile.client_id),
        };
        text.to_lowercase()
    }
}

impl Profile {
    /// Takes the secrets out of it.
    pub fn forget_secrets(&mut self) {
        self.device_secret = Secret::default();
        self.product_secret = Secret::default();
        self.password = Secret::default();
    }

    /// Whether a secret of the other is this one's too: both log in as the same, and at the same server. The regions of the
    /// platform are one server here: nobody else hears what is sent there.
    pub fn shares_secret_with(&self, other: &Self) -> bool {
        let of_platform = |form: &Self| {
            let host = form.region.map(Region::mqtt_host);
            form.mode == Mode::Uiot && host.is_some_and(|host| host == form.server().host.trim())
        };
        let same_host = self.server().host.trim().eq_ignore_ascii_case(other.server().host.trim());
        self.mode == other.mode
            && self.sent_user_name() == other.sent_user_name()
            && (same_host || (of_platform(self) && of_platform(other)))
    }

    /// Sets the secret that its mode sends.
    pub fn set_secret(&mut self, secret: Secret) {
        match self.mode {
            Mode::Uiot if self.registers() => self.product_secret = secret,
            Mode::Uiot => self.device_secret = secret,
            Mode::Generic => self.password = secret,
        }
    }
}

/// Something in the document that could not be read, or not in full; kept word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The name of the profile, as far as it can be told.
    pub name: Option<String>,
    /// What is wrong. With [`Damage::Fields`] the profile is in the library all the same, with defaults in their place.
    pub why: Damage,
    /// The text.
    pub text: String,
}

impl SetAside {
    /// Tells equal ones from others, in the list of removals (FNV-1a, 64 bits).
    pub(super) fn identity(&self) -> String {
        let hash = self.text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("aside-{hash:016x}")
    }
}
