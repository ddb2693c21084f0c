//! The measured server: a process of its own.

use std::{
    env,
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    caller::Result,
    database::{BenchDatabase, program},
    processor::{self, ProcessorTime},
};

/// A running server, stopped when dropped.
pub(crate) struct Server {
    process: Child,
    /// Its address.
    pub(crate) address: String,
}

impl Server {
    /// Starts a server on a free port of the loopback interface, and waits until it accepts connections.
    pub(crate) fn start(database: &BenchDatabase) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let address = format!("127.0.0.1:{port}");
        let process = Command::new(program())
            .arg("serve")
            .envs(database.settings.iter().cloned())
            .env("EPIC_LISTEN", &address)
            .env("RUST_LOG", "warn")
            // Without a .env, which would change the settings.
            .current_dir(env::temp_dir())
            .stdout(Stdio::null())
            .spawn()?;
        let server = Self { process, address };
        for _ in 0..100 {
            if TcpStream::connect(&server.address).is_ok() {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err("the server does not accept connections".into())
    }

    /// The processor time that it has used.
    pub(crate) fn processor_time(&self) -> Result<ProcessorTime> {
        processor::of_process(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
