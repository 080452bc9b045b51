//! `adit config`, `adit sessions`, the layers of settings and what they refuse.

use adit::demo::{Endpoint, Reply};
use serde_json::Value;

use super::desk::{Place, adit, finish, script};

fn write(place: &Place, folder: &str, name: &str, text: &str) {
    let file = place.repo().join(folder).join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

#[tokio::test]
async fn config_prints_defaults_path_and_what_holds() {
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    let default = finish(adit(&place, &["config", "--default"])).await;
    default.check(0, &[]);
    assert_eq!(default.text(), adit::config::DEFAULT_TEXT);
    let path = finish(adit(&place, &["config", "--path"])).await.text();
    assert!(path.ends_with("config/adit/config.toml\n"), "{path}");
    write(
        &place,
        "../config/adit",
        "config.toml",
        "max_steps = 7\nregion = \"eu-west-1\"\n[screen]\ntheme = \"light\"\n",
    );
    write(&place, ".adit", "config.toml", "max_steps = 8\nmodel = \"sonnet-4.5\"\n");
    let mut command = adit(&place, &["config"]);
    command.env("ADIT_COMMIT__CONVENTIONAL", "false").env("ADIT_PROFILE", "123456789012");
    let effective = finish(command).await;
    effective.check(0, &[]);
    let config: adit::config::Config = toml::from_str(&effective.text()).unwrap();
    let mut expected = adit::config::Config { max_steps: 8, ..adit::config::Config::default() };
    (expected.model, expected.region, expected.profile) =
        ("sonnet-4.5".into(), "eu-west-1".into(), "123456789012".into());
    expected.screen.theme = "light".to_owned();
    expected.commit.conventional = false;
    expected.name_project("repo");
    assert_eq!(config, expected);
}

#[tokio::test]
async fn a_wrong_key_or_value_names_its_place_and_the_key() {
    let rows = [
        ("modle = \"x\"\n", "line 1: ", "`modle`"),
        ("\n\nmax_steps = \"many\"\n", "line 3: ", "max_steps"),
        ("[screen]\nmouse = 3\n", "line 2: ", "screen.mouse"),
        ("cache = \"2h\"\n", "line 1: ", "cache"),
        ("model \"x\"\n", "line 1: ", ""),
        ("max_steps = -1\n", "line 1: ", "max_steps"),
    ];
    for (text, line, key) in rows {
        for (folder, name) in [("../config/adit", "config/adit/config.toml"), (".adit", "repo/.adit/config.toml")] {
            let place = Place::new(&[("a.txt", "a\n")]).committed();
            write(&place, folder, "config.toml", text);
            finish(adit(&place, &["config"])).await.check(2, &[name, line, key, "adit config --default"]);
        }
    }
    let rows = [
        ("[budget]\nday = -1\n", "line 2: ", "budget.day is -1, but must be a number from 0 to 1000000"),
        ("[budget]\nsession = 1\nmonth = nan\n", "line 3: ", "budget.month is NaN"),
        ("budget = { session = inf }\n", "line 1: ", "budget.session is inf"),
        (
            "budget.output_percent = 500\n",
            "line 1: ",
            "budget.output_percent is 500, but must be a number from 0 to 100",
        ),
        ("\ncompact_at = 150\n", "line 2: ", "compact_at is 150, but must be a number from 0 to 100"),
        ("max_steps = 0\n", "line 1: ", "max_steps is 0, but must be a number from 1 to 10000"),
        ("temperature = 5.0\n", "line 1: ", "temperature is 5, but must be a number from 0 to 2"),
        (
            "[[fallback]]\nmodel = \"sonnet\"\n[[fallback]]\nmodel = \"local/m\"\n",
            "line 4: ",
            "no endpoint is called \"local\"",
        ),
        ("[telemetry]\nendpoint = \"not a url\"\n", "line 2: ", "telemetry.endpoint is no URL"),
        ("[telemetry]\nendpoint = \"me:hush@127.0.0.1:4318\"\n", "line 2: ", "http:// or https:// and a host"),
        ("[telemetry]\nendpoint = \"http://:4318\"\n", "line 2: ", "telemetry.endpoint is no URL"),
        (
            "[endpoint.x]\nurl = \"http://127.0.0.1:1\"\nmodels = [\"m\"]\nprice_input = -2\n",
            "line 4: ",
            "endpoint.x.price_input is -2",
        ),
    ];
    for (text, line, words) in rows {
        let place = Place::new(&[("a.txt", "a\n")]).committed();
        write(&place, "../config/adit", "config.toml", text);
        let outcome = finish(adit(&place, &["config"])).await;
        outcome.check(2, &["config/adit/config.toml", line, words]);
        assert!(!outcome.err.contains("hush"), "{}", outcome.err);
    }
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    let known = "[[fallback]]\nmodel = \"x/m\"\n[endpoint.x]\nurl = \"http://127.0.0.1:1\"\nmodels = [\"m\"]\n";
    write(&place, "../config/adit", "config.toml", known);
    finish(adit(&place, &["config"])).await.check(0, &[]);
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    for (name, value, key) in [
        ("ADIT_MAX_STEPS", "many", "max_steps"),
        ("ADIT_MODLE", "x", "modle"),
        ("ADIT_BUDGET__DAY", "-1", "budget.day is -1"),
        ("ADIT_SCREEN__MOUSE", "3", "screen.mouse"),
    ] {
        let mut command = adit(&place, &["config"]);
        command.env(name, value);
        finish(command).await.check(2, &[&format!("{name}: "), key]);
    }
}

#[tokio::test]
async fn a_workspace_may_not_choose_who_is_called_and_as_whom() {
    let rows = [
        ("max_steps = 9\nprofile = \"admin\"\n", "line 2: profile may not"),
        ("region = \"cn-north-1\"\n", "line 1: region may not"),
        ("\"region\" = \"cn-north-1\"\n", "line 1: region may not"),
        ("model = \"arn:aws:bedrock:us-east-1:666:inference-profile/x\"\n", "line 1: model may not be an ARN"),
        ("max_steps = 9\n\n[[fallback]]\nregion = \"cn-north-1\"\n", "line 3: fallback may not"),
        ("endpoint = \"http://127.0.0.1:1\"\n", "line 1: endpoint"),
    ];
    for (text, words) in rows {
        let endpoint = Endpoint::start(script(Vec::new())).await.unwrap();
        let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
        write(&place, ".adit", "config.toml", text);
        finish(adit(&place, &["run", "hello"])).await.check(2, &[words, "adit config"]);
        assert!(endpoint.requests().is_empty());
    }
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    std::fs::create_dir(place.repo().join(".adit")).unwrap();
    let pipe = place.repo().join(".adit/config.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    finish(adit(&place, &["config"])).await.check(2, &["it is not a file"]);
    std::fs::remove_file(&pipe).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &pipe).unwrap();
    finish(adit(&place, &["config"])).await.check(2, &["it is not a file"]);
    std::fs::remove_file(&pipe).unwrap();
    std::fs::write(&pipe, "\"\\u001b]0;owned\\u0007\" = 1\n").unwrap();
    let outcome = finish(adit(&place, &["config"])).await;
    assert!(!outcome.err.contains('\u{1b}') && outcome.code == 2, "{outcome:?}");
}

#[tokio::test]
async fn the_users_own_models_are_known() {
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let table = include_str!("../../../assets/models.toml");
    let table = table
        .replace("anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-mine-1")
        .replace("\"haiku", "\"mine");
    write(&place, "../config/adit", "models.toml", &table);
    finish(adit(&place, &["run", "--model", "mine", "hello"])).await.check(0, &[]);
    let path = endpoint.requests()[0].path.clone();
    assert!(path.contains("claude-mine-1"), "{path}");
    write(&place, "../config/adit", "models.toml", "models = 3\n");
    finish(adit(&place, &["run", "hello"])).await.check(2, &["config/adit/models.toml"]);
}

#[tokio::test]
async fn sessions_tell_when_what_and_how_much_is_pending() {
    let endpoint =
        Endpoint::start(script(vec![vec![("write_file", serde_json::json!({"path": "new.txt", "content": "new\n"}))]]))
            .await
            .unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    let none = finish(adit(&place, &["sessions"])).await.text();
    assert!(none.starts_with("no sessions of ") && none.ends_with(" yet\n"), "{none}");
    finish(adit(&place, &["run", "make a \u{1b}[31mnew\u{1b}[0m file\nand more"])).await.check(0, &[]);
    finish(adit(&place, &["run", "what now?"])).await.check(0, &[]);
    let list = finish(adit(&place, &["sessions"])).await.text();
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 4, "{list}");
    assert!(lines[0].ends_with("  what now?") && lines[0].contains("  -  "), "{list}");
    assert!(lines[2].contains("  1 pending") && lines[2].ends_with("make a ␛[31mnew␛[0m file…"), "{list}");
    assert!(lines[3].trim().ends_with(".jsonl"), "{list}");
}

