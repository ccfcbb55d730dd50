//! Arguments in, exit status out.

use std::process::ExitCode;

/// That of musl makes threads wait for one another.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(amllint::cli::main())
}
