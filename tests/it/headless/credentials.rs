//! Credentials of `credential_process`, and which of several sources counts, as a script sees it.

use adit::demo::{Endpoint, Reply};
use serde_json::Value;

use super::desk::{Place, adit, finish};

/// Makes a place with this configuration of AWS's.
fn place(config: &str) -> Place {
    let place = Place::new(&[("a.txt", "a\n")]).committed().without_credentials();
    let home = place.repo().join("../home/.aws");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("config"), config).unwrap();
    place
}

#[tokio::test]
async fn a_process_that_hangs_is_ended_and_named() {
    // By itself, and behind a role.
    let process = "[profile dev]\nregion = us-east-1\ncredential_process = vault-keys --token hush\n";
    let role = "[profile app]\nregion = us-east-1\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = dev\n";
    for name in ["dev", "app"] {
        let mut place = place(&format!("{process}{role}"));
        place.write("vault-keys", "#!/bin/sh\nexec sleep 100000\n");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(place.repo().join("vault-keys"), mode).unwrap();
        let path = place.environment().into_iter().find(|(name, _)| name == "PATH").unwrap().1;
        place.variables.push(("PATH".to_owned(), format!("{}:{path}", place.repo().display())));
        place.variables.push(("ADIT_STALL_SECONDS".to_owned(), "1".to_owned()));
        let outcome = finish(adit(&place, &["run", "--profile", name, "hello"])).await;
        let words = "nothing came in 1 s from `vault-keys …`, the credential_process of profile dev";
        outcome.check(3, &[words, "Run it by hand"]);
        assert!(!outcome.err.contains("hush"), "{}", outcome.err);
    }
}

#[tokio::test]
async fn what_a_process_says_beside_its_json_is_told() {
    let config = "[profile dev]\nregion = us-east-1\ncredential_process = sh -c 'echo no ticket >&2; echo hush'\n\
                  [profile half]\nregion = us-east-1\n\
                  credential_process = sh -c 'echo see the wiki >&2; echo {\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"hush\\\"}'\n";
    let place = place(config);
    let rows = [
        (
            "dev",
            "the credential_process of profile dev printed what is no JSON of credentials: it cannot be read at line 1, column 1; it said: no ticket",
        ),
        ("half", "printed what is no JSON of credentials: it has no SecretAccessKey; it said: see the wiki"),
    ];
    for (name, words) in rows {
        let outcome = finish(adit(&place, &["run", "--profile", name, "hello"])).await;
        outcome.check(3, &[words, "by hand"]);
        assert!(!outcome.err.contains("hush"), "what may be keys is not told: {}", outcome.err);
    }
}

#[tokio::test]
async fn a_profile_asked_for_by_name_goes_before_the_environment_s_api_key_and_doctor_says_so() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.unwrap();
    let key = "aws_access_key_id = fromprofile\naws_secret_access_key = s\n";
    let mut place = place(&format!("[profile dev]\nregion = eu-west-1\n{key}")).with_endpoint(&endpoint.url());
    place.variables.push(("AWS_BEARER_TOKEN_BEDROCK".to_owned(), "hidden-bearer-token".to_owned()));
    place.variables.push(("AWS_PROFILE".to_owned(), "dev".to_owned()));
    let model = "us.anthropic.claude-sonnet-5";
    for arguments in
        [vec!["run", "--model", model, "hello"], vec!["run", "--model", model, "--profile", "dev", "hello"]]
    {
        finish(adit(&place, &arguments)).await.check(0, &[]);
    }
    let config = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    std::fs::write(&config, "profile = \"dev\"\n").unwrap();
    finish(adit(&place, &["run", "--model", model, "hello"])).await.check(0, &[]);
    std::fs::remove_file(&config).unwrap();
    let requests = endpoint.requests();
    let keys: Vec<&str> = requests.iter().map(|request| request.header("authorization").unwrap_or("")).collect();
    assert_eq!(keys[0], "Bearer hidden-bearer-token", "the variable AWS_PROFILE asks for nothing by name");
    assert!(keys[1].contains("Credential=fromprofile/"), "--profile: {keys:?}");
    assert!(keys[2].contains("Credential=fromprofile/"), "the configuration: {keys:?}");

    let rows = [
        (vec!["doctor"], "an API key (AWS_BEARER_TOKEN_BEDROCK); it goes before AWS_PROFILE"),
        (
            vec!["doctor", "--profile", "dev"],
            "profile dev, from the profile; they do not expire; asked for by name, so AWS_BEARER_TOKEN_BEDROCK in the \
             environment does not count",
        ),
    ];
    for (arguments, words) in rows {
        let told = finish(adit(&place, &arguments)).await.text();
        let flat: String = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{told}");
        assert!(!told.contains("hidden"), "{told}");
    }
}

#[tokio::test]
async fn a_limit_that_leaves_no_room_to_think_is_told_once() {
    let mut answers = 0;
    let model = move |_: &Value| {
        answers += 1;
        let read = serde_json::json!({"path": "a.txt"});
        if answers == 1 {
            Reply::new().tool("t1", "read_file", &read).finish()
        } else {
            Reply::new().text("hi").finish()
        }
    };
    let endpoint = Endpoint::start(model).await.unwrap();
    let mut place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    place.variables.push(("ADIT_MAX_TOKENS".to_owned(), "1500".to_owned()));
    place.variables.push(("ADIT_THINKING__EFFORT".to_owned(), "high".to_owned()));
    let outcome = finish(adit(&place, &["run", "--model", "sonnet-4.5", "hello"])).await;
    let words =
        "max_tokens of 1500 leaves Claude Sonnet 4.5 no room to think, so it is not asked to; with 2048 or more it is";
    outcome.check(0, &[words]);
    assert_eq!(outcome.err.matches("no room to think").count(), 1, "{}", outcome.err);
    let requests = endpoint.requests();
    assert!(requests.len() >= 2 && !requests[0].json.to_string().contains("budget_tokens"), "{requests:#?}");
}
