//! Caps and the ledger, seen from a script: exit code 4, and `adit cost`.

use std::os::unix::fs::PermissionsExt as _;

use adit::demo::Endpoint;
use adit::session::TurnOutcome;
use serde_json::{Value, json};

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
    assert_eq!(lines[0], "model,calls,input,output,cache_read,cache_write,hit_percent,cost_dollars,unpriced");
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
