//! The house rules that a program can check: floors, file length, first lines, names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Files may import lower floors and their own folder. One folder or top-level file, one floor.
const FLOORS: &[(&str, u8)] = &[
    ("safe", 0),
    ("path", 1),
    ("config", 1),
    ("models", 2),
    ("review", 2),
    ("doctor", 3),
    ("session", 3),
    ("engine", 4),
    ("tools", 5),
    ("adapters", 5),
    ("tui", 6),
    ("accessible", 6),
    ("headless", 6),
    ("demo", 6),
    ("cli", 7),
    ("places", 6),
    ("settings", 7),
    ("stop", 5),
    ("launch", 8),
    ("memory", 7),
    ("commands", 9),
    ("main", 10),
    ("lib", 10),
];

/// Crates that only some folders may name.
const CONFINED: &[(&str, &[&str])] = &[
    ("aws_config", &["adapters/bedrock"]),
    ("aws_sdk_bedrock", &["adapters/bedrock"]),
    ("aws_sdk_bedrockruntime", &["adapters/bedrock"]),
    ("aws_sdk_sts", &["adapters/bedrock"]),
    ("aws_smithy_", &["adapters/bedrock", "demo/"]),
    ("ratatui", &["tui/"]),
    ("crossterm", &["tui/"]),
    ("syntect", &["tui/"]),
    ("git2", &["adapters/git", "review/"]),
    ("reqwest", &["adapters/openai", "adapters/telemetry"]),
    ("opentelemetry", &["adapters/telemetry"]),
];

/// Folders that know no task, file, network, environment or clock.
const PURE: &[&str] = &["safe", "path", "config", "models", "review", "doctor", "session"];
const IMPURE: &[&str] = &["tokio", "std::fs", "std::net", "std::env", "std::process", "Instant::now", "SystemTime"];

const LONGEST: usize = 500;
const BAD_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "service", "common", "misc"];

struct Source {
    /// Relative to `src`.
    path: String,
    text: String,
}

impl Source {
    fn top(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The lines that are code, with their numbers; comments and what stands in `mod tests` are left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(Source { path: path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), text });
            }
        }
    }
    assert!(found.len() > 20, "the source folder was not read");
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn imports_go_down_the_floors() {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut faults = Vec::new();
    for source in sources() {
        let top = source.top();
        let Some(floor) = floors.get(top) else {
            faults.push(format!("src/{}: {top} has no floor in tests/it/tidy.rs", source.path));
            continue;
        };
        for (number, line) in source.code() {
            for prefix in ["crate::", "adit::"] {
                for (at, _) in line.match_indices(prefix) {
                    let target: String =
                        line[at + prefix.len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    let Some(below) = floors.get(target.as_str()) else { continue };
                    if target != top && below >= floor {
                        faults.push(format!(
                            "src/{}:{number}: {top} (floor {floor}) names {target} (floor {below})",
                            source.path
                        ));
                    }
                    let names_other = target == "engine"
                        && matches!(top, "tui" | "accessible" | "headless")
                        && !["engine::{Handle", "engine::Handle", "engine::Subscription", "engine::FolderEntry"]
                            .iter()
                            .any(|allowed| line[at + prefix.len()..].starts_with(allowed));
                    if names_other {
                        faults.push(format!("src/{}:{number}: a frontend knows only the engine's handle", source.path));
                    }
                }
            }
        }
    }
    report(&faults);
}

#[test]
fn crates_stay_where_they_belong() {
    let mut faults = Vec::new();
    for source in sources() {
        for (number, line) in source.code() {
            for (name, homes) in CONFINED {
                let is_named = line.contains(&format!("{name}::")) || (name.ends_with('_') && line.contains(name));
                if is_named && !homes.iter().any(|home| source.path.starts_with(home)) {
                    faults.push(format!("src/{}:{number}: {name} belongs in {}", source.path, homes.join(", ")));
                }
            }
            if PURE.contains(&source.top()) {
                for word in IMPURE {
                    if line.contains(word) {
                        faults.push(format!("src/{}:{number}: a pure floor names {word}", source.path));
                    }
                }
            }
        }
    }
    report(&faults);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut faults = Vec::new();
    for source in sources() {
        let count = source.text.lines().count();
        if count > LONGEST {
            faults.push(format!("src/{}: {count} lines, {LONGEST} at most", source.path));
        }
        if !source.text.starts_with("//! ") {
            faults.push(format!("src/{}: the first line does not say what the file is (//! …)", source.path));
        }
        let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if BAD_NAMES.contains(&stem) {
            faults.push(format!("src/{}: the name says nothing", source.path));
        }
        if source.path.ends_with("/mod.rs") {
            for (number, line) in source.code() {
                let is_item = ["fn ", "pub fn ", "struct ", "pub struct ", "enum ", "pub enum ", "impl "];
                if is_item.iter().any(|item| line.starts_with(item)) {
                    faults.push(format!("src/{}:{number}: mod.rs holds docs, mod and pub use only", source.path));
                }
            }
        }
    }
    report(&faults);
}
