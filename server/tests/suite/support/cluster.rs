//! A PostgreSQL cluster for a single test, which may stop and start it. It uses the installed
//! programs, a temporary folder and a free port of the loopback interface.

use std::{
    net::TcpListener,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use epic_server::db::migrations;

use super::{certificates::IssuedCertificate, temp_folder::TempFolder};

pub struct PostgresCluster {
    programs: PathBuf,
    folder: TempFolder,
    port: u16,
}

/// A cluster with the tables of the program, and a standby that follows it.
pub struct ReplicatedCluster {
    pub primary: PostgresCluster,
    pub standby: PostgresCluster,
}

impl ReplicatedCluster {
    /// Creates and starts both. `None` if PostgreSQL's programs are not installed.
    pub async fn start() -> Option<Self> {
        let primary = PostgresCluster::start(None)?;
        let url = primary.url("127.0.0.1", "");
        migrations::run(&url).await.expect("migrations");
        let standby = primary.start_standby();
        Some(Self { primary, standby })
    }

    /// The URL that names both.
    pub fn url(&self) -> String {
        let hosts = [&self.primary, &self.standby].map(|it| it.authority("127.0.0.1"));
        format!("postgres://postgres@{}/postgres", hosts.join(","))
    }
}

impl PostgresCluster {
    /// Creates and starts a cluster, with TLS if there is a certificate. `None` if PostgreSQL's
    /// programs are not installed.
    pub fn start(tls: Option<&IssuedCertificate>) -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL's programs are not in /usr/lib/postgresql/*/bin");
            return None;
        };
        Some(Self::start_with(programs, tls))
    }

    /// Creates and starts a cluster with the programs in this folder.
    pub fn start_with(programs: PathBuf, tls: Option<&IssuedCertificate>) -> Self {
        let mut cluster = Self {
            programs,
            folder: TempFolder::new(),
            port: 0,
        };
        restrict_to_postgres(cluster.folder.path());
        let created = cluster.run(
            "initdb",
            &[
                "-U",
                "postgres",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        );
        assert!(created.status.success(), "{created:?}");
        if let Some(issued) = tls {
            cluster.write("server.crt", &issued.cert);
            cluster.write("server.key", &issued.key);
        }
        let ssl = if tls.is_some() { "on" } else { "off" };
        cluster.start_on_free_port(&format!("ssl = {ssl}\nmax_connections = 60\n"));
        cluster
    }

    /// Creates and starts a standby of this cluster, which follows it.
    pub fn start_standby(&self) -> Self {
        let mut standby = Self {
            programs: self.programs.clone(),
            folder: TempFolder::new(),
            port: 0,
        };
        restrict_to_postgres(standby.folder.path());
        let source = format!("host=127.0.0.1 port={} user=postgres", self.port);
        let copied = standby.run("pg_basebackup", &["-d", &source, "-c", "fast", "-R"]);
        assert!(copied.status.success(), "{copied:?}");
        standby.start_on_free_port(&format!(
            "ssl = off\nmax_connections = 60\nprimary_conninfo = '{source}'\n"
        ));
        standby
    }

    fn start_on_free_port(&mut self, settings: &str) {
        // Another program may bind the port before PostgreSQL does.
        for _ in 0..5 {
            self.port = free_port();
            self.write(
                "postgresql.auto.conf",
                &format!(
                    "port = {}\nlisten_addresses = '127.0.0.1'\n\
                     unix_socket_directories = '{}'\n{settings}",
                    self.port,
                    self.folder.path().display(),
                ),
            );
            if self
                .run("pg_ctl", &["-w", "-l", "log", "start"])
                .status
                .success()
            {
                return;
            }
        }
        panic!("PostgreSQL does not start: {}", self.log());
    }

    /// What PostgreSQL has logged.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Promotes a standby to a primary.
    pub fn promote(&self) {
        let promoted = self.run("pg_ctl", &["-w", "promote"]);
        assert!(promoted.status.success(), "{promoted:?}");
    }

    /// Suspends all processes of the cluster, like a frozen machine whose kernel still accepts
    /// connections.
    pub fn freeze(&self) {
        self.signal_all("-STOP");
    }

    fn signal_all(&self, signal: &str) {
        let Ok(file) = std::fs::read_to_string(self.data().join("postmaster.pid")) else {
            return;
        };
        let main = file.lines().next().expect("a process id");
        let children = format!("/proc/{main}/task/{main}/children");
        let children = std::fs::read_to_string(children).unwrap_or_default();
        let signalled = Command::new("kill")
            .args([signal, main])
            .args(children.split_whitespace())
            .stderr(std::process::Stdio::null())
            .status();
        // A process may have ended meanwhile.
        signalled.expect("to run");
    }

    /// Stops the cluster without a checkpoint, as a power failure does.
    pub fn stop_immediately(&self) {
        let stopped = self.run("pg_ctl", &["-w", "-m", "immediate", "stop"]);
        assert!(stopped.status.success(), "{stopped:?}");
    }

    /// Starts the cluster again on the same data.
    pub fn restart(&self) {
        let started = self.run("pg_ctl", &["-w", "-l", "log", "start"]);
        assert!(started.status.success(), "{started:?}");
    }

    /// The URL of the cluster's first database, with this host and these options.
    pub fn url(&self, host: &str, options: &str) -> String {
        format!(
            "postgres://postgres@{}/postgres?{options}",
            self.authority(host)
        )
    }

    /// The host and the port, as in a URL.
    pub fn authority(&self, host: &str) -> String {
        format!("{host}:{}", self.port)
    }

    pub fn socket_url(&self, options: &str) -> String {
        let folder = self.folder.path().display();
        format!(
            "postgres://postgres@/postgres?host={folder}&port={}&{options}",
            self.port
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.data().join(name);
        std::fs::write(&path, text).expect("a file");
        restrict_to_postgres(&path);
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .arg("-D")
            .arg(self.data())
            .args(arguments)
            .current_dir(self.folder.path())
            // The background processes of `pg_ctl` would keep a pipe open.
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        command.output().expect("to run")
    }
}

impl Drop for PostgresCluster {
    fn drop(&mut self) {
        self.signal_all("-CONT");
        self.run("pg_ctl", &["-w", "-m", "immediate", "stop"]);
    }
}

/// Makes a path readable for PostgreSQL only: it refuses a key that others may read.
pub(super) fn restrict_to_postgres(path: &Path) {
    let mode = if path.is_dir() { "700" } else { "600" };
    let mut commands = vec![Command::new("chmod")];
    commands[0].arg(mode).arg(path);
    if is_root() {
        commands.push(Command::new("chown"));
        commands[1].arg("postgres").arg(path);
    }
    for mut command in commands {
        assert!(command.status().expect("to run").success());
    }
}

/// Whether the tests run as root. PostgreSQL's programs refuse to run as root.
pub(super) fn is_root() -> bool {
    let process = std::fs::metadata("/proc/self").expect("a process");
    process.uid() == 0
}

/// The folder of the installed programs of the latest version.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
        .max()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
