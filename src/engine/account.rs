//! The account that is called: another profile or region inside a session, and logins that are waited for.

use super::AccountChoice;
use super::actor::Actor;
use super::side_call::Said;
use crate::session::{EventKind, Fault, FaultClass, Level};

impl Actor {
    /// Calls by another profile, or in another region, from the next step on.
    pub(super) fn go_to_account(&mut self, account: AccountChoice) {
        let words = match &account {
            AccountChoice::Profile(name) => format!("profile {name} is used from the next request on"),
            AccountChoice::Region(name) => format!("region {name} is called from the next request on"),
        };
        // What stands behind an alias is found anew there, and what stood in for the choice may do so no more: the name
        // that was chosen counts, not the id that answered here.
        let name = self.model.clone();
        let went = self.provider.go_to(account).and_then(|()| self.provider.resolve(&name));
        match went {
            Ok(model) => {
                self.answered_before = None;
                self.emit(EventKind::ModelChanged { model });
                self.notice(Level::Info, words, None);
            }
            Err(fault) => self.refuse(fault.message, fault.hint.as_deref()),
        }
    }

    /// Ends what runs: the turn, or a draft that waits for a login.
    pub(super) fn cancel(&mut self) {
        if let Some(turn) = &self.turn {
            turn.cancel.send_replace(true);
        } else if self.state.login.is_some() {
            self.emit(EventKind::LoginEnded);
            if let Some(draft) = self.drafting.take() {
                draft.abort();
                self.drafted(Said::failed(Fault::new(FaultClass::Credentials, "the login was given up")));
            }
        }
    }
}
