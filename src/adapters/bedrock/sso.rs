//! What AWS's files say of SSO: the profile to log in with, what its settings lack, and what tells of an ended session.

use aws_config::profile::{Profile, ProfileSet};

use super::sources::sources;
use crate::session::{Fault, FaultClass};

/// What a profile itself says, and what is said once for a session that several profiles share.
const OF_PROFILE: [&str; 2] = ["sso_account_id", "sso_role_name"];
const OF_SESSION: [&str; 2] = ["sso_start_url", "sso_region"];
const SESSION: &str = "sso_session";

/// What the SDK and the AWS CLI say where a login helps; the letters alone are in "processor" too.
const ENDED: [&str; 5] =
    ["sso token", "token from sso", "sso session", "sso/cache/", "session token not found or invalid"];

/// Tells whether words about credentials say that a login with SSO is needed.
pub(super) fn needs_login(words: &str) -> bool {
    let lower = words.to_lowercase();
    ENDED.iter().any(|said| lower.contains(said))
}

/// Returns the profile that has the settings of SSO: this one, one that it takes its credentials from, or the one that
/// its `credential_process` names.
pub(super) fn sso_profile(profile: Option<&str>, files: &ProfileSet) -> Option<String> {
    let has_settings = |name: &String| {
        let found = files.get_profile(name);
        found.is_some_and(|found| found.get(SESSION).or_else(|| found.get(OF_SESSION[0])).is_some())
    };
    let mut names = sources(profile, files);
    let asked = names.last().and_then(|last| files.get_profile(last)?.get("credential_process"));
    names.extend(asked.and_then(profile_of_command));
    names.into_iter().find(has_settings)
}

/// Returns the profile that a command is given, as `aws configure export-credentials --profile dev`.
fn profile_of_command(command: &str) -> Option<String> {
    let mut words = command.split_whitespace();
    let given = words.find_map(|word| Some(word.strip_prefix("--profile")?.strip_prefix('=').map(str::to_owned)))?;
    given.or_else(|| words.next().map(str::to_owned)).map(|name| name.trim_matches(['"', '\'']).to_owned())
}

/// Names what is missing of a profile's settings of SSO, where it has any: a login would not help.
pub(super) fn check_settings(name: &str, profile: &Profile, files: &ProfileSet) -> Result<(), Fault> {
    let has = |key: &&str| profile.get(key).is_some();
    let is_of_sso = OF_PROFILE.iter().chain(&OF_SESSION).any(has) || has(&SESSION);
    let comes_first = ["role_arn", "web_identity_token_file"].iter().any(has);
    if !is_of_sso || comes_first {
        return Ok(());
    }
    let configure = format!("or run `aws configure sso --profile {name}`.");
    let fault = |message: String, hint: String| {
        Err(Fault::new(FaultClass::Credentials, message).with_hint(format!("{hint}, {configure}")))
    };
    let lacks = |keys: &[&'static str], found: &dyn Fn(&str) -> bool| -> Vec<&'static str> {
        keys.iter().copied().filter(|key| !found(key)).collect()
    };
    let of_profile = |key: &str| profile.get(key).is_some();
    let mut wanted = OF_PROFILE.to_vec();
    match profile.get(SESSION) {
        Some(session) => {
            let Some(section) = files.sso_session(session) else {
                return fault(
                    format!("profile {name} names the sso-session {session}, which is not in the AWS configuration"),
                    format!("Add a section [sso-session {session}] with sso_start_url and sso_region"),
                );
            };
            let missing = lacks(&OF_SESSION, &|key| section.get(key).is_some()).join(" and ");
            if !missing.is_empty() {
                return fault(
                    format!("the sso-session {session} of profile {name} has no {missing}"),
                    format!("Add {missing} to [sso-session {session}] in the AWS configuration"),
                );
            }
        }
        None => wanted.extend(OF_SESSION),
    }
    let missing = lacks(&wanted, &of_profile).join(" and ");
    if !missing.is_empty() {
        return fault(
            format!("profile {name} has settings of SSO, but no {missing}"),
            format!("Add {missing} to profile {name} in the AWS configuration"),
        );
    }
    Ok(())
}
