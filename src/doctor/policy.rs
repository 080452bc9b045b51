//! The least IAM policy that lets the configured models be called.

use serde_json::{Value, json};

use crate::models::Models;

/// What calls a model; adit streams every answer, which the service authorises as the second.
const INVOKE: [&str; 2] = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

/// Returns the least policy for models, each named as the configuration names it and called in its region (none:
/// any region).
///
/// A profile needs two grants: the profile itself, in the region that is called, and its model in every region
/// that the profile leads to. The second one holds by a condition only through those profiles. What adit can do
/// without stands in statements of its own, whose names begin with `Optional`.
/// `base` tells what stands behind an application's profile, where that was found out.
pub fn least_policy(
    models: &Models,
    called: &[(String, Option<String>)],
    base: &dyn Fn(&str) -> Option<String>,
) -> Value {
    let mut grants = Grants::default();
    for (name, region) in called {
        let ids = spellings(models, name, region.as_deref());
        ids.iter().for_each(|id| grants.add(models, id, region.as_deref(), base));
    }
    let mut statements = Vec::new();
    if !grants.direct.is_empty() {
        statements.push(json!({
            "Sid": "CallModels", "Effect": "Allow", "Action": INVOKE, "Resource": grants.direct,
        }));
    }
    if !grants.through.is_empty() {
        statements.push(json!({
            "Sid": "ReachModelsThroughProfiles", "Effect": "Allow", "Action": INVOKE, "Resource": grants.through,
            "Condition": {"StringLike": {"bedrock:InferenceProfileArn": grants.profiles}},
        }));
    }
    let mut counted: Vec<String> = grants.models.clone();
    counted.sort();
    statements.push(json!({
        "Sid": "OptionalCountTokens", "Effect": "Allow", "Action": "bedrock:CountTokens", "Resource": counted,
    }));
    statements.push(json!({
        "Sid": "OptionalFindProfiles", "Effect": "Allow",
        "Action": ["bedrock:ListInferenceProfiles", "bedrock:GetInferenceProfile"], "Resource": "*",
    }));
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// What must be granted, each once, in the order in which it was found.
#[derive(Default)]
struct Grants {
    /// What is named in calls: profiles, and models without one.
    direct: Vec<String>,
    /// The profiles among them.
    profiles: Vec<String>,
    /// The models behind the profiles, in each region.
    through: Vec<String>,
    /// The models, in whatever region.
    models: Vec<String>,
}

impl Grants {
    fn add(&mut self, models: &Models, id: &str, region: Option<&str>, base: &dyn Fn(&str) -> Option<String>) {
        if id.starts_with("arn:") {
            self.add_arn(models, id, base(id));
            return;
        }
        let here = region.unwrap_or("*");
        let partition = partition(here);
        let Some((prefix, base)) = split(models, id) else {
            let model = format!("arn:{partition}:bedrock:{here}::foundation-model/{id}");
            once(&mut self.models, model.clone());
            once(&mut self.direct, model);
            return;
        };
        let profile = format!("arn:{partition}:bedrock:{here}:*:inference-profile/{id}");
        once(&mut self.direct, profile.clone());
        once(&mut self.profiles, profile);
        self.lead_to(models, partition, prefix, base);
    }

    /// Adds what is named by its ARN. Where nobody knows the model of an application's profile, the condition still
    /// holds the grant to that profile.
    fn add_arn(&mut self, models: &Models, arn: &str, behind: Option<String>) {
        once(&mut self.direct, arn.to_owned());
        let partition = arn.split(':').nth(1).unwrap_or("aws");
        let kind = arn.rsplit(':').next().and_then(|resource| resource.split('/').next()).unwrap_or_default();
        match kind {
            "inference-profile" => {
                once(&mut self.profiles, arn.to_owned());
                let id = arn.rsplit('/').next().unwrap_or_default();
                match split(models, id) {
                    Some((prefix, base)) => self.lead_to(models, partition, prefix, base),
                    None => self.lead_to(models, partition, "", "*"),
                }
            }
            "application-inference-profile" => {
                once(&mut self.profiles, arn.to_owned());
                match behind.as_deref() {
                    None => self.lead_to(models, partition, "", "*"),
                    Some(behind) => match split(models, behind) {
                        Some((prefix, base)) => self.lead_to(models, partition, prefix, base),
                        // It leads to the model in one region, which the ARN names.
                        None => {
                            let region = arn.split(':').nth(3).filter(|region| !region.is_empty()).unwrap_or("*");
                            once(
                                &mut self.through,
                                format!("arn:{partition}:bedrock:{region}::foundation-model/{behind}"),
                            );
                            once(&mut self.models, format!("arn:{partition}:bedrock:*::foundation-model/{behind}"));
                        }
                    },
                }
            }
            _ => once(&mut self.models, arn.to_owned()),
        }
    }

    fn lead_to(&mut self, models: &Models, partition: &str, prefix: &str, base: &str) {
        match models.destinations(prefix) {
            Some(regions) => {
                for region in regions {
                    once(&mut self.through, format!("arn:{partition}:bedrock:{region}::foundation-model/{base}"));
                }
            }
            None => {
                // A global profile also asks for the model without a region.
                once(&mut self.through, format!("arn:{partition}:bedrock:::foundation-model/{base}"));
                once(&mut self.through, format!("arn:{partition}:bedrock:*::foundation-model/{base}"));
            }
        }
        once(&mut self.models, format!("arn:{partition}:bedrock:*::foundation-model/{base}"));
    }
}

/// Returns the ids that a name may be called by.
fn spellings(models: &Models, name: &str, region: Option<&str>) -> Vec<String> {
    if let Some(candidates) = models.candidates(name, region.unwrap_or_default()) {
        return candidates;
    }
    // An id that needs a profile is called through one.
    let needs_profile = models.split(name).is_some_and(|(prefix, model)| prefix.is_empty() && model.needs_profile);
    let profiles = if needs_profile && !name.starts_with("arn:") {
        models.profiles(name, region.unwrap_or_default())
    } else {
        Vec::new()
    };
    if profiles.is_empty() { vec![name.to_owned()] } else { profiles }
}

/// Returns the prefix and the model's own id of a profile's id; none where the id is a model's own.
fn split<'a>(models: &Models, id: &'a str) -> Option<(&'a str, &'a str)> {
    if let Some((prefix, _)) = models.split(id) {
        return (!prefix.is_empty()).then(|| (prefix, &id[prefix.len() + 1..]));
    }
    // Other makers' models: `us.vendor.model-name`.
    let (prefix, base) = id.split_once('.')?;
    let is_prefix = prefix == "global" || models.destinations(prefix).is_some() || prefix == "apac";
    (is_prefix && base.contains('.')).then_some((prefix, base))
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else if region.starts_with("cn-") {
        "aws-cn"
    } else {
        "aws"
    }
}

fn once(list: &mut Vec<String>, arn: String) {
    if !list.contains(&arn) {
        list.push(arn);
    }
}
