//! Everything that can go wrong between adit and Bedrock: the words, the way out, the exit code, the prompt kept.

use adit::demo::{Endpoint, Reply, ServerStep, frames};
use adit::session::TurnOutcome;
use serde_json::{Value, json};

use super::desk::{Outcome, Place, adit, finish, journal};

/// Runs a prompt against an endpoint that always answers so, and checks that the prompt is in the journal.
async fn fails(steps: Vec<ServerStep>, variables: &[(&str, &str)]) -> Outcome {
    let endpoint = Endpoint::start(move |_: &Value| steps.clone()).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let mut command = adit(&place, &["run", "keep this prompt"]);
    // Retries are held to the number by the provider's own tests; here one is enough.
    command.env("ADIT_MAX_RETRIES", "1").envs(variables.iter().copied());
    let outcome = finish(command).await;
    check_kept(&place);
    outcome
}

fn check_kept(place: &Place) {
    let (_, state) = journal(place);
    assert_eq!(state.last_prompt.as_deref(), Some("keep this prompt"));
    assert!(matches!(state.last_outcome, Some(TurnOutcome::Failed(_))), "{:?}", state.last_outcome);
    assert!(state.is_ended);
}

#[tokio::test]
async fn a_refusal_of_the_service_is_told_with_its_way_out() {
    let refuse = |status, code: &str, words: &str| vec![ServerStep::refuse(status, code, words)];
    let denied = "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModelWithResponseStream";
    let rows = [
        (refuse(403, "AccessDeniedException", denied), 3, "bedrock:InvokeModelWithResponseStream"),
        (refuse(403, "ExpiredTokenException", "The security token included in the request is expired"), 3, "expired"),
        (refuse(403, "UnrecognizedClientException", "The security token is invalid"), 3, "keys"),
        (refuse(429, "ThrottlingException", "Too many tokens per day, please wait before trying again."), 1, "day"),
        (refuse(500, "InternalServerException", "oops"), 1, "oops"),
        (refuse(400, "ValidationException", "Input is too long for requested model."), 1, "too long"),
    ];
    for (steps, code, words) in rows {
        let outcome = fails(steps, &[]).await;
        let lower = outcome.err.to_lowercase();
        assert_eq!(outcome.code, code, "{outcome:#?}");
        assert!(lower.contains(words) || outcome.err.contains(words), "no {words:?} in {outcome:#?}");
        assert!(outcome.err.lines().count() >= 2, "a hint after the message: {outcome:#?}");
    }
}

#[tokio::test]
async fn a_broken_stream_is_told() {
    let text = json!({"contentBlockIndex": 0, "delta": {"text": "half an ans"}});
    let cut = || Reply::new().step(ServerStep::event("contentBlockDelta", text.clone()));
    let corrupt = ServerStep::Frame(frames::corrupt("contentBlockDelta", &text));
    let page = ServerStep::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: b"<html><body>Please sign in</body></html>".to_vec(),
    };
    let rows = [
        (cut().cut(), "half an ans"),
        (cut().step(ServerStep::Abort).cut(), "half an ans"),
        (cut().step(corrupt).cut(), "half an ans"),
        (vec![page], ""),
    ];
    for (steps, partial) in rows {
        let outcome = fails(steps, &[]).await;
        outcome.check(1, &["adit: "]);
        assert!(outcome.text().contains(partial), "{outcome:#?}");
        assert!(outcome.err.lines().count() >= 2, "a hint after the message: {outcome:#?}");
    }
}

#[tokio::test]
async fn a_silent_stream_is_ended_after_the_configured_time() {
    let steps = Reply::new().text("I begin ").step(ServerStep::Hold).cut();
    fails(steps, &[("ADIT_STALL_SECONDS", "1")]).await.check(1, &["no data from Bedrock for 1 s", "stall_seconds"]);
}

#[tokio::test]
async fn what_was_dropped_is_not_in_the_output() {
    let mut answers =
        vec![Reply::new().text("Part ").cut(), Reply::new().text("The whole answer.").finish()].into_iter();
    let endpoint = Endpoint::start(move |_: &Value| answers.next().unwrap_or_default()).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let outcome = finish(adit(&place, &["run", "hello"])).await;
    outcome.check(0, &["try 1 failed", "sending again"]);
    assert_eq!(outcome.text(), "The whole answer.\n");
}

