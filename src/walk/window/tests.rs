//! Tests of the window: any tree in any order of arrival, within any bounds.

use std::collections::HashMap;

use futures::FutureExt as _;
use serde_json::json;

use super::*;
use crate::arke::content::{Content, FetchedComponent};
use crate::arke::manifest;
use crate::http::body_budget::{BodyBudget, Reservation};
use crate::job::ExportOptions;

const ENTITIES: u64 = 50;

/// Numbers that look random, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn index(&mut self, limit: usize) -> usize {
        usize::try_from(self.below(limit as u64)).unwrap_or_default()
    }
}

fn pi(number: u64) -> Pi {
    format!("{:026}", number + 1).parse().expect("a PI")
}

/// Makes the bodies of a tree: entities with a few components or none, some merged, deleted, missing, listed twice,
/// listed by their own descendants, or no PI at all.
fn tree(random: &mut Random) -> HashMap<Pi, String> {
    let mut bodies = HashMap::new();
    for number in 0..ENTITIES {
        let kind = if number == 0 { 9 } else { random.below(10) };
        let body = match kind {
            0 => json!({"merged": true, "merged_into": pi(random.below(ENTITIES)).to_string()}),
            1 => json!({"status": "deleted"}),
            2 => continue,
            _ => {
                let children = (0..random.below(6)).map(|_| match random.below(ENTITIES + 2) {
                    child if child > ENTITIES => "not a PI".to_owned(),
                    child => pi(child).to_string(),
                });
                let children: Vec<String> = children.collect();
                let components = (0..random.below(4)).map(|number| {
                    (
                        format!("{number}.ref.json"),
                        json!(format!("c{}", random.below(40))),
                    )
                });
                json!({"components": components.collect::<serde_json::Map<_, _>>(), "children_pi": children})
            }
        };
        bodies.insert(pi(number), body.to_string());
    }
    bodies
}

/// Makes the body of a component: of one length for one CID, from 2 to 302 bytes.
fn body(cid: Option<&str>) -> String {
    let number: usize = cid.map_or(0, |cid| cid[1..].parse().unwrap_or_default());
    format!("{{{:1$}}}", "", number * 97 % 301)
}

fn answer(request: &Request, bodies: &HashMap<Pi, String>) -> Arrival {
    match request {
        &Request::Manifest { node, pi } => {
            let missing = || Unavailable::Unreachable("404 Not Found".to_owned());
            let body = bodies.get(&pi).ok_or_else(missing);
            let reading = body.and_then(|body| {
                manifest::read(body.as_bytes(), pi)
                    .map_err(|error| Unavailable::Unreadable(format!("{error:?}")))
            });
            Arrival::Manifest { node, reading }
        }
        Request::Component {
            node,
            index,
            cid,
            role,
        } => Arrival::Component {
            node: *node,
            component: FetchedComponent {
                index: *index,
                content: Content::read(*role, body(cid.as_deref()).into()),
            },
            sha256: None,
        },
    }
}

fn window(options: &ExportOptions, budgets: Budgets) -> Window<'_> {
    let context = Context {
        options: options.record,
        site_url: "https://a",
        ipfs_url: "https://b",
        position: None,
    };
    Window::new(pi(0), options, context, budgets)
}

/// Makes the record of an entity that is made while it is written.
fn make_record(visit: &mut Visit, window: &mut Window<'_>) {
    if let Outcome::Unwritten(entity) = &visit.outcome {
        let context = Context {
            position: entity.position.as_ref(),
            ..*window.context()
        };
        let mut conversion = entity.assembly.crosswalk(visit.pi, &context);
        if visit.found.placed > 0 {
            window.remember_host(conversion.host.take());
        }
        visit.outcome = Outcome::Exported(Box::new(conversion));
    }
}

/// The bounds of a walk: entities in assembly, requests in flight, memory.
type Bounds = (usize, usize, Budgets);

