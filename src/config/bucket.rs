//! The bucket that the file goes to: its name, its server, and the right to write to it.

use url::Url;

use crate::job::is_plain;

use super::BucketConfig;
use super::cli::{Cli, DestinationFlags};
use super::setting::{Reader, Setting};

impl Reader {
    /// Reads where the file goes.
    pub(super) fn bucket(&mut self, flags: &DestinationFlags) -> Option<BucketConfig> {
        let bucket = self.text(flags.r2_bucket.as_ref());
        let is_name = |name: &str| is_plain(name) && name != "." && !name.contains("..");
        if bucket.as_deref().is_some_and(|name| !is_name(name)) {
            let problem = "is no name of a bucket: letters, digits, '.', '_' and '-' are expected, without '..'";
            self.problem("R2_BUCKET", problem);
        }
        let endpoint = self.endpoint(flags, bucket.as_deref());
        let access_key_id = self.required_key("R2_ACCESS_KEY_ID");
        let secret_access_key = self.required_key("R2_SECRET_ACCESS_KEY");
        let session_token = self.key("R2_SESSION_TOKEN");
        Some(BucketConfig {
            endpoint: endpoint?,
            bucket: bucket?,
            access_key_id: access_key_id?,
            secret_access_key: secret_access_key?,
            session_token,
        })
    }

    /// Tells whether nothing says where the file goes, and nobody waits for it: a person at a terminal means a folder, and
    /// is to be told so, and not what a bucket needs.
    pub(super) fn is_nowhere(&mut self, cli: &Cli) -> bool {
        let (job, flags) = (&cli.job, &cli.destination);
        let settings = [
            &job.task_id,
            &job.callback_url,
            &flags.output,
            &flags.r2_account_id,
            &flags.r2_endpoint,
        ];
        let mut keys = ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"].into_iter();
        let is_nowhere = !settings.into_iter().flatten().any(Setting::is_given)
            && !keys.any(|name| self.variable(name).is_some());
        if is_nowhere {
            let problem = "is missing (name the folder to write to, as in --output out; a bucket needs TASK_ID and the R2_ \
                           settings)";
            self.problem("--output", problem);
        }
        is_nowhere
    }

    /// Returns the address of the server.
    fn endpoint(&mut self, flags: &DestinationFlags, bucket: Option<&str>) -> Option<Url> {
        let problems_before = self.problems.len();
        let account_id = self.text(flags.r2_account_id.as_ref());
        if let Some(endpoint) = self.base_url(flags.r2_endpoint.as_ref(), &[]) {
            if bucket.is_some_and(|bucket| holds_bucket(&endpoint, bucket)) {
                let problem =
                    "already names the bucket, which is added to it (leave that part out)";
                self.problem("R2_ENDPOINT", problem);
            }
            return Some(endpoint);
        }
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let problem = match account_id {
            _ if self.problems.len() > problems_before => return None,
            Some(id) => {
                let address = format!("https://{id}.r2.cloudflarestorage.com/");
                let address = Url::parse(&address).ok();
                match address.filter(|_| id.bytes().all(is_allowed)) {
                    Some(endpoint) => return Some(endpoint),
                    None => "is no account: letters, digits and '-' are expected",
                }
            }
            None => "is missing (name the account, or write to a folder with --output)",
        };
        self.problem("R2_ACCOUNT_ID", problem);
        None
    }
}

/// Tells whether the address of an S3-compatible server already names a bucket: as the end of its path, or as the
/// first label of its host where the provider puts it there.
pub(super) fn holds_bucket(endpoint: &Url, bucket: &str) -> bool {
    let path = endpoint.path().trim_end_matches('/');
    let rest = endpoint
        .host_str()
        .and_then(|host| host.strip_prefix(bucket)?.strip_prefix('.'));
    let is_providers =
        |host: &str| host.ends_with(".r2.cloudflarestorage.com") || host.starts_with("s3.");
    path.rsplit('/').next() == Some(bucket) || rest.is_some_and(is_providers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_names_the_bucket_is_known() {
        for (endpoint, expected) in [
            ("https://acc.r2.cloudflarestorage.com", false),
            ("https://acc.r2.cloudflarestorage.com/arke-exports/", true),
            ("https://arke-exports.acc.r2.cloudflarestorage.com", true),
            ("https://arke-exports.s3.eu-west-1.amazonaws.com", true),
            // A host may be called as the bucket is.
            ("http://arke-exports.example.org:9000", false),
            ("http://localhost:9000/some/prefix", false),
        ] {
            let url = Url::parse(endpoint).expect("an address");
            assert_eq!(holds_bucket(&url, "arke-exports"), expected, "{endpoint}");
        }
    }
}
