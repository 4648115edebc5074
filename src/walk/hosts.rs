//! Hosts: what the records of their children say of them.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::mods::document::Host;

use super::discovery::NodeId;

/// How many bytes the hosts may take: some 100,000 with titles alone at a time. Beyond that the records of further hosts'
/// children say nothing of them, each by its place in the order of the file, so that the same tree gives the same bytes.
const HOSTS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The hosts whose children are still to come, in the order of the file.
///
/// In that order the children of one place come after those of the places before it, so one that is passed over
/// is never asked for again.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    hosts: VecDeque<(NodeId, Rc<Host>)>,
    bytes: usize,
}

fn weight(host: &Host) -> usize {
    let texts = [&host.title, &host.sub_title].into_iter().flatten();
    let texts: usize = texts.map(|text| text.len()).sum();
    let kinds = host.kinds.iter();
    let kinds: usize = kinds.map(|kind| size_of_val(kind) + kind.0.len()).sum();
    size_of::<(NodeId, Rc<Host>)>() + size_of::<Host>() + texts + kinds
}

impl Hosts {
    /// Keeps a host, if there is room.
    pub(super) fn remember(&mut self, node: NodeId, host: Option<Host>) {
        if let Some(host) = host
            && self.bytes + weight(&host) <= HOSTS_BYTES_MAX
        {
            self.bytes += weight(&host);
            self.hosts.push_back((node, Rc::new(host)));
        }
    }

    /// Returns the host at a place, and forgets those of the places before it.
    pub(super) fn of(&mut self, host: NodeId) -> Option<Rc<Host>> {
        while let Some((_, host)) = self.hosts.pop_front_if(|(node, _)| *node < host) {
            self.bytes -= weight(&host);
        }
        self.hosts
            .front()
            .filter(|(node, _)| *node == host)
            .map(|(_, host)| Rc::clone(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(title: &str) -> Host {
        Host {
            title: Some(title.into()),
            ..Host::default()
        }
    }

    #[test]
    fn a_host_is_kept_until_the_children_of_a_later_place_come() {
        let mut hosts = Hosts::default();
        hosts.remember(NodeId::from(0), Some(title("root")));
        hosts.remember(NodeId::from(2), Some(title("second")));
        assert_eq!(hosts.of(NodeId::from(0)).as_deref(), Some(&title("root")));
        assert_eq!(hosts.of(NodeId::from(0)).as_deref(), Some(&title("root")));
        assert_eq!(hosts.of(NodeId::from(1)), None);
        assert_eq!(hosts.of(NodeId::from(2)).as_deref(), Some(&title("second")));
        assert_eq!(hosts.hosts.len(), 1);
    }

    #[test]
    fn hosts_for_which_there_is_no_room_are_left_out_until_others_are_forgotten() {
        let mut hosts = Hosts::default();
        let long = "x".repeat(HOSTS_BYTES_MAX / 3);
        for place in 0..3 {
            hosts.remember(NodeId::from(place), Some(title(&long)));
        }
        assert!(hosts.of(NodeId::from(1)).is_some());
        assert!(hosts.of(NodeId::from(2)).is_none());
        hosts.remember(NodeId::from(3), Some(title(&long)));
        assert!(hosts.of(NodeId::from(3)).is_some());
        assert_eq!(hosts.hosts.len(), 1);
    }
}
