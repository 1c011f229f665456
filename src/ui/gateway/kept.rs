use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use crate::mqtt::Secret;
use crate::ui::services::Desk;
use crate::uiot::Credential;
use crate::uiot::gateway::{GatewayError, REQUESTS, Registration, RequestKind};

/// Sub-devices that a person can have in the list.
pub(super) const LISTED: usize = 1_000;
/// Sub-devices of one request: with names of 64 characters it keeps to a packet of 256 KB.
const AT_ONCE: usize = 1_000;

/// What a person entered and chose. It outlives a change of pages and of sessions; the secrets are in memory only.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    /// Sub-devices that were entered, whatever the platform knows of them.
    pub(super) listed: RwSignal<BTreeSet<Credential>>,
    pub(super) chosen: RwSignal<BTreeSet<Credential>>,
    /// The ProductSecrets, by ProductSN.
    secrets: RwSignal<BTreeMap<String, Secret>>,
    /// The fields.
    pub(super) product: RwSignal<String>,
    pub(super) sns: RwSignal<String>,
    pub(super) filter: RwSignal<String>,
    /// What is wrong with what was entered or chosen, or is to be considered.
    pub(super) problem: RwSignal<Option<Problem>>,
    /// The sub-device in whose name is sent.
    pub(super) subject: RwSignal<Option<Credential>>,
    pub(super) request: RwSignal<&'static str>,
    pub(super) topic: RwSignal<String>,
    pub(super) payload: RwSignal<String>,
    pub(super) qos: RwSignal<&'static str>,
    pub(super) sent: StoredValue<u64>,
    /// Whether the list was filled for whoever tries the simulator's gateway.
    pub(super) filled: StoredValue<bool>,
}

