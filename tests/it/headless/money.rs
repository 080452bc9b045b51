//! Caps and the ledger, seen from a script: exit code 4, and `adit cost`.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use adit::demo::{Endpoint, Reply, ServerStep};
use adit::session::TurnOutcome;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use super::desk::{Place, adit, finish, journal, run, script};

fn place() -> Place {
    Place::new(&[("a.txt", "a\n")]).committed()
}

#[tokio::test]
async fn a_cap_ends_the_run_with_4_before_anything_is_sent() {
    let endpoint = Endpoint::start(script(vec![])).await.unwrap();
    let place = place().with_endpoint(&endpoint.url());
    let mut command = adit(&place, &["run", "--model", "us.anthropic.claude-sonnet-5", "think"]);
    command.env("ADIT_BUDGET__DAY", "0.001");
    let outcome = finish(command).await;
    outcome.check(4, &["the day's cap of $0.0010 would be passed: $0.00 is spent", "raise budget.day"]);
    assert!(outcome.err.contains("ADIT_BUDGET__DAY") && !outcome.err.contains("/allow"), "{}", outcome.err);
    assert_eq!(endpoint.requests().len(), 0);
    let (_, state) = journal(&place);
    assert!(matches!(state.last_outcome, Some(TurnOutcome::Failed(_))));
}

