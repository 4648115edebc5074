//! Fault tests: one for each fault that can happen to a run, over real sockets, with the real process.
//!
//! | | Fault | Test |
//! |---|---|---|
//! | 1 | a host name that does not resolve | [`connections::row_01_a_host_name_that_does_not_resolve`] |
//! | 2 | refused and reset connections | [`connections::row_02_refused_and_reset_connections`], [`connections::row_02_a_stream_that_is_refused_by_goaway_uses_up_no_try`] |
//! | 3 | a certificate that is not trusted | [`connections::row_03_a_certificate_that_is_not_trusted`], [`delivery::row_03_a_bucket_whose_certificate_is_not_trusted_is_told_at_once`] |
//! | 4 | no connection or no response in time | [`connections::row_04_no_connection_or_no_response_in_time`], [`connections::row_04_the_timeout_for_a_connection_is_that_of_the_archive_alone`] |
//! | 5 | a stalled body, and a slow one | [`connections::row_05_a_stalled_body`] |
//! | 6 | a truncated body | [`connections::row_06_a_truncated_body`], [`delivery::row_06_an_answer_of_the_bucket_that_breaks_off_is_told_as_such`] |
//! | 7 | a wrong or absent `Content-Length` | [`connections::row_07_a_length_that_is_wrong_or_absent`] |
//! | 8 | 429 and 503 with `Retry-After` | [`statuses::row_08_throttling`] |
//! | 9 | 5xx of the API, the gateway and Cloudflare | [`statuses::row_09_server_errors`] |
//! | 10 | 401 and 403 | [`statuses::row_10_denial`] |
//! | 11 | a child that is 404 or 410 | [`statuses::row_11_a_child_that_is_not_found`] |
//! | 12 | a root that is 404 | [`statuses::row_12_a_root_that_is_not_found`] |
//! | 13 | merged entities | [`crate::tombstones::a_survivor_takes_the_place_of_the_merged`] |
//! | 14 | deleted entities | [`crate::tombstones::a_deleted_child_is_counted_and_not_in_the_file`] |
//! | 15 | chains and cycles of merges | [`crate::tombstones::ten_merges_are_followed_and_the_eleventh_fails`], [`crate::tombstones::in_a_cycle_of_merges_the_last_one_reached_fails`] |
//! | 16 | malformed JSON, HTML pages with status 200 | [`content::row_16_an_html_page_instead_of_json`] |
//! | 17 | wrong types, nulls, nested where flat | [`content::row_17_wrong_types`] |
//! | 18 | an unreachable or unreadable component | [`content::row_18_an_unavailable_component`], [`content::row_18_a_component_that_one_address_refuses_is_fetched_from_the_other`] |
//! | 19 | an oversized body | [`content::row_19_an_oversized_body`], [`delivery::row_19_of_a_refusal_no_more_is_read_than_a_person_would`] |
//! | 20 | a gzip bomb | [`content::row_20_a_gzip_bomb`] |
//! | 21 | redirects in a circle or to elsewhere | [`content::row_21_redirects`] |
//! | 22 | cycles, duplicates, diamonds, self-parents | [`crate::discovery::repeated_children_and_the_origin_are_not_followed`] |
//! | 23 | a hundred thousand children | [`trees::row_23_a_hundred_thousand_children`] |
//! | 24 | a chain of a thousand | [`crate::discovery::a_chain_of_a_thousand_is_exported_to_its_end`] |
//! | 25 | the maximum depth | [`trees::row_25_the_maximum_depth`] |
//! | 26 | a bucket that fails for a while or throttles | [`upload::row_26_temporary_errors_are_retried`], [`upload::row_26_the_time_that_the_bucket_asks_for_is_waited`], [`upload::row_26_a_single_put_is_retried_too`] |
//! | 27 | an error with status 200, a lost response | [`upload::row_27_an_error_document_with_status_200_is_retried`], [`upload::row_27_an_operation_that_succeeded_behind_an_error_is_found`], [`upload::row_27_a_permanent_error_ends_the_job_without_a_file`], [`crate::upload::an_unconfirmed_delivery_is_checked_by_a_head_request`], [`crate::upload::a_rerun_leaves_no_upload_open`] |
//! | 28 | refused keys, answers that are none of S3 | [`delivery::row_28_an_answer_that_is_none_of_s3_is_told_by_status_and_host`], [`delivery::row_28_an_encoding_that_was_not_asked_for_is_told_by_its_name`], [`upload::row_28_a_refusal_names_the_setting_and_never_its_value`], [`upload::row_28_a_wrong_secret_is_refused_by_the_bucket_itself`] |
//! | 29 | no such bucket | [`upload::row_29_a_missing_bucket_is_reported_before_any_manifest_has_come`] |
//! | 30 | a wrong clock | [`upload::row_30_a_wrong_clock_is_corrected_by_the_time_of_the_server`] |
//! | 31 | a part that breaks off or fails, a killed process | [`upload::row_31_a_part_that_breaks_off_is_sent_again_from_its_buffer`], [`upload::row_31_a_part_that_fails_for_good_ends_the_job_and_aborts_the_upload`], [`upload::row_31_a_process_that_is_killed_leaves_no_file`] |
//! | 32 | optional headers | [`upload::row_32_no_optional_header_is_sent`] |
//! | 33 | a callback that fails, an unreachable orchestrator | [`callbacks::row_33_a_callback_that_always_fails_is_retried_to_the_end_and_logged_whole`], [`callbacks::row_33_an_unreachable_orchestrator_does_not_fail_the_job`] |
//! | 34 | a callback with `Retry-After` | [`callbacks::row_34_retry_after_is_honoured`] |
//! | 35 | a callback that is refused or redirected | [`crate::callback::a_rejected_callback_is_sent_twice_and_a_410_is_final`], [`crate::callback::a_temporary_failure_is_retried_with_the_same_body`] |
//! | 36 | a callback before the orchestrator's row | [`crate::callback::on_a_fly_machine_the_callback_of_a_quick_job_is_sent_twice`], [`callbacks::row_36_on_a_fly_machine_an_early_error_is_sent_twice_too`] |
//! | 37 | signals | the tests of [`signals`] and [`delivery`] named so, and [`crate::shutdown`] |
//! | 38 | a signal after delivery | [`signals::row_38_a_signal_after_delivery_does_not_change_the_success`] |
//! | 39 | little memory | [`process::row_39_memory_stays_bounded_on_a_small_machine`] |
//! | 40 | a full disk, none at all, what only stands in the place of a file | the tests of [`process`] and [`files`] named so; a read-only root is a disk that takes no byte |
//! | 41 | output that is closed or not read | [`process::row_41_full_or_closed_pipes_change_nothing`], [`crate::shutdown::standard_output_that_is_closed_or_not_read_changes_nothing`] |
//! | 42 | missing or invalid settings | [`crate::config::all_problems_are_reported_in_one_error`] |
//! | 43 | hostile names | [`input::row_43_hostile_settings_are_refused_before_any_request`], [`input::row_43_hostile_names_in_the_data_are_harmless`], [`input::row_43_a_name_in_the_data_cannot_forge_a_line_of_the_log`], [`files::row_43_no_line_end_of_anybody_ends_a_line_of_the_log`] |
//! | 44 | secrets in logs, report, callback and panics | [`input::row_44_no_secret_is_seen_however_a_job_ends`] |
//! | 45 | characters that XML forbids, broken text | [`input::row_45_characters_that_xml_forbids_are_replaced_and_counted`] |
//! | 46 | panics | the tests of [`process`] named so |
//! | 47 | a fleet at the limit of the archive | [`crate::busy::nothing_is_lost_by_a_fleet`], [`crate::busy::throttling_is_told`] |
//! | 48 | an outage behind a cache | [`crate::busy::nothing_is_lost_in_an_outage_behind_a_cache`] |
//! | 49 | an archive that never answers | [`crate::busy::a_dead_archive_ends_the_job`] |
//! | 50 | what is larger in memory than in bytes | the tests of [`crate::memory`] |
//! | 51 | a job that is killed | the tests of [`crate::killed`] |
//! | 52 | a bucket that did not store what it says | the tests of [`delivery`] named so |
//! | 53 | settings with line ends, blanks, paths, fixed parts | [`crate::addresses::blanks_and_line_ends_around_a_value_are_taken_off`], [`crate::addresses::a_setting_that_cannot_be_right_is_named_and_its_value_is_not`], [`crate::addresses::a_path_in_the_endpoint_is_kept`] |
//!
//! What an outage leads to is in [`outages`], what becomes of the manifest of another entity or API in [`content`]. That the other family of addresses is tried (rows 1 and 2) shows only
//! on a machine that has both: [`connections::an_address_of_either_family_is_taken`].

mod callbacks;
mod connections;
mod content;
mod delivery;
mod files;
mod input;
mod outages;
mod process;
mod signals;
mod statuses;
mod trees;
mod upload;
