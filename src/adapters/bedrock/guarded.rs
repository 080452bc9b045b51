//! Roles that ask for the code of a device (`mfa_serial`), which the SDK's own chain cannot assume.

use aws_config::profile::ProfileSet;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_sts::error::ProvideErrorMetadata as _;

use super::failure::{Cure, Failure};
use super::process::Process;
use super::sources::of_profile;
use super::words::{causes, one_line};
use crate::session::{FaultClass, Passcode};

/// A profile's role with its device.
#[derive(Debug)]
pub(super) struct Guarded {
    profile: String,
    role: String,
    device: String,
    source: Option<String>,
    region: Option<String>,
    external_id: Option<String>,
    seconds: Option<i32>,
}

impl Guarded {
    /// Returns the role of a profile, if it asks for a device's code.
    pub(super) fn find(profile: &str, files: &ProfileSet) -> Option<Self> {
        let found = files.get_profile(profile)?;
        let get = |key: &str| found.get(key).map(str::to_owned);
        Some(Self {
            profile: profile.to_owned(),
            role: get("role_arn")?,
            device: get("mfa_serial")?,
            source: get("source_profile"),
            region: get("region"),
            external_id: get("external_id"),
            seconds: get("duration_seconds").and_then(|text| text.parse().ok()),
        })
    }

    /// Returns the profile that vouches for the role, where one is named.
    pub(super) fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Assumes the role with a code; `process` is the one that the source runs, where it does.
    pub(super) async fn assume(
        &self,
        passcode: Option<Passcode>,
        process: Option<Process>,
    ) -> Result<Credentials, Failure> {
        let Some(Passcode(code)) = passcode else {
            return Err(self.needs_code(format!("profile {} asks for the code of {}", self.profile, self.device)));
        };
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(source) = &self.source {
            // The source that the profile names, also where the environment holds keys.
            let region = self.region.clone().map(Region::new);
            loader = loader.profile_name(source).credentials_provider(of_profile(source, region, None, process));
        }
        let assumed = aws_sdk_sts::Client::new(&loader.load().await)
            .assume_role()
            .role_arn(&self.role)
            .role_session_name("adit")
            .serial_number(&self.device)
            .token_code(code.trim())
            .set_external_id(self.external_id.clone())
            .set_duration_seconds(self.seconds)
            .send()
            .await;
        let assumed = assumed.map_err(|error| {
            let said = error.message().map_or_else(|| causes(&error), one_line);
            let failure = format!("cannot assume {} of profile {}: {said}", self.role, self.profile);
            if said.contains("MultiFactorAuthentication") || said.contains("one time pass code") {
                return self.needs_code(failure);
            }
            Failure::new(FaultClass::Credentials, failure)
                .hint("Check role_arn, mfa_serial and source_profile in the AWS configuration.")
        })?;
        let Some(found) = assumed.credentials() else {
            return Err(Failure::new(FaultClass::Credentials, format!("no credentials came for {}", self.role)));
        };
        let expiry = std::time::SystemTime::try_from(*found.expiration()).ok();
        let token = Some(found.session_token().to_owned());
        Ok(Credentials::new(found.access_key_id(), found.secret_access_key(), token, expiry, "adit's AssumeRole"))
    }

    fn needs_code(&self, message: String) -> Failure {
        let mut failure = Failure::new(FaultClass::Credentials, message)
            .hint(format!(
                "The full screen asks for the code; without it, put the output of `aws configure export-credentials \
                 --profile {} --format env` into the environment.",
                self.profile
            ))
            .cure(Cure::Passcode);
        failure.device = Some(self.device.clone());
        failure
    }
}
