//! The demo's script: what the endpoint answers, and what the newcomer is told meanwhile.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Reply, Script, ServerStep};
use crate::review::Decision;
use crate::session::{Entry, SessionState};

/// The request that stands in the composer when the demo opens.
pub const PROMPT: &str = "Amounts like 1,200.50 make the report fail, and sums are off by a cent now and then. \
                          Please fix both and add a test.";

/// How fast the answers come: about as fast as a model writes.
const PACE: Duration = Duration::from_millis(14);

/// One step of the guidance: what to do, and when it is done.
pub struct TourStep {
    /// What to do, in one or two short sentences; `{send}` stands for the keys of that action.
    pub text: &'static str,
    /// Tells whether it is done.
    pub is_done: fn(&SessionState) -> bool,
}

/// Returns the guidance, in order.
pub fn steps() -> Vec<TourStep> {
    vec![
        TourStep {
            text: "Welcome. This is a sample repository, and the answers are scripted: no model is asked. \
                   A request is written below for you. Press {send} to send it.",
            is_done: |state| state.turn.0 > 0,
        },
        TourStep {
            text: "The answer streams in. Its edits will wait in the review as hunks; no file has changed.",
            is_done: |state| state.turn.0 > 0 && !state.is_busy(),
        },
        TourStep {
            text: "Press {focus-diff} (or {next-pane}) to go to the review. Accept the hunk under the cursor with {accept}: only now is it written.",
            is_done: |state| decided(state, Decision::Accepted) || has_committed(state),
        },
        TourStep {
            text: "One hunk in tally/report.py changes the currency to USD, which nobody asked for. Go to it with {next-hunk} and reject it with {reject}.",
            is_done: |state| decided(state, Decision::Rejected) || has_committed(state),
        },
        TourStep {
            text: "Changed your mind? {undo} undoes any decision. Now take the rest: {accept-file} accepts a whole file, {next-file} goes to the next.",
            is_done: |state| state.review.progress().pending == 0 || has_committed(state),
        },
        TourStep {
            text: "Press {commit} to commit. A message is drafted; edit it if you like, then {commit-now} commits what you accepted, no more.",
            is_done: has_committed,
        },
        TourStep {
            text: "That is adit. Ask once more if you like ({focus-chat}), press {help} for all keys, {quit} to leave. \
                   In a repository of yours, just type adit.",
            is_done: |_| false,
        },
    ]
}

fn decided(state: &SessionState, wanted: Decision) -> bool {
    let progress = state.review.progress();
    match wanted {
        Decision::Accepted => progress.accepted > 0,
        Decision::Rejected => progress.rejected > 0,
        Decision::Pending => progress.pending > 0,
    }
}

fn has_committed(state: &SessionState) -> bool {
    state.entries.iter().any(|entry| matches!(entry.as_ref(), Entry::Committed { .. }))
}

/// The scripted model.
#[derive(Debug, Default)]
pub struct Tour;

impl Script for Tour {
    fn answer(&mut self, request: &Value) -> Vec<ServerStep> {
        if request.get("toolConfig").is_none() {
            return Reply::new().text(COMMIT_MESSAGE).finish_as("end_turn", usage(900, 45));
        }
        let (turn, step) = place(request);
        let reply = Reply::new().step(ServerStep::Sleep(Duration::from_millis(350))).paced(PACE);
        match (turn, step) {
            (1, 0) => reply
                .text("I will look at how amounts are read and summed.")
                .tool("demo_1", "read_file", &json!({"path": "tally/money.py"}))
                .tool("demo_2", "read_file", &json!({"path": "tally/report.py"}))
                .finish_as("tool_use", usage(2_100, 90)),
            (1, 1) => reply
                .text(
                    "Two causes:\n\n1. `parse_amount` hands the text to `float`, which refuses the comma of `1,200.50`.\n\
                     2. Binary floats cannot hold most cents, so sums drift. `decimal.Decimal` holds them exactly.\n\n\
                     I change the reading first.",
                )
                .tool("demo_3", "edit_file", &money_edit())
                .finish_as("tool_use", usage(3_300, 420)),
            (1, 2) => reply
                .text("Now the sums, and a test that fails without the change.")
                .tool("demo_4", "edit_file", &report_edit())
                .tool("demo_5", "write_file", &json!({"path": "tests/test_money.py", "content": TEST_MONEY}))
                .finish_as("tool_use", usage(3_900, 510)),
            (1, _) => reply.text(CLOSING).finish_as("end_turn", usage(4_600, 150)),
            (2, 0) => reply
                .text("Then the README should say so too. I read it first.")
                .tool("demo_6", "read_file", &json!({"path": "README.md"}))
                .finish_as("tool_use", usage(5_000, 60)),
            (2, 1) => reply
                .tool("demo_7", "edit_file", &readme_edit())
                .finish_as("tool_use", usage(5_400, 120)),
            (2, _) => reply
                .text("The README now says how amounts may be written. The change is pending, like the others were.")
                .finish_as("end_turn", usage(5_700, 40)),
            _ => reply
                .text(
                    "My answers here are scripted, and these were all. What you decide, undo and commit is real: \
                     look at `git log -p` in this folder.\n\nStart `adit` in a repository of your own to work with Sonnet.",
                )
                .finish_as("end_turn", usage(5_900, 50)),
        }
    }
}

