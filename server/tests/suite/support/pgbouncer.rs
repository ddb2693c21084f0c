//! pgbouncer in front of the PostgreSQL server under test.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

use super::{
    cluster::{is_root, restrict_to_postgres},
    database::with_database,
    temp_folder::TempFolder,
    wait::eventually,
};

/// A running pgbouncer, killed when dropped.
pub struct Pgbouncer {
    child: Child,
    port: u16,
    user: String,
    _folder: TempFolder,
}

impl Pgbouncer {
    /// Starts pgbouncer with these settings in front of the server at the URL, which accepts the URL's user
    /// without a password. `None` if the program is not installed.
    pub async fn start(server: &str, settings: &str) -> Option<Self> {
        let folder = TempFolder::new();
        let (_, rest) = server.split_once("://").expect("a URL");
        let (user, address) = rest.split_once('@').expect("a user");
        let (address, _) = address.split_once('/').expect("a database");
        let (host, target) = address.rsplit_once(':').unwrap_or((address, "5432"));
        let user = user.split(':').next().expect("a name").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let users = folder.path().join("users");
        std::fs::write(&users, format!("\"{user}\" \"\"\n\"epic_app\" \"\"\n")).expect("a file");
        let file = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n{settings}\n",
            users.display()
        );
        std::fs::write(&file, text).expect("a file");
        for path in [folder.path(), &users, &file] {
            restrict_to_postgres(path);
        }
        let mut command = Command::new("pgbouncer");
        if is_root() {
            command.args(["-u", "postgres"]);
        }
        let started = command.arg(&file).stderr(Stdio::null()).spawn();
        let Ok(child) = started else {
            eprintln!("skipped: pgbouncer is not installed");
            return None;
        };
        eventually("pgbouncer listens", async || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        Some(Self {
            child,
            port,
            user,
            _folder: folder,
        })
    }

    /// The URL of a database through pgbouncer.
    pub fn url(&self, database: &str) -> String {
        let Self { port, user, .. } = self;
        with_database(&format!("postgres://{user}@127.0.0.1:{port}/x"), database)
    }
}

impl Drop for Pgbouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
