//! Logins in the middle of a session: the request waits for the user, then goes on with fresh credentials.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::account::Account;
use super::aws_cli::News;
use super::course::Course;
use super::failure::{Cure, Failure};
use super::provider::Inner;
use super::watch::{Out, tell};
use crate::engine::Delta;
use crate::session::{Fault, FaultClass, Login};

/// How often a code is asked for in one step.
const PASSCODES: u32 = 3;

impl Inner {
    /// Returns the account; where it needs a login and somebody is there, once the user has logged in.
    pub(super) async fn signed_in(&self, course: &mut Course, out: &mut Out) -> Result<Arc<Account>, Fault> {
        loop {
            let logins = self.logins.load(Ordering::Acquire);
            let failure = match self.account(out).await {
                Ok(account) => return Ok(account),
                Err(failure) => failure,
            };
            match failure.cure {
                Cure::Login if self.cli.is_some() && !std::mem::replace(&mut course.has_asked_for_login, true) => {
                    self.log_in(&failure, logins, out).await?;
                }
                Cure::Passcode if self.cli.is_some() && course.passcodes < PASSCODES => {
                    course.passcodes += 1;
                    self.ask_for_passcode(&failure, out).await;
                }
                _ => return Err(failure.fault),
            }
        }
    }

    /// Runs the login and shows what it asks for. One runs at a time; who waited for another's is done with it.
    async fn log_in(&self, failure: &Failure, logins: u32, out: &mut Out) -> Result<(), Fault> {
        let Some(cli) = &self.cli else { return Err(failure.fault.clone()) };
        let profile = failure.profile.as_deref();
        let mut login =
            Login { reason: failure.fault.message.clone(), command: Some(cli.words(profile)), ..Login::default() };
        tell(out, Delta::LoginNeeded(login.clone())).await;
        let one_at_a_time = self.logging_in.lock().await;
        let mut by_code = true;
        // Another request's login may be what this one needs.
        let mut outcome = if self.logins.load(Ordering::Acquire) == logins { None } else { Some(Ok(())) };
        while outcome.is_none() {
            let mut running = cli.log_in(profile, by_code)?;
            outcome = loop {
                match running.next().await {
                    News::Prompted(prompted) => {
                        (login.url, login.code) = (prompted.url, prompted.code);
                        tell(out, Delta::LoginNeeded(login.clone())).await;
                    }
                    News::Ended(None) => {
                        self.logins.fetch_add(1, Ordering::AcqRel);
                        break Some(Ok(()));
                    }
                    News::Ended(Some(failed)) if failed.is_unknown_flag && by_code => {
                        by_code = false;
                        break None;
                    }
                    News::Ended(Some(failed)) => break Some(Err(failed.words)),
                }
            };
        }
        drop(one_at_a_time);
        tell(out, Delta::LoginEnded).await;
        match outcome {
            Some(Err(words)) => {
                let hint = format!("Run `{}` in a shell, then send the prompt again.", cli.words(profile));
                Err(Fault::new(FaultClass::Credentials, format!("the login failed: {words}")).with_hint(hint))
            }
            Some(Ok(())) | None => Ok(()),
        }
    }

    /// Waits for the code of the user's device.
    async fn ask_for_passcode(&self, failure: &Failure, out: &mut Out) {
        let code = self.passcodes.notified();
        let login = Login {
            reason: failure.fault.message.clone(),
            device: Some(failure.device.clone().unwrap_or_else(|| "your device".to_owned())),
            ..Login::default()
        };
        tell(out, Delta::LoginNeeded(login)).await;
        code.await;
        tell(out, Delta::LoginEnded).await;
    }
}
