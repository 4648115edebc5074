//! Part of a multipart upload: sent until the bucket names the `ETag` of its bytes.

use anyhow::{Result, bail};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::CompletedPart;
use bytes::Bytes;

use crate::sanitize::{excerpt, one_line};

use super::error::explain;
use super::object::Object;
use super::payload::Payload;
use super::{Bucket, e_tag};

/// How often a part is sent that is taken with another `ETag` than that of its bytes, or without one.
const TRIES: u32 = 3;

/// Sends a part until the bucket says that it has its bytes; returns what the request that completes the upload says of
/// it, and its memory.
///
/// # Errors
///
/// Says what the server answered.
pub(super) async fn send(
    object: Object,
    id: Option<String>,
    number: i32,
    part: Payload,
) -> Result<(CompletedPart, Bytes)> {
    let bucket = &object.bucket;
    let ours = e_tag::of_whole(part.md5);
    let mut tries = 0;
    loop {
        let upload = bucket
            .client
            .upload_part()
            .bucket(&bucket.name)
            .key(&object.key)
            .set_upload_id(id.clone());
        let sent = upload
            .part_number(number)
            .body(ByteStream::from(part.bytes.clone()))
            .customize()
            .interceptor(part.signature())
            .send()
            .await;
        let e_tag = sent.map_err(|error| explain(bucket, &error))?.e_tag;
        let problem = match &e_tag {
            Some(named) if e_tag::is_ours(named, &ours, Some(named)) == Some(true) => {
                let completed = CompletedPart::builder().part_number(number).e_tag(named);
                return Ok((completed.build(), part.bytes));
            }
            Some(named) => format!("with the ETag {} and not {ours}", excerpt(&one_line(named))),
            None => "without an ETag".to_owned(),
        };
        tries += 1;
        if tries == TRIES {
            let Bucket { name, host, .. } = bucket;
            bail!(
                "bucket {name} took part {number} {problem}: check {host} and what stands before it"
            );
        }
        bucket.transport.count_retry();
    }
}