#[tokio::test]
async fn what_a_run_spent_is_told_by_cost_in_every_form() {
    let model = script(vec![vec![("read_file", json!({"path": "a.txt"}))]]);
    let (place, outcome, endpoint) =
        run(place(), model, &["run", "--model", "us.anthropic.claude-sonnet-5", "read"]).await;
    outcome.check(0, &[]);
    assert_eq!(endpoint.requests().len(), 2);
    let tags = endpoint.requests()[0].json["requestMetadata"].clone();
    assert_eq!(tags, json!({"project": place.repo().file_name().unwrap().to_str().unwrap()}));

    let table = finish(adit(&place, &["cost"])).await;
    let text = table.check(0, &[]).text();
    assert!(text.starts_with("day ") && text.contains("total") && text.contains(" 2 "), "{text}");
    let csv = finish(adit(&place, &["cost", "--by", "model", "--format", "csv"])).await.check(0, &[]).text();
    let lines: Vec<&str> = csv.lines().collect();
    let columns =
        "model,calls,input,output,cache_read,cache_write,hit_percent,cost_dollars,unpriced,estimated,reserved_dollars";
    assert_eq!(lines[0], columns);
    assert!(lines[1].ends_with(",0,0,0.000000"), "{csv}");
    assert!(lines[1].starts_with("us.anthropic.claude-sonnet-5,2,") && lines.len() == 2, "{csv}");
    let json = finish(adit(&place, &["cost", "--by", "project", "--since", "7d", "--format", "json"])).await;
    let rows: Value = serde_json::from_str(&json.check(0, &[]).text()).unwrap();
    assert_eq!(rows[0]["project"], place.repo().canonicalize().unwrap().to_str().unwrap());
    assert_eq!(rows[0]["calls"], 2);
    let (_, state) = journal(&place);
    assert_eq!(rows[0]["cost_micros"].as_u64(), state.cost_micros, "the ledger and the log agree");
    assert!(state.cost_micros.unwrap() > 0);
    let mode = std::fs::metadata(place.state().join("adit/ledger.sqlite")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let none = finish(adit(&place, &["cost", "--since", "2999-01-01"])).await;
    assert_eq!(none.check(0, &[]).text(), "nothing was spent\n");
    finish(adit(&place, &["cost", "--since", "tomorrow"]))
        .await
        .check(2, &["tomorrow is no day", "as 2026-11-27, or as 7d"]);
}

/// Returns what `adit cost --by project` tells of the only project: calls, cost, estimated and reserved.
async fn sums(place: &Place) -> (u64, u64, u64, u64) {
    let told = finish(adit(place, &["cost", "--by", "project", "--format", "json"])).await;
    let rows: Value = serde_json::from_str(&told.check(0, &[]).text()).unwrap();
    let figure = |name: &str| rows[0][name].as_u64().unwrap();
    (figure("calls"), figure("cost_micros"), figure("estimated_calls"), figure("reserved_micros"))
}

#[tokio::test]
async fn a_call_in_which_adit_was_killed_is_reserved_while_it_runs_and_a_guess_afterwards() {
    let endpoint = Endpoint::start(|_: &Value| vec![ServerStep::Open, ServerStep::Hold]).await.unwrap();
    let place = place().with_endpoint(&endpoint.url());
    let model = "us.anthropic.claude-sonnet-5";
    let mut child = adit(&place, &["run", "--model", model, "think"]).spawn().unwrap();
    endpoint.wait_for(|log| log.requests.len() == 1).await;

    let (calls, cost, estimated, reserved) = sums(&place).await;
    assert_eq!((calls, cost, estimated), (0, 0, 0), "nothing is spent yet");
    assert!(reserved > 0);
    let table = finish(adit(&place, &["cost"])).await.text();
    assert!(
        table.starts_with("nothing was spent\n$0.") && table.contains("reserved by calls that still run"),
        "{table}"
    );
    // Another process's cap counts it.
    let cap = format!("{:.6}", (reserved + 1) as f64 / 1e6);
    let mut second = adit(&place, &["run", "--model", model, "think too"]);
    second.env("ADIT_BUDGET__DAY", &cap);
    finish(second).await.check(4, &["$0.00 is spent", "is reserved by calls that run"]);
    assert_eq!(sums(&place).await, (0, 0, 0, reserved), "nobody settled what still runs");

    // kill -9: nothing of adit runs after it.
    child.kill().await.unwrap();
    assert_eq!(sums(&place).await, (1, reserved, 1, 0));
    let table = finish(adit(&place, &["cost"])).await.text();
    assert!(table.contains("  ~$0.") && table.contains("~ of 1 call the service told no tokens"), "{table}");
    assert!(!table.contains("reserved"), "{table}");
    let csv = finish(adit(&place, &["cost", "--format", "csv"])).await.text();
    assert!(csv.trim_end().ends_with(",0,1,0.000000"), "{csv}");
}

#[tokio::test]
async fn a_session_that_is_taken_up_again_settles_what_it_left_open_itself() {
    let mut asked = 0;
    let endpoint = Endpoint::start(move |_: &Value| {
        asked += 1;
        if asked == 1 { vec![ServerStep::Open, ServerStep::Hold] } else { Reply::new().text("Fine.").finish() }
    })
    .await
    .unwrap();
    let place = place().with_endpoint(&endpoint.url());
    let model = "us.anthropic.claude-sonnet-5";
    let mut child = adit(&place, &["run", "--model", model, "think"]).spawn().unwrap();
    endpoint.wait_for(|log| log.requests.len() == 1).await;
    child.kill().await.unwrap();
    let mut command = adit(&place, &["--continue", "--accessible", "--model", model]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"ask go on\n").await.unwrap();
    endpoint.wait_for(|log| log.answered == 1).await;
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("Fine.") {
            break;
        }
    }
    // The session lives and its journal is held: only it could have settled the row.
    let connection = rusqlite::Connection::open(place.state().join("adit/ledger.sqlite")).unwrap();
    let guessed = "SELECT count(*) FROM call WHERE count = 'guessed'";
    assert_eq!(connection.query_row(guessed, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    drop(input);
    child.wait().await.unwrap();
}

#[tokio::test]
async fn the_day_s_cap_counts_what_other_sessions_spent() {
    let model = "us.anthropic.claude-sonnet-5";
    let (place, outcome, _endpoint) = run(place(), script(vec![]), &["run", "--model", model, "one"]).await;
    outcome.check(0, &[]);
    let endpoint = Endpoint::start(script(vec![])).await.unwrap();
    let place = place.with_endpoint(&endpoint.url());
    let mut command = adit(&place, &["run", "--model", model, "two"]);
    command.env("ADIT_BUDGET__MONTH", "0.01").env("ADIT_BUDGET__OUTPUT_PERCENT", "100");
    finish(command).await.check(4, &["the month's cap of $0.0100 would be passed"]);
}

#[tokio::test]
async fn a_workspace_s_file_cannot_raise_the_caps() {
    for text in ["[budget]\nday = 1000\n", "budget.day = 1000\n", "[tags]\nteam = \"x\"\n"] {
        let place = place();
        std::fs::create_dir_all(place.repo().join(".adit")).unwrap();
        std::fs::write(place.repo().join(".adit/config.toml"), text).unwrap();
        let outcome = finish(adit(&place, &["run", "think"])).await;
        outcome.check(2, &["config.toml, line 1", "may not be set by a workspace's file"]);
    }
}