/// Returns which turn a request belongs to, and which step of it, from 0.
fn place(request: &Value) -> (usize, usize) {
    let messages = request.get("messages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (mut turn, mut step) = (0, 0);
    for message in messages.iter().filter(|message| message.get("role").is_some_and(|role| role == "user")) {
        let blocks = message.get("content").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if blocks.iter().any(|block| block.get("toolResult").is_some()) {
            step += 1;
        } else {
            turn += 1;
            step = 0;
        }
    }
    (turn, step)
}

fn usage(read: u64, written: u64) -> Value {
    let cached = read * 3 / 4;
    json!({"inputTokens": read - cached, "outputTokens": written, "totalTokens": read + written,
           "cacheReadInputTokens": cached, "cacheWriteInputTokens": 0})
}

fn money_edit() -> Value {
    json!({"path": "tally/money.py", "edits": [
        {
            "old_text": "\"\"\"Amounts of money, as people write them in a ledger.\"\"\"\n",
            "new_text": "\"\"\"Amounts of money, as people write them in a ledger.\"\"\"\n\nfrom decimal import Decimal, InvalidOperation\n\nCENT = Decimal(\"0.01\")\n"
        },
        {
            "old_text": "    \"\"\"Return the amount that `text` names.\"\"\"\n    return float(text.strip())\n",
            "new_text": "    \"\"\"Return the amount that `text` names; commas may group its thousands.\"\"\"\n    try:\n        return Decimal(text.strip().replace(\",\", \"\"))\n    except InvalidOperation:\n        raise ValueError(\"not an amount: %r\" % text) from None\n"
        },
        {
            "old_text": "    return \"%.2f %s\" % (value, currency)\n",
            "new_text": "    return \"%s %s\" % (value.quantize(CENT), currency)\n"
        }
    ]})
}

fn report_edit() -> Value {
    json!({"path": "tally/report.py", "edits": [
        {
            "old_text": "from collections import defaultdict\n\nfrom tally.money",
            "new_text": "from collections import defaultdict\nfrom decimal import Decimal\n\nfrom tally.money"
        },
        {"old_text": "    totals = defaultdict(float)\n", "new_text": "    totals = defaultdict(Decimal)\n"},
        {"old_text": "format_amount(totals[account])\n", "new_text": "format_amount(totals[account], \"USD\")\n"}
    ]})
}

fn readme_edit() -> Value {
    json!({"path": "README.md", "edits": [{
        "old_text": "Sums the entries of a plain-text ledger by account.\n",
        "new_text": "Sums the entries of a plain-text ledger by account. Amounts may group their thousands by commas,\nand sums are exact to the cent.\n"
    }]})
}

const TEST_MONEY: &str = "import unittest\nfrom decimal import Decimal\n\nfrom tally.money import parse_amount\n\n\n\
class MoneyTest(unittest.TestCase):\n    def test_commas_group_thousands(self):\n        \
self.assertEqual(parse_amount(\"1,200.50\"), Decimal(\"1200.50\"))\n\n    def test_sums_are_exact(self):\n        \
self.assertEqual(sum([parse_amount(\"0.10\")] * 3), Decimal(\"0.30\"))\n\n    def test_words_are_refused(self):\n        \
with self.assertRaises(ValueError):\n            parse_amount(\"twelve\")\n\n\nif __name__ == \"__main__\":\n    unittest.main()\n";

const CLOSING: &str = "Done. In short:\n\n| file | change |\n| --- | --- |\n| `tally/money.py` | amounts are `Decimal`, commas are read |\n\
| `tally/report.py` | sums start from `Decimal`, amounts in `USD` |\n| `tests/test_money.py` | new: commas, exact sums, refusals |\n\n\
I also changed the report's currency to `USD`. **Nothing is written yet**: take what you want in the review.\n";

const COMMIT_MESSAGE: &str = "fix(money): read grouped thousands and sum exactly\n\nAmounts such as 1,200.50 were refused, and sums of \
floats drifted by a cent.\nAmounts are decimals now, and commas may group their thousands.";
