//! The settings of the two ends of an export: where the entities come from, and where the file goes.

use std::path::PathBuf;

use super::cli::Cli;
use super::setting::Reader;
use super::timeouts::Timeouts;
use crate::config::{ArchiveConfig, BucketConfig, DestinationConfig, SourceConfig};

impl Reader {
    /// Reads where the entities come from.
    pub(crate) fn source(
        &mut self,
        cli: &Cli,
        fixtures: Option<PathBuf>,
        requests_in_flight_max: u32,
    ) -> Option<SourceConfig> {
        let api_url = self.base_address(
            "ARKE_API_URL",
            cli.arke_api_url.clone(),
            "https://api.arke.institute",
        );
        let gateway_url = self.base_address(
            "IPFS_GATEWAY_URL",
            cli.ipfs_gateway_url.clone(),
            "https://ipfs.arke.institute",
        );
        let rate = self.number(
            "MAX_REQUESTS_PER_SECOND",
            cli.max_requests_per_second.clone(),
            1..=1_000_000,
        );
        let timeouts = Timeouts::read(self, &cli.timeouts);
        Some(match fixtures {
            Some(folder) => SourceConfig::Folder(folder),
            None => SourceConfig::Archive(Box::new(ArchiveConfig {
                api_url: api_url?,
                gateway_url: gateway_url?,
                requests_per_second_max: rate,
                requests_in_flight_max,
                timeouts,
            })),
        })
    }

    /// Reads where the file goes.
    pub(crate) fn destination(
        &mut self,
        cli: Cli,
        output: Option<PathBuf>,
    ) -> Option<DestinationConfig> {
        if let Some(folder) = output {
            return Some(DestinationConfig::Folder(folder));
        }
        let account_id = self.text("R2_ACCOUNT_ID", cli.r2_account_id);
        let endpoint = self.text("R2_ENDPOINT", cli.r2_endpoint);
        let endpoint = match (endpoint, account_id) {
            (Some(endpoint), _) => self.address("R2_ENDPOINT", Some(endpoint.into()), ""),
            (None, Some(id))
                if id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
            {
                Some(format!("https://{id}.r2.cloudflarestorage.com"))
            }
            (None, Some(_)) => {
                self.problems.push(
                    "R2_ACCOUNT_ID is no account: letters, digits and '-' are expected".to_owned(),
                );
                None
            }
            (None, None) => {
                self.problems.push("R2_ACCOUNT_ID is missing (name the account, or write to a folder with --output)".to_owned());
                None
            }
        };
        let bucket = self
            .text("R2_BUCKET", cli.r2_bucket)
            .unwrap_or_else(|| "arke-exports".to_owned());
        let access_key_id = self.required_secret("R2_ACCESS_KEY_ID");
        let secret_access_key = self.required_secret("R2_SECRET_ACCESS_KEY");
        Some(DestinationConfig::Bucket(BucketConfig {
            endpoint: endpoint?,
            bucket,
            access_key_id: access_key_id?,
            secret_access_key: secret_access_key?,
            session_token: self.secret("R2_SESSION_TOKEN"),
        }))
    }
}
