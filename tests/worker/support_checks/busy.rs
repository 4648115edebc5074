//! Checks of the busy archive: its limits are those of nginx, and its refusals read as the real ones do.

use std::time::Duration;

use reqwest::{Response, StatusCode};

use crate::support::busy::Busy;
use crate::support::busy::items::{Expected, Items};
use crate::support::busy::judge::{Judge, Outcome, Verdict};
use crate::support::busy::rules::{Bad, Down, Rate, Refusal, Rules, Scope, Start, Trouble};
use crate::support::client::client;
use crate::support::{Tree, pi};

/// Asks the gateway for a component at this millisecond.
fn ask(judge: &mut Judge, at: u64, name: &str) -> Verdict {
    let path = format!("ipfs/{name}");
    judge.decide(Duration::from_millis(at), Scope::Gateway, &path, &path)
}

fn outcome(judge: &mut Judge, at: u64, name: &str) -> Outcome {
    ask(judge, at, name).outcome
}

#[test]
fn a_burst_is_let_through_and_then_the_rate() {
    let mut judge = Judge::new(Rules::default().rate(10, 3));
    let mut let_through = |at| outcome(&mut judge, at, "a") == Outcome::Good;
    // The first one and the burst.
    let at_once: Vec<bool> = (0..6).map(|_| let_through(0)).collect();
    assert_eq!(at_once, [true, true, true, true, false, false]);
    // What was refused has filled nothing: one more in each tenth of a second.
    let later = [99, 100, 100, 200, 250].map(&mut let_through);
    assert_eq!(later, [false, true, false, true, false]);
    let after_a_rest: Vec<bool> = (0..5).map(|_| let_through(10_000)).collect();
    assert_eq!(after_a_rest, [true, true, true, true, false]);
}

#[test]
fn only_so_many_are_answered_at_once() {
    let connections = Rules {
        connections: Some(2),
        ..Rules::default()
    };
    for (rules, refused) in [
        (connections, Outcome::Limited),
        (Rules::default().at_once(2), Outcome::Overloaded),
    ] {
        let mut judge = Judge::new(rules);
        let open = [ask(&mut judge, 0, "a"), ask(&mut judge, 0, "b")];
        assert_eq!(open.map(|verdict| verdict.outcome), [Outcome::Good; 2]);
        let third = ask(&mut judge, 0, "c");
        assert_eq!(third.outcome, refused);
        judge.leave(third.place);
        assert_eq!(outcome(&mut judge, 0, "c"), refused);
        judge.leave(open[0].place);
        assert_eq!(outcome(&mut judge, 0, "c"), Outcome::Good);
    }
}

#[test]
fn what_hangs_holds_a_connection_and_no_place_in_the_store() {
    let bad = || Rules::default().bad(["ipfs/bad".to_owned()], Bad::Silent);
    let connections = Rules {
        connections: Some(1),
        ..bad()
    };
    for (rules, next) in [
        (connections, Outcome::Limited),
        (bad().at_once(1), Outcome::Good),
    ] {
        let mut judge = Judge::new(rules);
        assert_eq!(outcome(&mut judge, 0, "bad"), Outcome::Bad(Bad::Silent));
        assert_eq!(outcome(&mut judge, 0, "a"), next);
    }
}

#[test]
fn a_phase_begins_and_ends_by_its_time_or_by_its_request() {
    let lasts = Duration::from_secs(1);
    let down = Trouble::Down(Down::Reset);
    let expected = [false, false, true, true, false];
    for start in [Start::At(Duration::from_secs(1)), Start::Request(2)] {
        let mut judge = Judge::new(Rules::default().trouble(start, lasts, down));
        let is_down = [0, 999, 1_000, 1_999, 2_000]
            .map(|at| outcome(&mut judge, at, "a") == Outcome::Down(Down::Reset));
        assert_eq!(is_down, expected, "{start:?}");
    }
    let mut judge =
        Judge::new(Rules::default().trouble_of(Scope::Api, Start::Request(0), lasts, down));
    assert_eq!(outcome(&mut judge, 0, "a"), Outcome::Good);
}

#[test]
fn a_cache_goes_on_answering_what_was_answered_the_same_way() {
    let rules = Rules {
        caches: true,
        ..Rules::default()
    };
    let down = Trouble::Down(Down::Reset);
    let mut judge = Judge::new(rules.trouble(Start::Request(1), Duration::MAX, down));
    let asked = ["a", "a", "b"].map(|name| outcome(&mut judge, 0, name));
    assert_eq!(
        asked,
        [Outcome::Good, Outcome::Good, Outcome::Down(Down::Reset)]
    );
    let cat = judge.decide(Duration::ZERO, Scope::Api, "cat/a", "ipfs/a");
    assert_eq!(cat.outcome, Outcome::Down(Down::Reset));
}