#[tokio::test]
async fn no_answer_is_no_success() {
    let stopped =
        |reason| Reply::new().finish_as(reason, json!({"inputTokens": 9, "outputTokens": 1, "totalTokens": 10}));
    let rows = [
        ("end_turn", "the model answered with nothing"),
        ("content_filtered", "the model refused to answer (content_filtered)"),
        ("refusal", "the model refused to answer (refusal)"),
    ];
    for (reason, words) in rows {
        let steps = stopped(reason);
        let endpoint = Endpoint::start(move |_: &Value| steps.clone()).await.unwrap();
        let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
        let outcome = finish(adit(&place, &["run", "hello"])).await;
        outcome.check(1, &[words]);
        assert_eq!(outcome.text(), "");
    }
}

#[tokio::test]
async fn an_endpoint_that_refuses_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&format!("http://{address}"));
    let mut command = adit(&place, &["run", "keep this prompt"]);
    command.env("ADIT_MAX_RETRIES", "1");
    finish(command).await.check(1, &[&address.to_string(), "Check the network"]);
    check_kept(&place);
}

#[tokio::test]
async fn missing_credentials_region_and_profile_are_told_apart() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.unwrap();
    let place = || Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let ask = ["run", "keep this prompt"];

    let here = place();
    let mut command = adit(&here, &ask);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    finish(command).await.check(3, &["no AWS credentials", "aws configure"]);
    check_kept(&here);

    let here = place();
    let mut command = adit(&here, &ask);
    command.env_remove("AWS_REGION");
    finish(command).await.check(3, &["region", "AWS_REGION"]);
    check_kept(&here);

    let here = place();
    let mut command = adit(&here, &["run", "--profile", "nobody", "keep this prompt"]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    finish(command).await.check(3, &["nobody"]);
    check_kept(&here);
    assert!(endpoint.requests().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_passing_throttle_is_waited_for_and_told() {
    let mut answers = 0;
    let answer = move |_: &Value| {
        answers += 1;
        match answers {
            1 => vec![ServerStep::refuse(503, "ServiceUnavailableException", "busy")],
            _ => Reply::new().text("here").finish(),
        }
    };
    let endpoint = Endpoint::start(answer).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let outcome = finish(adit(&place, &["run", "hello"])).await;
    outcome.check(0, &["try 1 failed", "sending again"]);
    assert_eq!(outcome.text(), "here\n");
}

#[tokio::test]
async fn a_quota_moves_on_to_the_fallback_and_says_so() {
    let mut answers = 0;
    let answer = move |_: &Value| {
        answers += 1;
        match answers {
            1 => vec![ServerStep::refuse(429, "ThrottlingException", "Too many tokens per day, please wait.")],
            _ => Reply::new().text("here").finish(),
        }
    };
    let endpoint = Endpoint::start(answer).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let folder = place.repo().join("../config/adit");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "[[fallback]]\nregion = \"us-west-2\"\nmodel = \"haiku\"\n").unwrap();
    let outcome = finish(adit(&place, &["run", "hello"])).await;
    outcome.check(0, &["the first choice cannot answer, so haiku in us-west-2 is asked from now on", "this day"]);
    let requests = endpoint.requests();
    let scopes: Vec<&str> = requests.iter().map(|request| request.header("authorization").unwrap()).collect();
    assert!(scopes[0].contains("/us-east-1/") && scopes[1].contains("/us-west-2/"), "{scopes:?}");
    let (_, state) = journal(&place);
    assert!(state.model.id.contains("haiku"), "{:?}", state.model);
}

#[tokio::test]
async fn no_secret_reaches_log_journal_or_output() {
    let secrets = ["AKIAHIDDENKEY", "hidden/secret/key", "hidden-session-token", "hidden-bearer-token"];
    let keys =
        [("AWS_ACCESS_KEY_ID", secrets[0]), ("AWS_SECRET_ACCESS_KEY", secrets[1]), ("AWS_SESSION_TOKEN", secrets[2])];
    let bearer = [("AWS_BEARER_TOKEN_BEDROCK", secrets[3])];
    let refused = || vec![ServerStep::refuse(403, "ExpiredTokenException", "expired")];
    for variables in [&keys[..], &bearer[..]] {
        for is_refused in [false, true] {
            let answer = move |_: &Value| if is_refused { refused() } else { Reply::new().text("here").finish() };
            let endpoint = Endpoint::start(answer).await.unwrap();
            let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
            let mut command = adit(&place, &["run", "--json", "hello"]);
            command.envs(variables.iter().copied()).env("ADIT_LOG", "trace");
            let outcome = finish(command).await;
            let mut all = format!("{}{}", outcome.text(), outcome.err);
            let mut folders = vec![place.state()];
            while let Some(folder) = folders.pop() {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else {
                        all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
                    }
                }
            }
            assert!(all.contains("turn_ended"), "the journal was read: {all}");
            for secret in secrets {
                assert!(!all.contains(secret), "{secret} is in {all}");
            }
        }
    }
}
