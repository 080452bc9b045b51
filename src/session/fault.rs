//! What went wrong between adit and the model, in a form that every frontend can show.

use serde::{Deserialize, Serialize};

/// Sorts faults by what the user can do about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultClass {
    /// No usable credentials, or expired ones.
    Credentials,
    /// The account or its policy does not allow the call.
    Access,
    /// No region is set.
    Region,
    /// The model id cannot be called in this way.
    Model,
    /// A quota by the minute; waiting helps.
    Throttled,
    /// A quota by the day, or another of the account's; waiting a moment does not help.
    DailyQuota,
    /// The conversation is too long for the model.
    ContextOverflow,
    /// The request was refused as malformed.
    Invalid,
    /// The endpoint could not be reached, or the connection broke.
    Network,
    /// The stream went silent.
    Stalled,
    /// The stream ended, or broke, before the answer was complete.
    Truncated,
    /// The service had a passing fault.
    Unavailable,
    /// The session's own limit was reached: steps, or the same failing call again and again.
    Limit,
    /// A cap on what may be spent would be passed.
    Budget,
    /// Anything else; the message says what.
    Other,
}

impl FaultClass {
    /// Tells whether sending the same request again may succeed without any change.
    pub fn is_transient(self) -> bool {
        match self {
            Self::Throttled | Self::Network | Self::Stalled | Self::Truncated | Self::Unavailable => true,
            Self::Credentials
            | Self::Access
            | Self::Region
            | Self::Model
            | Self::DailyQuota
            | Self::ContextOverflow
            | Self::Invalid
            | Self::Limit
            | Self::Budget
            | Self::Other => false,
        }
    }
}

/// A fault with its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// What kind of fault it is.
    pub class: FaultClass,
    /// What failed, on what: lower case, no final period.
    pub message: String,
    /// What to do, as a full sentence; absent where nothing useful can be said.
    pub hint: Option<String>,
    /// The service's id of the request, where it gave one.
    pub request_id: Option<String>,
}

impl Fault {
    /// Returns a fault without a hint.
    pub fn new(class: FaultClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), hint: None, request_id: None }
    }

    /// Returns the message, with the id of the request where there is one, so that it can be reported.
    pub fn told(&self) -> String {
        match &self.request_id {
            Some(id) => format!("{} (request id {id})", self.message),
            None => self.message.clone(),
        }
    }

    /// Returns the fault with a hint added.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
