//! The table of models.

use adit::models::{Models, Thinking, is_id};

#[test]
fn the_embedded_table_is_well_formed_and_consistent() {
    let models = Models::embedded();
    for model in models.all() {
        assert!(!model.prices.is_empty(), "{}", model.id);
        assert!(model.output <= model.context, "{}", model.id);
        for row in &model.prices {
            assert!(row.since >= model.released, "{}", model.id);
            assert!(row.cache_read < row.input && row.input < row.output, "{}", model.id);
        }
        let is_plain = model.prices.iter().any(|row| row.prefixes.iter().any(String::is_empty));
        assert_eq!(is_plain, !model.needs_profile, "{}: a price without a prefix", model.id);
    }
    let sonnets: Vec<&str> =
        models.all().filter(|model| model.family == "sonnet").map(|model| model.name.as_str()).collect();
    assert_eq!(sonnets, ["Claude Sonnet 5.5", "Claude Sonnet 5", "Claude Sonnet 4.6", "Claude Sonnet 4.5"]);
}

#[test]
fn prices_follow_prefix_day_and_length() {
    let models = Models::embedded();
    let input = |id: &str, read: u64, day: &str| models.price(id, read, day).map(|price| price.input);
    let rows = [
        ("global.anthropic.claude-sonnet-5", 0, "2026-11-01", Some(2.0)),
        ("us.anthropic.claude-sonnet-5", 0, "2026-11-01", Some(2.2)),
        ("us.anthropic.claude-sonnet-5", 0, "2026-06-29", None),
        ("anthropic.claude-sonnet-5", 0, "2026-11-01", None),
        ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000, "2026-11-01", Some(3.3)),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_001, "2026-11-01", Some(6.0)),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-5-5", 0, "2026-11-01", Some(4.4)),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", 0, "2026-11-01", None),
        ("amazon.nova-pro-v1:0", 0, "2026-11-01", None),
    ];
    for (id, read, day, expected) in rows {
        assert_eq!(input(id, read, day), expected, "{id} {read} {day}");
    }
}

#[test]
fn the_user_s_table_adds_and_replaces() {
    let over = r#"
        [[model]]
        id = "anthropic.claude-sonnet-9"
        name = "Claude Sonnet 9"
        family = "sonnet"
        released = "2027-01-01"
        context = 10
        output = 5
        thinking = "none"
        cache_minimum = 0
        needs_profile = false
        [[region]]
        starts = "mx-"
        prefix = "us"
    "#;
    let models = Models::embedded().overlaid(Models::parse(over).expect("it is well-formed"));
    let first = models.candidates("sonnet", "mx-central-1").and_then(|ids| ids.first().cloned());
    assert_eq!(first.as_deref(), Some("us.anthropic.claude-sonnet-9"));
    assert_eq!(models.find("anthropic.claude-sonnet-9").map(|model| model.thinking), Some(Thinking::None));
    let fault = Models::parse("[[model]]\nid = 3\n").expect_err("an id is a text");
    assert!(fault.to_string().starts_with("cannot read the table of models"), "{fault}");
}

#[test]
fn ids_are_told_from_names() {
    for id in
        ["anthropic.claude-x", "us.anthropic.claude-x-v1:0", "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x.y"]
    {
        assert!(is_id(id), "{id}");
    }
    for name in ["", "sonnet", "sonnet-4.5", "a b.c", "x.y\n", "é.x"] {
        assert!(!is_id(name), "{name}");
    }
}
