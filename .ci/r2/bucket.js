// A Worker that maps the requests of the S3 API to the R2 binding, which is Cloudflare's own code and keeps R2's rules.
// Signatures are not checked here. GET / tells which uploads are neither completed nor aborted.

const open = new Set();

// https://developers.cloudflare.com/r2/api/error-codes/
const CODES = {
  10007: [404, "NoSuchKey"],
  10011: [400, "EntityTooSmall"],
  10013: [400, "IncompleteBody"],
  10024: [404, "NoSuchUpload"],
  10025: [400, "InvalidPart"],
  10048: [400, "InvalidPart"],
};

function xml(status, body) {
  const text = `<?xml version="1.0" encoding="UTF-8"?>${body}`;
  return new Response(text, { status, headers: { "content-type": "application/xml" } });
}

function failure(error) {
  const message = String(error.message);
  const number = message.match(/\((\d{5})\)/)?.[1];
  const [status, code] = CODES[number] ?? [500, "InternalError"];
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return xml(status, `<Error><Code>${code}</Code><Message>${text}</Message></Error>`);
}

function metadata(object) {
  return {
    etag: `"${object.etag}"`,
    "content-length": String(object.size),
    "content-type": object.httpMetadata?.contentType ?? "",
  };
}

async function completed(upload, request) {
  const parts = [];
  for (const [part] of (await request.text()).matchAll(/<Part>.*?<\/Part>/gs)) {
    const partNumber = Number(part.match(/<PartNumber>(\d+)</)[1]);
    const etag = part.match(/<ETag>(.*?)<\/ETag>/)[1].replaceAll("&quot;", "").replaceAll('"', "");
    parts.push({ partNumber, etag });
  }
  return upload.complete(parts);
}

async function answer(request, bucket) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/") return Response.json([...open]);
  const key = decodeURIComponent(pathname).split("/").slice(2).join("/");
  const id = searchParams.get("uploadId");
  const upload = id && bucket.resumeMultipartUpload(key, id);
  const httpMetadata = { contentType: request.headers.get("content-type") };
  switch (request.method) {
    case "HEAD": {
      const object = await bucket.head(key);
      return new Response(null, object ? { headers: metadata(object) } : { status: 404 });
    }
    case "GET": {
      const range = request.headers.get("range") ? request.headers : undefined;
      const onlyIf = request.headers.get("if-match") ? request.headers : undefined;
      const object = await bucket.get(key, { range, onlyIf });
      if (!object) return failure(new Error("(10007)"));
      if (!object.body) return xml(412, "<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>");
      const headers = metadata(object);
      if (!range) return new Response(object.body, { headers });
      const { offset, length } = object.range;
      headers["content-length"] = String(length);
      headers["content-range"] = `bytes ${offset}-${offset + length - 1}/${object.size}`;
      return new Response(object.body, { status: 206, headers });
    }
    case "PUT": {
      const length = Number(request.headers.get("content-length"));
      const body = await request.arrayBuffer();
      if (body.byteLength !== length) return failure(new Error("(10013)"));
      const stored = upload
        ? await upload.uploadPart(Number(searchParams.get("partNumber")), body)
        : await bucket.put(key, body, { httpMetadata });
      return new Response(null, { headers: { etag: `"${stored.etag}"` } });
    }
    case "POST": {
      if (upload) {
        const object = await completed(upload, request);
        open.delete(id);
        const etag = `<ETag>"${object.etag}"</ETag>`;
        return xml(200, `<CompleteMultipartUploadResult><Key>${key}</Key>${etag}</CompleteMultipartUploadResult>`);
      }
      const { uploadId } = await bucket.createMultipartUpload(key, { httpMetadata });
      open.add(uploadId);
      const named = `<Key>${key}</Key><UploadId>${uploadId}</UploadId>`;
      return xml(200, `<InitiateMultipartUploadResult>${named}</InitiateMultipartUploadResult>`);
    }
    case "DELETE": {
      await upload.abort();
      open.delete(id);
      return new Response(null, { status: 204 });
    }
    default:
      return xml(501, "<Error><Code>NotImplemented</Code><Message>no</Message></Error>");
  }
}

export default {
  async fetch(request, { BUCKET }) {
    try {
      return await answer(request, BUCKET);
    } catch (error) {
      return failure(error);
    }
  },
};
