//! Whole exports by the real binary as it ships, against servers on this machine.
//!
//! `cargo bench --bench exports` prints every figure with its ratio to what it has to reach; a name behind `--` chooses
//! some: `start`, `far`, `cpu`, `growth`, `million`; `busy` only if it is named. Each run is a process of its own, and only what it uses itself counts. As a
//! test (`cargo test --benches`) it makes small trees once, to see that it still works.
//!
//! - [`build`]: the programs that are measured
//! - [`archive`]: a server whose answers are ready and wait as long as they should
//! - [`world`]: the answers to be, and the least time that a tree can take
//! - [`run`]: one run and its cost
//! - [`figures`]: what is measured
//! - [`busy`]: exports from an archive that bears less than it is asked

mod archive;
mod build;
mod busy;
mod figures;
mod run;
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../../tests/worker/support/mod.rs"]
mod support;
mod world;

use figures::Scale;

#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn main() {
    let (flags, names): (Vec<_>, Vec<_>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let is_test = !flags.iter().any(|flag| flag == "--bench");
    let is_busy = names.first().is_some_and(|name| name == "busy");
    let programs = if is_test {
        build::as_tested()
    } else if is_busy {
        build::given_worker().unwrap_or_else(build::as_shipped)
    } else {
        build::given().unwrap_or_else(build::as_shipped)
    };
    let scale = Scale {
        divisor: if is_test { 500 } else { 1 },
        repeats: if is_test { 1 } else { 3 },
    };
    println!("the worker: {}", programs.kind);
    let is_wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async {
            if is_busy || is_test {
                busy::run(&programs, names.get(1..).unwrap_or_default(), is_test).await;
            }
            if is_busy {
                return;
            }
            if is_wanted("start") {
                figures::start(&programs, scale).await;
            }
            if is_wanted("far") {
                figures::far(&programs, scale).await;
            }
            if is_wanted("cpu") {
                figures::cpu(&programs, scale).await;
            }
            if is_wanted("growth") {
                figures::growth(&programs, scale).await;
            }
            if is_wanted("million") {
                figures::million(&programs, scale).await;
            }
        });
}
