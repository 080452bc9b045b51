//! What would steer a terminal or turn the order of reading is written in one way by every command.

use adit::demo::{Reply, ServerStep};
use adit::review::has_hidden;
use adit::safe::{is_hidden, written, written_in_line, written_json};
use serde_json::{Value, json};

use super::desk::{Place, adit, finish, run};

const EVIL: &str = "e\u{1b}[31m\u{202e}\u{9b}2J\u{200b}f";
const SHOWN: &str = "e␛[31m<202E><009B>2J<200B>f";

/// Fails when something hidden was written, or when what stands for it was not.
fn check(what: &str, all: &str) {
    let raw: Vec<char> =
        all.chars().filter(|character| is_hidden(*character) && !matches!(character, '\n' | '\t')).collect();
    assert!(raw.is_empty(), "{what}: {all:?}");
    assert!(all.contains(SHOWN), "{what}: {all}");
}

#[test]
fn every_character_that_is_not_seen_is_known_as_hidden() {
    // Marks before a number or word of scripts that have them are seen.
    let seen = r"[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}]";
    let unseen =
        regex::Regex::new(&format!(r"^[\p{{Cc}}\p{{Cf}}\p{{Default_Ignorable_Code_Point}}\p{{Zl}}\p{{Zp}}--{seen}]$"));
    let unseen = unseen.unwrap();
    let missed: Vec<String> = ('\0'..=char::MAX)
        .filter(|character| unseen.is_match(&character.to_string()) && !is_hidden(*character))
        .map(|character| format!("{:04X}", character as u32))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert!(has_hidden("a\u{1d173}b") && has_hidden("\u{1bca0}") && !has_hidden("👩\u{200d}💻\tplain"));
}

#[test]
fn hidden_characters_are_pictures_and_what_belongs_to_a_script_stays() {
    let table = [
        ("plain\ttext\n", None, "plain\ttext\n"),
        (EVIL, None, SHOWN),
        ("a\r\nb\u{7f}", None, "a␍\nb␡"),
        ("👩\u{200d}💻 ❤\u{fe0f}", None, "👩\u{200d}💻 ❤\u{fe0f}"),
        ("\u{200d}💻", Some('👩'), "\u{200d}💻"),
        ("\u{200d}💻", Some('a'), "<200D>💻"),
        ("می\u{200c}خواهم", None, "می\u{200c}خواهم"),
        ("a\u{2066}b\u{e0041}", None, "a<2066>b<E0041>"),
    ];
    for (text, before, expected) in table {
        assert_eq!(written(text, before), expected, "{text:?} after {before:?}");
    }
    assert_eq!(written_in_line("a\nb\tc"), "a␊b␉c");
    let json = json!({ "text": format!("{EVIL}\u{e0041}\n") });
    let escaped = written_json(&format!("{json:#}\n")).into_owned();
    assert!(!escaped.chars().any(|character| is_hidden(character) && character != '\n'), "{escaped}");
    assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), json);
}

/// Runs a prompt that nothing answers and returns the events.
async fn again_as_json(place: &Place, prompt: &str) -> String {
    finish(adit(place, &["run", "--json", prompt])).await.text()
}

#[tokio::test]
async fn every_command_writes_hidden_characters_in_the_same_way() {
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    let path = format!("{EVIL}.txt");
    let (made, mut is_first) = (path.clone(), true);
    let model = move |_: &Value| -> Vec<ServerStep> {
        if std::mem::take(&mut is_first) {
            let content = format!("{EVIL}\n");
            Reply::new().text(EVIL).tool("w", "write_file", &json!({"path": made, "content": content})).finish()
        } else {
            Reply::new().text("That is all.").finish()
        }
    };
    let prompt = format!("do {EVIL}");
    let (place, outcome, _endpoint) = run(place, model, &["run", "--accept", "all", "--commit", prompt.as_str()]).await;
    outcome.check(0, &[]);
    check("run, the answer", &outcome.text());
    check("run, what is told beside it", &outcome.err);
    let events = again_as_json(&place, &prompt).await;
    assert!(events.lines().count() > 3 && !events.chars().any(|it| is_hidden(it) && it != '\n'), "{events:?}");
    let said =
        events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).any(|event| event["prompt"] == prompt);
    assert!(said, "every parser reads what was said: {events}");
    let again = |arguments: &[&str]| finish(adit(&place, arguments));
    let blamed = again(&["blame", &path, "--prompts"]).await;
    check("blame", &blamed.text());
    let blamed = again(&["blame", &path, "--json"]).await.text();
    assert!(!blamed.chars().any(|character| is_hidden(character) && character != '\n'), "{blamed:?}");
    assert_eq!(serde_json::from_str::<Value>(&blamed).unwrap()["text"], EVIL);
    check("sessions", &again(&["sessions"]).await.text());
    let wrong = again(&["run", "--model", EVIL, "hi"]).await;
    check("an error", &wrong.err);
    let absent = again(&["blame", &format!("no {EVIL}")]).await;
    check("a path in an error", &absent.err);
    // The shell's `*` gives names of files to the command line.
    for arguments in [&["blame", &path, &path][..], &["run", "--accept", EVIL, "hi"], &["cost", "--by", EVIL]] {
        let usage = again(arguments).await;
        usage.check(2, &[]);
        check("a usage error", &usage.err);
    }
    let config = place.repo().join(".adit/config.toml");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    let model = format!("\"{EVIL}\"\t'");
    std::fs::write(&config, format!("model = {}\n", toml::Value::from(model.clone()))).unwrap();
    let settings = again(&["config"]).await.text();
    assert!(!settings.chars().any(|character| is_hidden(character) && character != '\n'), "{settings:?}");
    assert_eq!(toml::from_str::<adit::config::Config>(&settings).unwrap().model, model);
    let folder = place.state().join("adit");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("adit.log"), format!("{EVIL}\n")).unwrap();
    check("logs", &again(&["logs"]).await.text());
}
