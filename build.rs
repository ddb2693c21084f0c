//! Generates messages, services and the descriptor set from `proto/epic/v1`. `protox` compiles the
//! files, so building does not require `protoc`.

use std::{env, error::Error, fs, path::PathBuf};

const FILES: [&str; 6] = [
    "epic/v1/auth.proto",
    "epic/v1/change.proto",
    "epic/v1/client.proto",
    "epic/v1/collaborator.proto",
    "epic/v1/contract.proto",
    "epic/v1/event.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto/epic");
    println!("cargo:rerun-if-changed=proto/google");
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(FILES)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(
        out.join("descriptors.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    tonic_prost_build::configure().compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