/// What is to be said of what a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    EnterBoth,
    OddSn(String),
    ListFull,
    NoSecret(String),
    NoneChosen,
    TooMany,
    TooLarge,
    Offline,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self {
            listed: RwSignal::default(),
            chosen: RwSignal::default(),
            secrets: RwSignal::default(),
            product: RwSignal::default(),
            sns: RwSignal::default(),
            filter: RwSignal::default(),
            problem: RwSignal::default(),
            subject: RwSignal::default(),
            request: RwSignal::new(""),
            topic: RwSignal::default(),
            payload: RwSignal::default(),
            qos: RwSignal::new("1"),
            sent: StoredValue::new(0),
            filled: StoredValue::new(false),
        }
    }

    /// The ProductSecret that was entered for a product.
    pub(super) fn secret_of(self, product_sn: &str) -> Option<Secret> {
        self.secrets.with(|secrets| secrets.get(product_sn).cloned())
    }

    pub(super) fn set_secret(self, product_sn: &str, secret: Secret) {
        self.secrets.update(|secrets| {
            if secret.is_empty() {
                secrets.remove(product_sn);
            } else if secrets.contains_key(product_sn) || secrets.len() < LISTED {
                secrets.insert(product_sn.to_owned(), secret);
            }
        });
    }

    /// The sub-devices that are chosen and still there: the cloud may have deleted some meanwhile.
    pub(super) fn chosen_there(self, desk: Desk) -> Vec<Credential> {
        let is_listed = |device: &Credential| self.listed.with(|listed| listed.contains(device));
        let there = desk.read(|services| {
            let known = services.gateway.sub_devices();
            let is_there = |device: &&Credential| known.contains_key(*device) || is_listed(device);
            self.chosen.with(|chosen| chosen.iter().filter(is_there).cloned().collect())
        });
        there.unwrap_or_default()
    }

    /// Adds what is entered to the list, and chooses it.
    pub(super) fn enter(self) {
        let product = self.product.with_untracked(|product| product.trim().to_owned());
        let sns: Vec<String> = self.sns.with_untracked(|typed| {
            let parts = typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；'));
            parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
        });
        if product.is_empty() || sns.is_empty() {
            return self.problem.set(Some(Problem::EnterBoth));
        }
        let mut problem = None;
        let mut listed = self.listed.get_untracked();
        let mut chosen = self.chosen.get_untracked();
        for sn in sns {
            if !crate::uiot::device_sn_is_regular(&sn) {
                problem = Some(Problem::OddSn(sn.chars().take(80).collect()));
            }
            let device = Credential::new(product.clone(), sn);
            if listed.len() >= LISTED && !listed.contains(&device) {
                problem = Some(Problem::ListFull);
                break;
            }
            listed.insert(device.clone());
            chosen.insert(device);
        }
        self.listed.set(listed);
        self.chosen.set(chosen);
        if problem != Some(Problem::ListFull) {
            self.sns.set(String::new());
        }
        self.problem.set(problem);
    }

    /// Sends a request for these sub-devices. Whether it was handed over.
    pub(super) fn ask(self, desk: Desk, kind: RequestKind, devices: Vec<Credential>) -> bool {
        let problem = self.asked(desk, kind, devices).err();
        let went_out = problem.is_none();
        self.problem.set(problem);
        went_out
    }

    fn asked(self, desk: Desk, kind: RequestKind, devices: Vec<Credential>) -> Result<(), Problem> {
        if devices.is_empty() && kind != RequestKind::TopoGet {
            return Err(Problem::NoneChosen);
        }
        if devices.len() > AT_ONCE {
            return Err(Problem::TooLarge);
        }
        if !untrack(|| desk.is_online()) {
            return Err(Problem::Offline);
        }
        let registrations = match kind {
            RequestKind::Register | RequestKind::Found => self.registrations(&devices)?,
            _ => Vec::new(),
        };
        let done = desk.act(|services, now| {
            let gateway = &mut services.gateway;
            let message = match kind {
                RequestKind::Register => gateway.register(now, registrations),
                RequestKind::Found => gateway.found(now, registrations),
                RequestKind::TopoAdd => gateway.topo_add(now, devices),
                RequestKind::TopoDelete => gateway.topo_delete(now, devices),
                RequestKind::TopoGet => gateway.topo_get(now),
                RequestKind::Login => gateway.login(now, devices),
                RequestKind::Logout => gateway.logout(now, devices),
            };
            message.map(|message| services.send(message))
        });
        match done {
            Some(Err(GatewayError::TooManyRequests)) => Err(Problem::TooMany),
            // What could not be published is said already.
            Some(Ok(())) | None => Ok(()),
        }
    }

    fn registrations(self, devices: &[Credential]) -> Result<Vec<Registration>, Problem> {
        let registration = |device: &Credential| {
            let secret = untrack(|| self.secret_of(&device.product_sn));
            let secret = secret.ok_or_else(|| Problem::NoSecret(device.product_sn.clone()))?;
            Ok(Registration::new(device.clone(), secret))
        };
        let found = devices.iter().map(registration).collect();
        if let Err(Problem::NoSecret(product)) = &found {
            // Where it is to be entered.
            self.product.set(product.clone());
        }
        found
    }
}

impl Problem {
    /// Whether something was not done, rather than done and to be considered.
    pub(super) const fn is_error(&self) -> bool {
        !matches!(self, Self::OddSn(_))
    }

    pub(super) fn text(&self, lang: crate::i18n::Lang) -> String {
        match self {
            Self::EnterBoth => lang.gateway_enter_both().to_owned(),
            Self::OddSn(sn) => lang.gateway_odd_sn(sn),
            Self::ListFull => lang.gateway_list_full(LISTED),
            Self::NoSecret(product) => lang.gateway_no_secret(product),
            Self::NoneChosen => lang.gateway_choose_first().to_owned(),
            Self::TooMany => lang.gateway_too_many(REQUESTS),
            Self::TooLarge => lang.gateway_too_large(AT_ONCE),
            Self::Offline => lang.services_offline().to_owned(),
        }
    }
}
