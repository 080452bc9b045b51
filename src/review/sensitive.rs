//! Paths where a change deserves a second look, whatever it says.

use crate::path::RelPath;

/// Why a path deserves a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensitivity {
    /// Steers git itself, or runs when git is used: attributes, submodules, hooks.
    Git,
    /// Runs on the build servers, often with secrets.
    Automation,
    /// Pins what is downloaded; written by a tool, not by hand.
    Lock,
    /// Holds or may hold credentials.
    Credentials,
}

/// Returns why a path deserves a second look, if it does. Case does not matter.
pub fn sensitivity(path: &RelPath) -> Option<Sensitivity> {
    let lower = path.as_str().to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let is_below = |folder: &str| lower.starts_with(&format!("{folder}/")) || lower.contains(&format!("/{folder}/"));
    if path.is_git_internal()
        || matches!(name, ".gitattributes" | ".gitmodules" | ".gitconfig" | ".pre-commit-config.yaml" | "lefthook.yml")
        || [".githooks", ".husky"].iter().any(|folder| is_below(folder))
    {
        return Some(Sensitivity::Git);
    }
    let is_automation = [".github/workflows", ".github/actions", ".circleci", ".buildkite", ".gitlab", ".woodpecker"];
    if is_automation.iter().any(|folder| is_below(folder))
        || name.starts_with("jenkinsfile")
        || matches!(
            name,
            ".gitlab-ci.yml"
                | ".travis.yml"
                | "azure-pipelines.yml"
                | "bitbucket-pipelines.yml"
                | ".drone.yml"
                | ".cirrus.yml"
                | "appveyor.yml"
                | ".appveyor.yml"
                | "cloudbuild.yaml"
                | "buildspec.yml"
        )
    {
        return Some(Sensitivity::Automation);
    }
    let is_lock = matches!(
        name,
        "package-lock.json" | "npm-shrinkwrap.json" | "pnpm-lock.yaml" | "bun.lockb" | "go.sum" | "packages.lock.json"
    );
    if is_lock || name.ends_with(".lock") {
        return Some(Sensitivity::Lock);
    }
    let is_key = [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".kdbx"];
    let is_named = matches!(
        name,
        ".env"
            | ".envrc"
            | ".npmrc"
            | ".pypirc"
            | ".netrc"
            | "_netrc"
            | ".pgpass"
            | ".htpasswd"
            | "kubeconfig"
            | "credentials"
            | "credentials.json"
            | ".git-credentials"
            | ".dockercfg"
            | "authorized_keys"
    );
    if is_named
        || name.starts_with(".env.")
        || ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].iter().any(|start| name.starts_with(start))
        || name.starts_with("secrets.")
        || is_key.iter().any(|end| name.ends_with(end))
        || [".ssh", ".aws", ".gnupg", ".kube"].iter().any(|folder| is_below(folder))
        || lower.ends_with(".docker/config.json")
    {
        return Some(Sensitivity::Credentials);
    }
    None
}
