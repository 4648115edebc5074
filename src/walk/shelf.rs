//! Shelf, a cache of the components that several entities name: each is asked for once where they are close together.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use bytes::Bytes;
use foldhash::HashMap;

use crate::arke::ComponentRole;
use crate::arke::entity::Unavailable;

use super::discovery::NodeId;

/// How many bodies are kept, and how long each may be: the text that entities share is short, and what is kept is
/// copied.
const BODIES_MAX: usize = 64;
const BODY_BYTES_MAX: usize = 4 * 1024;

/// A component of an entity, by its place in the manifest's list.
pub(super) type Slot = (NodeId, usize);
/// The same bytes in another role are read to another limit.
type Name = (Rc<str>, ComponentRole);

/// A cache of the components that are on their way or came lately.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    known: HashMap<Name, Known>,
    /// Those that are here, the oldest first.
    kept: VecDeque<Name>,
}

/// A component that was asked for.
#[derive(Debug)]
enum Known {
    /// It is on its way: for whom it was asked for first, and who else waits for it.
    OnItsWay(NodeId, Vec<Slot>),
    /// It came.
    Here(Bytes),
}

/// Where a component comes from.
#[derive(Debug)]
pub(super) enum Supply {
    /// It is here.
    Here(Bytes),
    /// It is on its way for another entity.
    OnItsWay,
    /// It is to be asked for.
    ToBeAskedFor,
}

impl Shelf {
    /// Looks for a component; what is to be asked for is on its way from here on.
    ///
    /// An entity waits for what was asked for by one before it in order, and for nothing else: what comes for a later
    /// one may itself have to wait until this one is done.
    pub(super) fn look_for(&mut self, cid: Rc<str>, role: ComponentRole, slot: Slot) -> Supply {
        let node = slot.0;
        match self.known.entry((cid, role)) {
            Entry::Vacant(place) => {
                place.insert(Known::OnItsWay(node, Vec::new()));
                Supply::ToBeAskedFor
            }
            Entry::Occupied(known) => match known.into_mut() {
                Known::Here(body) => Supply::Here(body.clone()),
                Known::OnItsWay(first, others) if *first <= node => {
                    others.push(slot);
                    Supply::OnItsWay
                }
                Known::OnItsWay(..) => Supply::ToBeAskedFor,
            },
        }
    }

    /// Takes what came of a component; returns who else waits for it.
    pub(super) fn receive(
        &mut self,
        cid: Rc<str>,
        role: ComponentRole,
        body: &Result<Bytes, Unavailable>,
    ) -> Vec<Slot> {
        let mut known = match self.known.entry((cid, role)) {
            Entry::Occupied(known) => known,
            // It came twice, and was kept neither time.
            Entry::Vacant(_) => return Vec::new(),
        };
        let others = match known.get_mut() {
            Known::OnItsWay(_, others) => std::mem::take(others),
            // It was asked for once more for an entity before the first, and came twice.
            Known::Here(_) => return Vec::new(),
        };
        match body {
            Ok(body) if body.len() <= BODY_BYTES_MAX => {
                self.kept.push_back(known.key().clone());
                // A copy, because the body may be a small part of a large buffer.
                known.insert(Known::Here(Bytes::copy_from_slice(body)));
            }
            _ => {
                known.remove();
            }
        }
        if self.kept.len() > BODIES_MAX
            && let Some(oldest) = self.kept.pop_front()
        {
            self.known.remove(&oldest);
        }
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: ComponentRole = ComponentRole::Pinax;

    fn slot(node: usize) -> Slot {
        (NodeId::from(node), 0)
    }

    #[test]
    fn a_component_is_asked_for_once_while_it_is_on_its_way_or_was_seen_lately() {
        let mut shelf = Shelf::default();
        assert!(matches!(
            shelf.look_for("a".into(), ROLE, slot(1)),
            Supply::ToBeAskedFor
        ));
        assert!(matches!(
            shelf.look_for("a".into(), ROLE, slot(2)),
            Supply::OnItsWay
        ));
        assert_eq!(shelf.receive("a".into(), ROLE, &Ok("{}".into())), [slot(2)]);
        assert!(
            matches!(shelf.look_for("a".into(), ROLE, slot(3)), Supply::Here(body) if body == "{}")
        );
        for other in 0..BODIES_MAX {
            let other: Rc<str> = other.to_string().into();
            shelf.look_for(Rc::clone(&other), ROLE, slot(3));
            shelf.receive(other, ROLE, &Ok("{}".into()));
        }
        assert!(matches!(
            shelf.look_for("a".into(), ROLE, slot(4)),
            Supply::ToBeAskedFor
        ));
    }

    #[test]
    fn nobody_waits_for_what_comes_for_a_later_entity() {
        let mut shelf = Shelf::default();
        for node in [5, 4] {
            let supply = shelf.look_for("a".into(), ROLE, slot(node));
            assert!(matches!(supply, Supply::ToBeAskedFor), "{node}");
        }
        let supply = shelf.look_for("a".into(), ROLE, slot(5));
        assert!(matches!(supply, Supply::OnItsWay), "twice in one entity");
        assert_eq!(shelf.receive("a".into(), ROLE, &Ok("{}".into())), [slot(5)]);
        assert_eq!(shelf.receive("a".into(), ROLE, &Ok("{}".into())), []);
        assert_eq!(shelf.kept.len(), 1, "it came twice");
    }

    #[test]
    fn what_could_not_be_had_or_is_large_is_not_kept() {
        let mut shelf = Shelf::default();
        let why = Err(Unavailable::Unreachable("no connection".to_owned()));
        for body in [why, Ok(vec![0; BODY_BYTES_MAX + 1].into())] {
            let supply = shelf.look_for("a".into(), ROLE, slot(1));
            assert!(matches!(supply, Supply::ToBeAskedFor));
            assert_eq!(shelf.receive("a".into(), ROLE, &body), []);
            assert_eq!(shelf.receive("a".into(), ROLE, &body), [], "it came twice");
        }
    }

    #[test]
    fn the_same_bytes_in_another_role_are_another_component() {
        let mut shelf = Shelf::default();
        shelf.look_for("a".into(), ROLE, slot(1));
        shelf.receive("a".into(), ROLE, &Ok("{}".into()));
        let supply = shelf.look_for("a".into(), ComponentRole::FileRef, slot(1));
        assert!(matches!(supply, Supply::ToBeAskedFor));
    }
}
