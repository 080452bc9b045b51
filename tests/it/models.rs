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
    let models = Models::embedded().overlaid(over).expect("it is well-formed");
    let first = models.candidates("sonnet", "mx-central-1").and_then(|ids| ids.first().cloned());
    assert_eq!(first.as_deref(), Some("us.anthropic.claude-sonnet-9"));
    assert_eq!(models.find("anthropic.claude-sonnet-9").map(|model| model.thinking), Some(Thinking::None));
}

#[test]
fn an_entry_of_the_user_s_tells_only_what_differs() {
    let id = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    let over = format!(
        "[[model]]\nid = \"{id}\"\ncontext = 1_000_000\nbetas = [\"context-1m-2025-08-07\"]\nfields = {{ top_k = 40 }}\n"
    );
    let models = Models::embedded().overlaid(&over).expect("it is well-formed");
    let (before, now) = (Models::embedded().find(id).cloned().expect("known"), models.find(id).expect("known"));
    let fields = toml::Table::from_iter([("top_k".to_owned(), 40.into())]);
    let expected =
        adit::models::Model { context: 1_000_000, betas: vec!["context-1m-2025-08-07".to_owned()], fields, ..before };
    assert_eq!(*now, expected);
    assert_eq!(models.all().count(), Models::embedded().all().count());
}

#[test]
fn faults_of_the_user_s_table_name_line_entry_and_key() {
    let rows = [
        ("[[model]]\nid = 3\n", "line 2: the entry of a model needs its `id`"),
        ("\n[[model]]\nname = \"x\"\n", "line 2: the entry of a model needs its `id`"),
        ("[[model]]\nid = \"a.b\"\n", "line 1: a.b: missing field `name`"),
        ("[[region]]\nstarts = \"mx-\"\n", "missing field `prefix`"),
        ("models = 3\n", "unknown field `models`"),
        (
            "# mine\n[[model]]\nid = \"anthropic.claude-sonnet-5\"\nefforts = [\"huge\"]\n",
            "line 4: anthropic.claude-sonnet-5: unknown variant `huge`",
        ),
        (
            "[[model]]\nid = \"anthropic.claude-sonnet-5\"\nctx = 3\n",
            "line 3: anthropic.claude-sonnet-5: unknown field `ctx`",
        ),
    ];
    let price = |what: &str| {
        "\n[[model]]\nid = \"anthropic.claude-sonnet-5\"\n[[model.prices]]\nsince = \"2026-01-01\"\nprefixes = [\"us\"]\n\
             input = 1.0\noutput = 2.0\ncache_read = 0.1\ncache_write = 1.0\n"
            .replace(what.split('=').next().unwrap_or_default(), "# ")
            + what
            + "\n"
    };
    let sonnet = |what: &str| format!("\n[[model]]\nid = \"anthropic.claude-sonnet-5\"\n{what}\n");
    let nonsense = [
        (
            price("input = -1.0"),
            "line 11: anthropic.claude-sonnet-5: input of the price since 2026-01-01 is -1, but must",
        ),
        (
            price("output = nan"),
            "line 11: anthropic.claude-sonnet-5: output of the price since 2026-01-01 is NaN, but must be a number from 0 to 1000000",
        ),
        (price("cache_read = inf"), "cache_read of the price"),
        (price("cache_write = 2e6"), "line 11: anthropic.claude-sonnet-5: cache_write of the price"),
        (price("cache_write = \"much\""), "line 11: anthropic.claude-sonnet-5: invalid type"),
        (price("output_ = 1"), "line 11: anthropic.claude-sonnet-5: unknown field"),
        // What is missing stands nowhere: the row is told.
        (
            price("since = \"2026-01-01\"").replace("cache_read = 0.1\n", ""),
            "line 4: anthropic.claude-sonnet-5: missing field `cache_read`",
        ),
        (price("since = \"soon\""), "since of a price is \"soon\", but must be a day, as \"2026-09-28\""),
        (price("since = \"2026-13-45\""), "since of a price is \"2026-13-45\""),
        (price("since = \"2026-02-29\""), "since of a price is \"2026-02-29\""),
        (sonnet("released = \"2026\""), "line 4: anthropic.claude-sonnet-5: released is \"2026\""),
        (sonnet("context = 0"), "line 4: anthropic.claude-sonnet-5: context is 0, but must be a number from 1 on"),
        (sonnet("output = 0"), "output is 0"),
        (sonnet("output = -1"), "line 4: anthropic.claude-sonnet-5"),
        (sonnet("images = true\n\naliases = 3"), "line 6: anthropic.claude-sonnet-5"),
        (
            format!("{}{}", sonnet("images = true"), sonnet("name = \"s\"\nthinking = \"deep\"")),
            "line 9: anthropic.claude-sonnet-5: unknown variant `deep`",
        ),
        // A model of the user's own has nothing below it; its keys are found all the same.
        (
            "[[model]]\nid = \"my.own\"\nname = \"own\"\nfamily = \"own\"\nreleased = \"2026-01-01\"\noutput = 0\n\
             context = 1\nthinking = \"none\"\ncache_minimum = 0\nneeds_profile = false\n"
                .to_owned(),
            "line 6: my.own: output is 0",
        ),
    ];
    let rows = rows.map(|(text, expected)| (text.to_owned(), expected));
    let rows = rows.iter().chain(&nonsense).map(|(text, expected)| (text.as_str(), *expected));
    assert!(Models::embedded().overlaid(&price("since = \"2028-02-29\"")).is_ok(), "what makes sense is taken");
    for (text, expected) in rows {
        let fault = Models::embedded().overlaid(text).expect_err(text).to_string();
        assert!(fault.starts_with("cannot read the table of models"), "{fault}");
        assert!(fault.contains(expected), "{expected} is not in {fault}");
    }
}

#[test]
fn a_profile_s_prefix_is_told_from_a_maker_s_name() {
    let models = Models::embedded();
    let rows = [
        ("us.anthropic.claude-x", Some("anthropic.claude-x")),
        ("us-gov.anthropic.claude-x", Some("anthropic.claude-x")),
        ("global.amazon.nova-2", Some("amazon.nova-2")),
        ("deepseek.v3.2", None),
        ("anthropic.claude-v2.1", None),
        ("nothing", None),
    ];
    for (id, base) in rows {
        assert_eq!(models.profile_base(id), base, "{id}");
    }
    for (id, caches) in [
        ("eu.anthropic.claude-sonnet-9", true),
        ("anthropic.claude-sonnet-9", true),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/x", true),
        ("us.amazon.nova-pro-v1:0", false),
        ("my.copy.of.anthropic.claude-x", false),
    ] {
        assert_eq!(models.caches_unlisted(id), caches, "{id}");
    }
    let plain = models.overlaid("[[unlisted]]\nstarts = \"arn:\"\ncache_minimum = 0\n").expect("it is well-formed");
    assert!(!plain.caches_unlisted("arn:aws:bedrock:us-east-1:1:application-inference-profile/x"));
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
