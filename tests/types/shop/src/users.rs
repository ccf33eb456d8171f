//! Accounts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use pubsub_runtime::{ActionCtx, EventError, event, model};
use uuid::Uuid;

use crate::shared::{Address, Stamp};

/// Somebody has an account.
#[event(channel = "users", name = "signed-up")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct SignedUp {
    pub email: String,
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_on: Option<NaiveDate>,
    /// Where they heard of the shop.
    #[serde(default)]
    pub source: Source,
}

#[model]
#[derive(Debug, Clone, Default)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    #[default]
    Unknown,
    Friend,
    Search,
    #[serde(rename = "ad")]
    Advertisement,
}

#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub user_id: Uuid,
    pub roles: BTreeSet<Role>,
}

#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Customer,
    Staff,
    Admin,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error, EventError)]
pub enum SignUpError {
    /// Somebody has it.
    #[error("this address is taken")]
    #[event_error(code = "CONFLICT")]
    EmailTaken,
    #[error("{domain} receives no mail")]
    #[event_error(code = "BAD_REQUEST")]
    NoMail { domain: String },
}

/// Makes an account, and asks for a confirmation by mail.
#[event(channel = "users", name = "signed-up")]
pub async fn sign_up(_ctx: &ActionCtx, form: SignedUp) -> Result<Account, SignUpError> {
    if form.email.is_empty() {
        return Err(SignUpError::EmailTaken);
    }
    Ok(Account {
        user_id: Uuid::nil(),
        roles: BTreeSet::from([Role::Customer]),
    })
}

#[event(channel = "users", name = "verified")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct UserVerified {
    #[event(filter)]
    pub user_id: Uuid,
}

/// What changed, and nothing else.
#[event(channel = "users", name = "profile-changed")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ProfileChanged {
    #[event(filter)]
    pub user_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Avatar>,
    #[serde(flatten)]
    pub stamp: Stamp,
}

#[model]
#[derive(Debug, Clone)]
pub struct Avatar {
    pub url: String,
    pub width: u16,
    pub height: u16,
}

/// Another place to send parcels to.
#[event(channel = "users", name = "address-added", direction = "both")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct AddressAdded {
    #[event(filter)]
    pub user_id: Uuid,
    /// What its owner calls it, such as "home".
    pub label: String,
    pub address: Address,
}

/// Somebody forgot what they chose.
#[event(channel = "users", name = "password-reset")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PasswordReset {
    pub user_id: Uuid,
    pub expires: DateTime<Utc>,
}

#[event(channel = "users", name = "blocked")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct UserBlocked {
    #[event(filter)]
    pub user_id: Uuid,
    /// Until somebody lifts it, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// An account is gone, with everything it held.
#[event(channel = "users", name = "deleted")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct UserDeleted {
    #[event(filter)]
    pub user_id: Uuid,
}

/// How somebody wants the shop to be.
#[event(channel = "users", name = "preferences-saved", direction = "both")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PreferencesSaved {
    pub user_id: Uuid,
    pub language: String,
    /// Whether mail may be sent, by topic.
    pub mail: BTreeMap<Topic, bool>,
    /// What the front end keeps for itself.
    #[serde(flatten)]
    pub own: BTreeMap<String, serde_json::Value>,
}

#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    Offers,
    Orders,
    News,
}
