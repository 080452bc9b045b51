//! What to do next, in the words of whoever listens: a script takes no commands.

/// Who listens to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listener {
    /// Somebody who can send commands.
    #[default]
    Person,
    /// A script, which sends one prompt.
    Script,
}

impl Listener {
    /// Returns what to do where a cap would be passed; `span` is what the cap is for.
    pub(super) fn over_cap(self, span: &str) -> String {
        match self {
            Self::Person => format!("Send /allow to go on all the same, or raise budget.{span} in your configuration."),
            Self::Script => format!(
                "Set ADIT_BUDGET__{} to more for this run, or raise budget.{span} in your configuration.",
                span.to_uppercase()
            ),
        }
    }

    /// Returns what to do where the caps cannot be kept.
    pub(super) fn without_ledger(self) -> &'static str {
        match self {
            Self::Person => {
                "The caps of the day and of the month cannot be kept without it; /allow goes on all the same."
            }
            Self::Script => {
                "The caps of the day and of the month cannot be kept without it; ADIT_BUDGET__DAY=0 and \
                 ADIT_BUDGET__MONTH=0 take them away for this run."
            }
        }
    }

    /// Returns what to do where the model refuses to answer.
    pub(super) fn refused(self) -> &'static str {
        match self {
            Self::Person => "Word the request differently, or start a new conversation with /clear.",
            Self::Script => "Word the request differently, or ask another model by --model.",
        }
    }

    /// Returns what to do where the conversation no longer fits.
    pub(super) fn context_full(self) -> &'static str {
        match self {
            Self::Person => {
                "Send /compact to replace its beginning by a summary, or /clear to start anew; the review stays."
            }
            Self::Script => {
                "Ask for less at once, name fewer or shorter files, or ask a model that reads more by --model."
            }
        }
    }
}
