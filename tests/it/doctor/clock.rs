//! How far the clocks are apart, as the doctor tells it.

use adit::demo::{Endpoint, ServerStep};
use adit::doctor::{CheckState, clock};
use serde_json::Value;

use super::program::{check, doctor};
use crate::headless::desk::Place;

#[test]
fn a_clock_is_well_noted_or_refused() {
    let rows = [
        (0, CheckState::Ok, "within 1 s of the service's"),
        (-30, CheckState::Ok, "within 31 s of the service's"),
        (31, CheckState::Warn, "31 s ahead of the service's"),
        (-299, CheckState::Warn, "299 s behind the service's"),
        (300, CheckState::Fail, "300 s ahead of the service's"),
        (189_303_562, CheckState::Fail, "2191 d 0 h ahead of the service's"),
        (i64::MIN, CheckState::Fail, "106751991167300 d 15 h behind the service's"),
    ];
    for (ahead, state, finding) in rows {
        let check = clock(ahead);
        assert_eq!((check.state, check.finding.as_str()), (state, finding), "{ahead}");
        assert_eq!(check.fix.is_some_and(|fix| fix.contains("timedatectl")), state != CheckState::Ok, "{ahead}");
    }
}

#[tokio::test]
async fn the_date_of_an_answer_tells_the_clock_whatever_else_it_says() {
    for (date, finding) in
        [("Sat, 01 Jan 2000 00:00:00 GMT", "ahead of the service's"), ("Fri, 01 Jan 2100 00:00:00 GMT", "behind")]
    {
        let body = br#"{"message":"Signature expired: now is earlier"}"#.to_vec();
        let headers = [("date", date), ("x-amzn-errortype", "InvalidSignatureException")];
        let headers: Vec<(String, String)> = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let answer =
            move |_: &Value| vec![ServerStep::Answer { status: 403, headers: headers.clone(), body: body.clone() }];
        let endpoint = Endpoint::start(answer).await.unwrap();
        let place = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&endpoint.url());
        let (outcome, checks) = doctor(&place, &["--yes", "--model", "sonnet-4.5"]).await;
        outcome.check(1, &[]);
        check(&checks, "clock", "fail", finding, "timedatectl");
        check(&checks, "model access", "fail", "this machine's clock differs from AWS's", "Set the clock");
    }
}
