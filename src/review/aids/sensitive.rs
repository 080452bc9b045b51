//! Paths at which a change reaches further than its lines: what builds, locks, holds secrets or steers git.

use crate::path::RelPath;

/// Why a path needs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitive {
    /// It runs on a build server.
    Ci,
    /// It fixes the versions of dependencies.
    Lock,
    /// It may hold secrets.
    Credentials,
    /// It steers git.
    Git,
}

impl Sensitive {
    /// Returns what it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ci => "runs in CI",
            Self::Lock => "lock file",
            Self::Credentials => "credentials",
            Self::Git => "steers git",
        }
    }
}

/// Returns why a path needs care, if it does.
pub fn sensitive(path: &RelPath) -> Option<Sensitive> {
    const CI: &[&str] = &[
        ".gitlab-ci.yml",
        ".travis.yml",
        "jenkinsfile",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        ".drone.yml",
        "appveyor.yml",
        ".woodpecker.yml",
        "cloudbuild.yaml",
        "buildspec.yml",
    ];
    const LOCKS: &[&str] = &[
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lockb",
        "go.sum",
        "gemfile.lock",
        "composer.lock",
        "flake.lock",
        "packages.lock.json",
        "package.resolved",
    ];
    const SECRETS: &[&str] =
        &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".pgpass", ".npmrc", ".pypirc", ".htpasswd"];
    const GIT: &[&str] = &[".gitattributes", ".gitmodules", ".gitconfig", ".mailmap"];
    let whole = path.as_str().to_lowercase();
    let name = whole.rsplit('/').next().unwrap_or_default();
    let folders: Vec<&str> = whole.split('/').rev().skip(1).collect();
    let is_in = |folder: &str| folders.contains(&folder);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if SECRETS.contains(&name)
        || name == ".env"
        || (name.starts_with(".env.") && !ends(&[".example", ".sample", ".template"]))
        || ends(&[".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx"])
        || (matches!(name, "credentials" | "config") && (is_in(".aws") || is_in(".ssh")))
        || is_in(".ssh")
    {
        return Some(Sensitive::Credentials);
    }
    if GIT.contains(&name) || is_in(".git") || is_in(".githooks") || is_in(".husky") || is_in("hooks") {
        return Some(Sensitive::Git);
    }
    let is_workflow = is_in("workflows") && (is_in(".github") || is_in(".gitea") || is_in(".forgejo"));
    if CI.contains(&name) || is_workflow || is_in(".circleci") || is_in(".buildkite") || is_in(".ci") {
        return Some(Sensitive::Ci);
    }
    (LOCKS.contains(&name) || name.ends_with(".lock")).then_some(Sensitive::Lock)
}