/// Walks a tree; chance chooses which of the requests that can come is answered, and which body grows meanwhile.
/// Returns each visit in words, and whether the records that waited ever took all their room.
fn walk(
    bodies: &HashMap<Pi, String>,
    (width, permits, budgets): Bounds,
    random: &mut Random,
) -> (Vec<String>, bool) {
    let options = ExportOptions {
        recursive: true,
        parallel_batch_size: width,
        ..ExportOptions::default()
    };
    let mut window = window(&options, budgets);
    let budget = BodyBudget::new(budgets.assembly_bytes);
    let mut asked: Vec<(Request, Reservation, usize)> = Vec::new();
    let (mut visits, mut was_full) = (Vec::new(), false);
    loop {
        while let Some(mut visit) = window.pop_ready() {
            make_record(&mut visit, &mut window);
            visits.push(format!("{visit:?}"));
        }
        while asked.len() < permits
            && let Some(request) = window.next_request(budget.arriving_bytes())
        {
            asked.push(match &request {
                Request::Component { node, cid, .. } => {
                    let is_urgent = window.urgent().contains(node);
                    assert!(is_urgent || !window.load.is_full(), "{request:?}");
                    let (node, bytes) = (*node, body(cid.as_deref()).len());
                    (request, budget.reservation(node.index()), bytes)
                }
                Request::Manifest { node, pi } => {
                    let bytes = bodies.get(pi).map_or(0, String::len);
                    let reservation = budget.reservation(node.index());
                    (request, reservation, bytes)
                }
            });
        }
        budget.update(window.held_bytes(), window.urgent().map(NodeId::index));
        was_full |= window.load.is_full();
        assert!(window.assembling.len() <= width);
        if asked.is_empty() {
            break;
        }
        for (_, reservation, bytes) in &asked {
            let _ = reservation.grow_to(random.index(*bytes + 1)).now_or_never();
        }
        let whole: Vec<usize> = (0..asked.len())
            .filter(|&index| {
                asked[index]
                    .1
                    .grow_to(asked[index].2)
                    .now_or_never()
                    .is_some()
            })
            .collect();
        assert!(!whole.is_empty(), "all wait for room: {asked:?}");
        let (request, ..) = asked.swap_remove(whole[random.index(whole.len())]);
        window.accept(answer(&request, bodies));
    }
    assert!(window.load.is_empty(), "{:?}", window.load);
    assert_eq!(
        visits.len(),
        window.discovery().len(),
        "every place is visited"
    );
    (visits, was_full)
}

#[test]
fn the_visits_and_their_order_never_depend_on_when_answers_come() {
    let plenty = Budgets::for_memory(None);
    let little = Budgets {
        ahead_bytes: 10_000,
        assembly_bytes: 3000,
        waiting_bytes: 8_000,
    };
    let none = Budgets {
        ahead_bytes: 1,
        assembly_bytes: 1,
        waiting_bytes: 1,
    };
    let mut times_full = 0;
    for seed in 0..60 {
        let mut random = Random(seed);
        let bodies = tree(&mut random);
        let (expected, _) = walk(&bodies, (1, 1, plenty), &mut random);
        for bounds in [
            (1, 64, none),
            (3, 64, plenty),
            (10, 2, none),
            (10, 3, little),
            (4, 20, little),
            (64, 64, little),
            (64, 64, none),
        ] {
            let (visits, was_full) = walk(&bodies, bounds, &mut random);
            // The visits hold whole records, which would not be of help in a message.
            let differs = visits
                .iter()
                .zip(&expected)
                .position(|(it, other)| it != other);
            assert_eq!(differs, None, "seed {seed}, {bounds:?}");
            times_full += u32::from(was_full);
        }
    }
    assert!(times_full > 20, "{times_full}");
}

#[test]
fn no_order_of_answers_leaves_all_requests_waiting_for_memory() {
    let manifest = |number: u64, children: &[String]| {
        let components = ["a.ref.json", "b.ref.json", "c.ref.json"];
        let components = components.map(|key| (key.to_owned(), json!("c1")));
        let components = serde_json::Map::from_iter(components);
        let body = json!({"components": components, "children_pi": children}).to_string();
        (pi(number), body)
    };
    let children: Vec<String> = (1..4).map(|number| pi(number).to_string()).collect();
    let mut bodies: HashMap<Pi, String> = (1..4).map(|number| manifest(number, &[])).collect();
    let Ok(ManifestReading::Entity(child)) = manifest::read(bodies[&pi(1)].as_bytes(), pi(1))
    else {
        panic!("no entity");
    };
    bodies.extend([manifest(0, &children)]);
    // Enough for one child, so that another is admitted beside it, and for no component of the two.
    let budgets = Budgets {
        assembly_bytes: child.weight() + 1,
        ..Budgets::for_memory(None)
    };
    for seed in 0..300 {
        walk(&bodies, (2, 3, budgets), &mut Random(seed));
    }
}

#[test]
fn components_go_before_manifests_ahead_and_the_next_level_is_read_before_this_one_is_done() {
    let children: Vec<String> = (1..5).map(|number| pi(number).to_string()).collect();
    let components = json!({"pinax.json": "a", "b.ref.json": "b", "c.ref.json": "c"});
    let body = json!({"components": components, "children_pi": children}).to_string();
    let bodies = HashMap::from([(pi(0), body)]);
    let options = ExportOptions {
        recursive: true,
        ..ExportOptions::default()
    };
    let mut window = window(&options, Budgets::for_memory(None));
    let root = window.next_request(0).expect("the root");
    assert_eq!(window.next_request(0), None);
    window.accept(answer(&root, &bodies));
    let requests: Vec<Request> = std::iter::from_fn(|| window.next_request(0)).collect();
    let is_component = |request: &Request| matches!(request, Request::Component { .. });
    assert!(requests[..3].iter().all(is_component), "{requests:?}");
    let manifests_ahead = requests[3..]
        .iter()
        .filter(|request| !is_component(request))
        .count();
    assert_eq!(
        manifests_ahead, 4,
        "the children's manifests while the root is being assembled"
    );
}
