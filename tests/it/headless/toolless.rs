//! A model on Bedrock that takes no tools edits a file all the same.

use adit::demo::{Reply, ServerStep};
use serde_json::Value;

use super::desk::{Place, adit, finish, run};

#[tokio::test]
async fn it_writes_blocks_and_mends_what_failed_and_later_runs_know() {
    let block = |old: &str| format!("a.txt\n```\n<<<<<<< SEARCH\n{old}\n=======\nzwei\n>>>>>>> REPLACE\n```\n");
    let mut answered = 0;
    let model = move |request: &Value| {
        if request.get("toolConfig").is_some() {
            let words = "This model doesn't support tool use in streaming mode.";
            return vec![ServerStep::refuse(400, "ValidationException", words)];
        }
        answered += 1;
        match answered {
            1 => Reply::new().text(&block("tow")).finish(),
            2 => Reply::new().text(&block("two")).finish(),
            _ => Reply::new().text("Done.").finish(),
        }
    };
    let place = Place::new(&[("a.txt", "one\ntwo\n")]).committed();
    let arguments = ["run", "--model", "deepseek.r1-v1:0", "--accept", "all", "translate @a.txt"];
    let (place, outcome, endpoint) = run(place, model, &arguments).await;
    outcome.check(0, &["wrote a.txt", "the model takes no tools, so it is asked to write its edits as blocks"]);
    assert_eq!(place.read("a.txt"), "one\nzwei\n");
    let requests = endpoint.requests();
    assert_eq!(requests.len(), 4);
    let last = |at: usize| requests[at].json["messages"].as_array().unwrap().last().unwrap()["content"].to_string();
    assert!(last(2).contains("1. failed: no match"), "{}", last(2));
    assert!(last(3).contains("1. Edited a.txt"), "{}", last(3));
    // Another process asks without tools from the start.
    finish(adit(&place, &["run", "--model", "deepseek.r1-v1:0", "thanks"])).await.check(0, &[]);
    let requests = endpoint.requests();
    assert_eq!(requests.len(), 5);
    assert!(requests[4].json.get("toolConfig").is_none());
    let told = finish(adit(&place, &["doctor", "--yes", "--model", "deepseek.r1-v1:0"])).await.text();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("deepseek.r1-v1:0 answers; as found out before, it takes no tools"), "{told}");
}
