//! Refusals whose words name a way out of their own.

use super::failure::{Cure, Failure};
use crate::session::FaultClass;

/// What a refusal means that says one of some words.
struct Remedy {
    said: &'static [&'static str],
    class: FaultClass,
    means: &'static str,
    hint: &'static str,
    cure: Cure,
}

/// What keeps an account from a model.
const ACCESS: [Remedy; 4] = [
    Remedy {
        said: &["operation not allowed", "account is not authorized to invoke this api operation"],
        class: FaultClass::Access,
        means: "AWS has not opened Bedrock's models for this account",
        hint: "Ask AWS Support to open Bedrock for the account, or choose another profile or region.",
        cure: Cure::None,
    },
    Remedy {
        said: &["invalid_payment_instrument", "payment instrument"],
        class: FaultClass::Access,
        means: "AWS cannot charge the account for this model",
        hint: "Mend the payment method in the AWS Billing console, wait some minutes and send the prompt again.",
        cure: Cure::None,
    },
    Remedy {
        said: &["aws-marketplace:"],
        class: FaultClass::Access,
        means: "the account has not subscribed to this model",
        hint: "Let somebody who may do aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions call the model \
               once, or allow both to this role; then wait some minutes.",
        cure: Cure::OtherModel,
    },
    Remedy {
        said: &["use case details have not been submitted"],
        class: FaultClass::Access,
        means: "the form about the use of the vendor's models was not sent in",
        hint: "Open the model in the catalog of the Bedrock console, fill in the form about the use case, wait a \
               quarter of an hour and send the prompt again.",
        cure: Cure::OtherModel,
    },
];

/// What a model does not take of a request.
const REQUEST: [Remedy; 5] = [
    Remedy {
        said: &["image exceeds", "too many images", "image dimensions"],
        class: FaultClass::Invalid,
        means: "the images are too large or too many",
        hint: "Start a new conversation and give fewer or smaller images; the review stays as it is.",
        cure: Cure::None,
    },
    Remedy {
        said: &["requestmetadata"],
        class: FaultClass::Invalid,
        means: "Bedrock takes no such tags",
        hint: "Mend `tags` in adit's configuration, or take them out.",
        cure: Cure::None,
    },
    Remedy {
        said: &["beta flag", "anthropic_beta"],
        class: FaultClass::Invalid,
        means: "the model does not know a flag that it was sent",
        hint: "Mend `betas` and `thinking_betas` of the model in models.toml.",
        cure: Cure::None,
    },
    Remedy {
        said: &["output_config", "outputconfig"],
        class: FaultClass::Invalid,
        means: "the model takes no such effort",
        hint: "Set `effort = \"auto\"` under [thinking] in adit's configuration, or mend `efforts` of the model in models.toml.",
        cure: Cure::None,
    },
    Remedy {
        said: &["temperature"],
        class: FaultClass::Invalid,
        means: "the model takes no such temperature",
        hint: "Take `temperature` out of adit's configuration.",
        cure: Cure::None,
    },
];

/// Returns what keeps the account from the model, where a refusal says it in these words, `lower` in small letters.
pub(super) fn of_access(words: &str, lower: &str) -> Option<Failure> {
    find(&ACCESS, words, lower)
}

/// Returns what the model does not take of the request, where a refusal says it in these words.
pub(super) fn of_request(words: &str, lower: &str) -> Option<Failure> {
    find(&REQUEST, words, lower)
}

fn find(remedies: &[Remedy], words: &str, lower: &str) -> Option<Failure> {
    let found = remedies.iter().find(|remedy| remedy.said.iter().any(|said| lower.contains(said)))?;
    let Remedy { class, means, hint, cure, .. } = found;
    Some(Failure::new(*class, format!("{means}: {words}")).hint(*hint).cure(*cure))
}
