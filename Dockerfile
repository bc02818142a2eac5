FROM node:20-bookworm-slim AS console
WORKDIR /build/static
COPY static/package.json static/package-lock.json ./
RUN npm ci || npm install --no-save
COPY static/ ./
RUN npm run build

FROM rust:1.95-bookworm AS server
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY config config
COPY migrations migrations
COPY src src
COPY --from=console /build/static/dist static/dist
RUN cargo build --release --locked --bin switchboard

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home /data switchboard && mkdir -p /data && chown switchboard /data
COPY --from=server /build/target/release/switchboard /usr/local/bin/switchboard
USER switchboard
WORKDIR /data
ENV HOST=0.0.0.0 DATABASE_URL=sqlite:///data/switchboard.db STORAGE=/data/files
VOLUME /data
EXPOSE 8000
CMD ["switchboard", "serve"]