/// Asks an archive for everything in one way each: a manifest, and a component at the gateway and at the API.
async fn answers(rules: Rules) -> Vec<(StatusCode, Option<String>, String)> {
    let tree = Tree::synthetic(2, 1, 0, 10);
    let items = Items::of(&tree);
    let component = items.keys(|item| item.component.is_some())[0].clone();
    let busy = Busy::start(&tree, rules);
    let client = client(None).build().expect("a client");
    let cat = component.replace("ipfs/", "cat/");
    let mut answers = Vec::new();
    for url in [
        format!("{}/entities/{}", busy.api(3), pi(0)),
        format!("{}/{component}", busy.gateway(3)),
        format!("{}/{cat}", busy.api(3)),
    ] {
        let answer: Response = client.get(url).send().await.expect("an answer");
        let header = answer.headers().get("retry-after");
        let header = header.map(|value| value.to_str().expect("a text").to_owned());
        answers.push((
            answer.status(),
            header,
            answer.text().await.expect("a body"),
        ));
    }
    let seen = busy.seen();
    assert!(seen.iter().all(|seen| seen.worker == 3), "{seen:?}");
    assert_eq!(seen[2].key(), component);
    answers
}

#[tokio::test]
async fn a_refusal_reads_as_that_of_the_archive() {
    let good = answers(Rules::default()).await;
    assert!(good.iter().all(|(status, ..)| *status == StatusCode::OK));
    assert_eq!(good[1].2, good[2].2);

    let overloaded = answers(Rules::default().at_once(0)).await;
    let statuses: Vec<u16> = overloaded
        .iter()
        .map(|(status, ..)| status.as_u16())
        .collect();
    assert_eq!(statuses, [404, 503, 503]);
    assert!(
        overloaded[0].2.starts_with(r#"{"details":{"#),
        "{overloaded:?}"
    );
    assert!(
        overloaded[0].2.contains(r#""error":"NOT_FOUND""#),
        "{overloaded:?}"
    );
    assert!(overloaded[1].2.contains("nginx"), "{overloaded:?}");
    assert!(overloaded[2].2.contains("IPFS_ERROR"), "{overloaded:?}");
    assert!(overloaded.iter().all(|(_, header, _)| header.is_none()));

    let rate = Some(Rate {
        per_second: 1.0,
        burst: 0.0,
        scope: Scope::Both,
    });
    let limited = answers(Rules {
        rate,
        ..Rules::default()
    })
    .await;
    assert_eq!(limited[0].0, StatusCode::OK);
    assert!(limited[1..].iter().all(|(status, _, body)| {
        status.as_u16() == 503 && body.contains("503 Service Temporarily Unavailable")
    }));

    let refusal = Refusal::RetryAfter(429, 7);
    let told = answers(
        Rules {
            refusal,
            ..Rules::default()
        }
        .at_once(0),
    )
    .await;
    let expected = (StatusCode::TOO_MANY_REQUESTS, Some("7".to_owned()));
    assert!(
        told.into_iter()
            .all(|(status, header, _)| (status, header) == expected)
    );
}

#[test]
fn what_a_job_comes_to_is_known_beforehand() {
    let tree = Tree::synthetic(7, 2, 1, 10);
    let items = Items::of(&tree);
    let bad = |keys: Vec<String>| Rules::default().bad(keys, Bad::Silent).bad;
    let expected = |keys: Vec<String>, is_recursive| {
        let Expected {
            useful,
            missing,
            entities,
        } = items.expected(&bad(keys), is_recursive);
        (useful, missing.len(), entities)
    };
    assert_eq!(expected(Vec::new(), true), (35, 0, 7));
    assert_eq!(expected(Vec::new(), false), (5, 0, 1));
    // The children of the second are 3 and 4, which nobody learns of.
    let second = format!("entities/{}", pi(1));
    assert_eq!(expected(vec![second.clone()], true), (20, 1, 5));
    let of_the_last = items.keys(|item| item.entity == 6);
    assert_eq!(of_the_last.len(), 5);
    assert_eq!(expected(of_the_last, true), (30, 1, 7));
    assert_eq!(items.key(&pi(1), None), Some(second));
    let pinax = items.key(&pi(1), Some("pinax.json")).expect("a component");
    assert_eq!(items.name(&pinax).as_deref(), Some("1 pinax.json"));
    assert_eq!(items.key(&pi(9), None), None);
}
