//! Titles of hosts, which the records of their children show.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::mods::document::HostTitle;

use super::discovery::NodeId;

/// How many bytes the titles may take: those of some 100,000 hosts at a time. Beyond that the records of further hosts'
/// children go without, each by its place in the order of the file, so that the same tree gives the same bytes.
const TITLES_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The titles of the places whose children are still to come, in the order of the file.
///
/// In that order the children of one place come after those of the places before it, so a title that is passed over
/// is never asked for again.
#[derive(Debug, Default)]
pub(super) struct HostTitles {
    titles: VecDeque<(NodeId, Rc<HostTitle>)>,
    bytes: usize,
}

fn weight(title: &HostTitle) -> usize {
    let texts = title.title.len() + title.sub_title.as_deref().map_or(0, str::len);
    size_of::<(NodeId, Rc<HostTitle>)>() + size_of::<HostTitle>() + texts
}

impl HostTitles {
    /// Keeps the title of a place, if it has one for its children and there is room.
    pub(super) fn remember(&mut self, node: NodeId, title: Option<HostTitle>) {
        if let Some(title) = title
            && self.bytes + weight(&title) <= TITLES_BYTES_MAX
        {
            self.bytes += weight(&title);
            self.titles.push_back((node, Rc::new(title)));
        }
    }

    /// Returns the title of a place, and forgets those of the places before it.
    pub(super) fn of(&mut self, host: NodeId) -> Option<Rc<HostTitle>> {
        while let Some((_, title)) = self.titles.pop_front_if(|(node, _)| *node < host) {
            self.bytes -= weight(&title);
        }
        self.titles
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
        assert_eq!(titles.titles.len(), 1);
    }

    #[test]
    fn titles_for_which_there_is_no_room_are_left_out_until_others_are_forgotten() {
        let mut titles = HostTitles::default();
        let long = "x".repeat(TITLES_BYTES_MAX / 3);
        for place in 0..3 {
            titles.remember(NodeId::from(place), Some(title(&long)));
        }
        assert!(titles.of(NodeId::from(1)).is_some());
        assert!(titles.of(NodeId::from(2)).is_none());
        titles.remember(NodeId::from(3), Some(title(&long)));
        assert!(titles.of(NodeId::from(3)).is_some());
        assert_eq!(titles.titles.len(), 1);
    }
}
