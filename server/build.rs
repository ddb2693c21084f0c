//! Rebuilds the crate when a migration is added: the program contains all of them.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