#[tokio::test]
async fn help_tells_each_command_and_option() {
    let place = Place::new(&[]);
    let help = finish(adit(&place, &["--help"])).await.text();
    for word in ["demo", "run", "config", "sessions", "--continue", "--model", "--region", "--profile", "--theme"] {
        assert!(help.contains(word), "{word} in {help}");
    }
    let help = finish(adit(&place, &["run", "--help"])).await.text();
    for word in ["[PATH] <PROMPT>", "--json", "--accept", "--commit", "130", "standard input"] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

#[tokio::test]
async fn flags_before_a_command_are_the_commands_or_are_refused() {
    let endpoint = Endpoint::start(script(vec![vec![]])).await.unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
    finish(adit(&place, &["--model", "anthropic.one-v1:0", "run", "--model", "anthropic.two-v1:0", "hello"]))
        .await
        .check(0, &[]);
    let request = &endpoint.requests()[0];
    assert!(request.path.contains("anthropic.two-v1"), "what stands behind the command goes before: {}", request.path);
    for arguments in [["--no-mouse", "cost"], ["--continue", "run"], ["--accessible", "doctor"], ["somewhere", "keys"]]
    {
        let mut arguments = arguments.to_vec();
        if arguments[1] == "run" {
            arguments.push("hello");
        }
        let named = arguments[0].replace("somewhere", "[PATH]");
        let words = format!("the argument '{named}' cannot be used with this command");
        finish(adit(&place, &arguments)).await.check(2, &[&words, "Usage: adit"]);
    }
    // No command asks for a terminal here but the demo's screen: so the flag has reached it.
    finish(adit(&place, &["--no-mouse", "demo"])).await.check(2, &["the full screen needs a terminal"]);
    finish(adit(&place, &["--theme", "no-such-theme", "./demo"])).await.check(2, &["demo"]);
}

#[tokio::test]
async fn a_keymap_that_cannot_be_read_is_told_and_nothing_waits_for_it() {
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    let file = place.repo().join("../config/adit/keymap.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let refused = async |words: &str| {
        finish(adit(&place, &["keys"])).await.check(2, &["keymap.toml", words]);
    };
    std::fs::write(&file, b"[diff]\n\"\xff\" = \"accept\"\n").unwrap();
    refused("UTF-8").await;
    std::fs::write(&file, " ".repeat((1 << 20) + 1)).unwrap();
    refused("larger than").await;
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    refused("it is not a file").await;
    std::fs::remove_dir(&file).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &file, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    refused("it is not a file").await;
    std::fs::remove_file(&file).unwrap();
    let keys = finish(adit(&place, &["keys"])).await;
    assert!(keys.check(0, &[]).text().starts_with("# Keys"));
}
