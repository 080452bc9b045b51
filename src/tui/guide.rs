//! Guidance for newcomers: steps in words, each done when the session's state says so.

use crate::session::SessionState;

/// The steps, in order.
#[derive(Debug, Clone, Default)]
pub struct Guide {
    /// The steps.
    pub steps: Vec<GuideStep>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct GuideStep {
    /// What to do, in one or two sentences.
    pub text: String,
    /// Tells whether it is done.
    pub done: fn(&SessionState) -> bool,
}

impl Guide {
    /// Returns the first step from `at` on that is not done; done ones do not come back.
    pub fn advance(&self, at: usize, state: &SessionState) -> usize {
        let rest = self.steps.iter().skip(at);
        at + rest.take_while(|step| (step.done)(state)).count()
    }

    /// Returns the words of a step with its number, or none after the last.
    pub fn words(&self, at: usize) -> Option<String> {
        let step = self.steps.get(at)?;
        Some(format!("{}/{}  {}", at + 1, self.steps.len(), step.text))
    }
}
