//! One test for each fault that can happen to a run, over real sockets, with the real process.
//!
//! | | Fault | Test |
//! |---|---|---|
//! | 1 | a name that leads nowhere | [`connections::row_01_a_name_that_leads_nowhere`] |
//! | 2 | refused and reset connections | [`connections::row_02_refused_and_reset_connections`] |
//! | 3 | a certificate that is not trusted | [`connections::row_03_a_certificate_that_is_not_trusted`] |
//! | 4 | no connection or no answer in time | [`connections::row_04_no_connection_or_no_answer_in_time`] |
//! | 5 | a body that stands still, and one that drips | [`connections::row_05_a_body_that_stands_still`] |
//! | 6 | a truncated body | [`connections::row_06_a_truncated_body`] |
//! | 7 | a length that is wrong or absent | [`connections::row_07_a_length_that_is_wrong_or_absent`] |
//! | 8 | 429 and 503 that say when to come again | [`statuses::row_08_throttling`] |
//! | 9 | 5xx of the API, the gateway and Cloudflare | [`statuses::row_09_server_errors`] |
//! | 10 | 401 and 403 | [`statuses::row_10_denial`] |
//! | 11 | a child that answers 404 or 410 | [`statuses::row_11_a_child_that_is_not_found`] |
//! | 12 | a root that answers 404 | [`statuses::row_12_a_root_that_is_not_found`] |
//! | 13 | merged entities | [`crate::endings::a_survivor_takes_the_place_of_the_merged`] |
//! | 14 | deleted entities | [`crate::endings::a_deleted_child_is_counted_and_not_in_the_file`] |
//! | 15 | chains and cycles of merges | [`crate::endings::ten_merges_are_followed_and_the_eleventh_fails`], [`crate::endings::in_a_cycle_of_merges_the_last_one_reached_fails`] |
//! | 16 | JSON that is none, pages with status 200 | [`content::row_16_a_page_in_place_of_json`] |
//! | 17 | wrong types, nulls, nested where flat | [`content::row_17_wrong_types`] |
//! | 18 | a component that cannot be had or read | [`content::row_18_a_component_that_cannot_be_had`] |
//! | 19 | an oversized body | [`content::row_19_an_oversized_body`] |
//! | 20 | a gzip bomb | [`content::row_20_a_gzip_bomb`] |
//! | 21 | redirects in a circle or to elsewhere | [`content::row_21_redirects`] |
//! | 22 | cycles, duplicates, diamonds, self-parents | [`crate::endings::repeated_children_and_the_origin_are_not_followed`] |
//! | 23 | a hundred thousand children | [`trees::row_23_a_hundred_thousand_children`] |
//! | 24 | a chain of a thousand | [`crate::endings::a_chain_of_a_thousand_is_exported_to_its_end`] |
//! | 25 | the greatest depth | [`trees::row_25_the_greatest_depth`] |
//!
//! What a dead archive leads to is in [`outages`].

mod connections;
mod content;
mod harness;
mod outages;
mod statuses;
mod trees;
