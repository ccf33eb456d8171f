//! Money that moves.

use chrono::{DateTime, Utc};
use pubsub_runtime::{ActionCtx, EventError, event, model};
use uuid::Uuid;

use crate::shared::{Currency, Money};

/// How somebody pays.
#[model]
#[derive(Debug, Clone)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Method {
    /// The last four digits, never more.
    Card(CardBrand, String),
    /// The account, as IBAN.
    Transfer {
        iban: String,
    },
    Voucher(String),
    /// At the door.
    Cash,
}

#[model]
#[derive(Debug, Clone, Copy)]
pub enum CardBrand {
    #[serde(rename = "visa")]
    Visa,
    #[serde(rename = "mastercard")]
    Mastercard,
    #[serde(rename = "amex")]
    AmericanExpress,
}

/// The bank said that the money is there.
#[event(channel = "payments")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PaymentAuthorised {
    pub payment_id: Uuid,
    #[event(filter)]
    pub order_id: Uuid,
    pub amount: Money,
    pub method: Method,
    pub until: DateTime<Utc>,
}

/// The money is ours.
#[event(channel = "payments")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PaymentCaptured {
    pub payment_id: Uuid,
    #[event(filter)]
    pub order_id: Uuid,
    pub amount: Money,
    /// What the provider keeps.
    pub fee: Option<Money>,
}

/// The bank said no.
#[event(channel = "payments")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PaymentFailed {
    pub payment_id: Uuid,
    #[event(filter)]
    pub order_id: Uuid,
    pub cause: FailureCause,
    /// Whether it makes no sense to ask again.
    pub r#final: bool,
}

#[model]
#[derive(Debug, Clone)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum FailureCause {
    Declined {
        /// As the bank writes it.
        code: String,
    },
    Expired,
    /// The customer did not confirm in time.
    NotConfirmed {
        #[serde(rename = "waitedSeconds")]
        waited: f32,
    },
}

/// Money went back.
#[event(
    channel = "payments",
    publish = "payments:refund",
    idempotent = "required"
)]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRefunded {
    pub payment_id: Uuid,
    #[event(filter)]
    pub order_id: Uuid,
    pub amount: Money,
}

/// Why nothing was paid back.
#[derive(Debug, thiserror::Error, EventError)]
pub enum RefundError {
    #[error("payment {payment_id} is not known")]
    #[event_error(code = "NOT_FOUND")]
    NotFound { payment_id: Uuid },
    /// More than was paid.
    #[error("only {left:?} is left to pay back")]
    #[event_error(code = "UNPROCESSABLE_CONTENT")]
    TooMuch { left: Money },
    /// Another one is on its way.
    #[error("a refund of this payment is running")]
    #[event_error(code = "CONFLICT", retry_after = "5s")]
    Running,
}

/// The answer to a refund.
#[model]
#[derive(Debug, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub struct Refunded {
    /// When the bank will show it.
    pub expected_by: DateTime<Utc>,
    pub left: Money,
}

/// Pays back, all or in part.
#[event(
    channel = "payments",
    timeout = "20s",
    retry_safe,
    publish = "payments:refund",
    idempotent = "required"
)]
pub async fn refunded(_ctx: &ActionCtx, refund: PaymentRefunded) -> Result<Refunded, RefundError> {
    if refund.amount.minor <= 0 {
        return Err(RefundError::Running);
    }
    Ok(Refunded {
        expected_by: DateTime::UNIX_EPOCH,
        left: refund.amount,
    })
}

/// A customer asked their bank for the money.
#[event(channel = "payments")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDisputed {
    pub payment_id: Uuid,
    pub answer_before: DateTime<Utc>,
    /// Names of files that the bank sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// Money went to our own account.
#[event(channel = "payments", name = "payout.sent")]
#[derive(Debug, Clone)]
pub struct PayoutSent {
    pub amount: Money,
    /// How much of it is in which currency.
    pub parts: std::collections::BTreeMap<Currency, i32>,
}

/// A customer has another way to pay.
#[event(channel = "payments", name = "method-added", direction = "both")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct MethodAdded {
    pub user_id: Uuid,
    pub method: Method,
}

/// A program guessed how likely somebody is not who they say.
#[event(channel = "payments", name = "fraud-scored")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct FraudScored {
    pub payment_id: Uuid,
    /// From 0, harmless, to 1.
    pub score: f64,
    /// What counted how much, the most important first.
    pub signals: Vec<(String, f64)>,
}

/// The day's payments were compared with the bank's.
#[event(channel = "payments")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct PaymentSettled {
    pub day: chrono::NaiveDate,
    pub matched: u32,
    pub missing: Vec<Uuid>,
}
