//! The measured server: a process of its own.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use tonic::transport::{Channel, Endpoint};

use crate::{
    caller::Result,
    processor::{self, ProcessorTime},
    settings::Settings,
};

/// How long a server may take until it accepts connections: the built-in database is slow to start.
const START_MAX: Duration = Duration::from_mins(2);
const START_INTERVAL: Duration = Duration::from_millis(100);

/// A running server, stopped when dropped.
pub(crate) struct Server {
    process: Child,
    /// Its address.
    pub(crate) address: String,
}

impl Server {
    /// Starts a server with further settings on a free port of the loopback interface, and waits until it
    /// accepts connections.
    pub(crate) fn start(settings: &Settings, further: &[(&str, &str)]) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let address = format!("127.0.0.1:{port}");
        let process = settings
            .command("serve")
            .env("EPIC_LISTEN", &address)
            .env("RUST_LOG", "warn")
            .envs(further.iter().copied())
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { process, address };
        for _ in 0..START_MAX.as_millis() / START_INTERVAL.as_millis() {
            if TcpStream::connect(&server.address).is_ok() {
                return Ok(server);
            }
            if let Some(status) = server.process.try_wait()? {
                return Err(format!("the server has ended: {status}").into());
            }
            thread::sleep(START_INTERVAL);
        }
        Err("the server does not accept connections".into())
    }

    /// Where it serves.
    pub(crate) fn endpoint(&self) -> Result<Endpoint> {
        Ok(Channel::from_shared(format!("http://{}", self.address))?)
    }

    /// The processor time that it has used.
    pub(crate) fn processor_time(&self) -> Result<ProcessorTime> {
        processor::of_process(self.process.id())
    }

    /// The memory that it occupies, in KiB.
    pub(crate) fn memory(&self) -> Result<u64> {
        processor::memory(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
