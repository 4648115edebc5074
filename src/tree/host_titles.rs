//! The titles that records show for their hosts.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::mods::document::HostTitle;

use super::discovery::NodeId;

/// The titles of the places whose children are not all handed on, in the order of the file.
///
/// In that order the children of one place come after those of the places before it, so a title that is passed over
/// is never asked for again.
#[derive(Debug, Default)]
pub(super) struct HostTitles(VecDeque<(NodeId, Rc<HostTitle>)>);

impl HostTitles {
    /// Keeps the title of a place, if it has one for its children.
    pub(super) fn remember(&mut self, node: NodeId, title: Option<HostTitle>) {
        self.0.extend(title.map(|title| (node, Rc::new(title))));
    }

    /// Returns the title of a place, and forgets those of the places before it.
    pub(super) fn of(&mut self, host: NodeId) -> Option<Rc<HostTitle>> {
        while self.0.front().is_some_and(|(node, _)| *node < host) {
            self.0.pop_front();
        }
        self.0
            .front()
            .filter(|(node, _)| *node == host)
            .map(|(_, title)| Rc::clone(title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(title: &str) -> HostTitle {
        HostTitle {
            title: title.into(),
            sub_title: None,
        }
    }

    #[test]
    fn a_title_is_kept_until_the_children_of_a_later_place_come() {
        let mut titles = HostTitles::default();
        titles.remember(NodeId::from(0), Some(title("root")));
        titles.remember(NodeId::from(2), Some(title("second")));
        assert_eq!(titles.of(NodeId::from(0)).as_deref(), Some(&title("root")));
        assert_eq!(titles.of(NodeId::from(0)).as_deref(), Some(&title("root")));
        assert_eq!(titles.of(NodeId::from(1)), None);
        assert_eq!(
            titles.of(NodeId::from(2)).as_deref(),
            Some(&title("second"))
        );
        assert_eq!(titles.0.len(), 1);
    }
}
