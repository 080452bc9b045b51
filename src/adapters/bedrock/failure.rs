//! What went wrong with a request, and what may cure it.

use std::time::Duration;

use super::lessons::Extra;
use super::words::sso_login;
use crate::session::{Fault, FaultClass};

/// A request that failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// As the user is told.
    pub(super) fault: Fault,
    /// What may help.
    pub(super) cure: Cure,
    /// How long the service asks to wait, where it does.
    pub(super) wait: Option<Duration>,
    /// The profile to log in with, for [`Cure::Login`].
    pub(super) profile: Option<String>,
    /// The device whose code is needed, for [`Cure::Passcode`].
    pub(super) device: Option<String>,
    /// Whether no place that may hold credentials holds any.
    pub(super) has_found_nothing: bool,
}

/// What may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// Nothing that adit can do.
    None,
    /// The same request, a moment later.
    Again,
    /// The same request at once, but only once: what was silent may have been worked on, and is paid for.
    Once,
    /// The same request, once the quota of this minute has recovered.
    Later,
    /// Credentials read anew.
    Reload,
    /// A login by the user, with SSO.
    Login,
    /// A code of the user's device.
    Passcode,
    /// Another id: this model cannot be called by this account here.
    OtherModel,
    /// An inference profile for the same model.
    Profile,
    /// A request without the model's earlier reasoning.
    WithoutReasoning,
    /// A request without what the model does not take.
    Without(Extra),
    /// A request for no longer an answer than this.
    Within(u32),
}

impl Failure {
    /// Returns a failure that nothing cures.
    pub(super) fn new(class: FaultClass, message: impl Into<String>) -> Self {
        Self::from(Fault::new(class, message))
    }

    /// Returns it with a hint.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.fault.hint = Some(hint.into());
        self
    }

    /// Returns it as one that a login with a profile cures.
    pub(super) fn by_login_with(mut self, profile: &str) -> Self {
        self.profile = Some(profile.to_owned());
        self.hint(format!("Run `{}` and send the prompt again.", sso_login(Some(profile)))).cure(Cure::Login)
    }

    /// Returns it with what may help.
    pub(super) fn cure(mut self, cure: Cure) -> Self {
        self.cure = cure;
        self
    }
}

impl From<Fault> for Failure {
    /// Returns a failure that nothing cures.
    fn from(fault: Fault) -> Self {
        Self { fault, cure: Cure::None, wait: None, profile: None, device: None, has_found_nothing: false }
    }
}
