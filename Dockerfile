# The image that a job runs in: one static binary, the user it runs as, and certificate authorities.
#
#     docker build --build-arg VERSION=0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" .
#
# The target `binary` is that binary alone, for those without a toolchain: ./deploy.sh --binary DIR.
#
# It is built for the architecture it is built on (amd64 or arm64). The same sources give the same binary.
ARG RUST_VERSION=1.95.0

FROM rust:${RUST_VERSION}-slim-bookworm AS build
# The C compiler is for ring. cargo keeps to the one target, so that build scripts and macros are built for the host.
ENV CARGO_INCREMENTAL=0 CARGO_NET_RETRY=5 TARGET_CC=musl-gcc
# A version of the compiler's package is gone from Debian as soon as there is the next.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends musl-tools \
 && rm -rf /var/lib/apt/lists/* \
 && rustup target add "$(uname -m)-unknown-linux-musl" \
 && printf '[build]\ntarget = "%s-unknown-linux-musl"\n' "$(uname -m)" > "$CARGO_HOME/config.toml"

# The dependencies are a layer of their own, which a change of the sources leaves as it is. Their sources lie in a
# cache, and are fetched again where it is gone. Benches, tests and examples are not there to be built.
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    awk '/^\[/ { unwanted = /^\[\[(bench|test|example)\]\]/ } !unwanted' Cargo.toml > needed.toml \
 && mv needed.toml Cargo.toml \
 && mkdir src && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
 && cargo build --release --locked \
 && rm -r src

# Without a touch cargo would take the empty package above for up to date: the sources can be older than it. Packed
# relocations are a fiftieth of the others, which are a tenth of the binary. Fly's init looks for the user in
# /etc/passwd even where it is a number, and gives up where there is no such file. Every time stamp in the layer is the
# same, so that the layer is.
COPY src src
COPY templates templates
# The commit stands behind the version that the worker tells.
ARG REVISION=
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    touch src/main.rs src/lib.rs \
 && WORKER_COMMIT="$REVISION" cargo rustc --release --locked --bin arke-mods-export-worker -- -C link-arg=-Wl,-z,pack-relative-relocs \
 && install -D target/*-musl/release/arke-mods-export-worker /image/usr/local/bin/arke-mods-export-worker \
 && test -n "$(/image/usr/local/bin/arke-mods-export-worker --version)" \
 && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
 && echo 'worker:x:65532:65532:worker:/:/usr/sbin/nologin' > /image/etc/passwd \
 && echo 'worker:x:65532:' > /image/etc/group \
 && find /image -exec touch --date=@0 {} +

FROM scratch AS binary
COPY --from=build /image/usr/local/bin/arke-mods-export-worker /

FROM scratch
COPY --from=build /image/ /
ARG SOURCE=https://arke.institute
ARG REVISION=unknown
ARG VERSION=unknown
LABEL org.opencontainers.image.title="arke-mods-export-worker" \
      org.opencontainers.image.description="Exports a tree of Arke entities as MODS 3.8 XML" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.version="${VERSION}"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/arke-mods-export-worker"]
