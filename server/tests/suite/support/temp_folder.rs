//! Temporary folders, all inside one folder per run: `epic-suite-<number>` in the system's folder
//! for temporary files. It is removed with its last [`TempFolder`], also when a test panics.
//!
//! The run holds a lock on its folder, which the system releases when the process ends, even if it is
//! killed. A folder without a lock therefore belongs to a killed run: the next run stops the processes
//! that work in it (servers, PostgreSQL clusters) and removes it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, Mutex, Once},
    time::{Duration, Instant},
};

const PREFIX: &str = "epic-suite-";
/// Time limit for processes of a killed run to exit, after which they are killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// The folder of all temporary files of this process, including those of the built-in database.
static RUN_FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("{PREFIX}{}", rand::random::<u32>()));
    tempfile::env::override_temp_dir(&path).expect("no temporary file yet");
    path
});

struct Users {
    count: usize,
    /// The open run folder, locked.
    lock: Option<File>,
}

static USERS: Mutex<Users> = Mutex::new(Users {
    count: 0,
    lock: None,
});

/// The run's folder is not removed while a guard exists.
pub struct RunFolderGuard(());

impl RunFolderGuard {
    pub fn new() -> Self {
        static REMOVE_STALE: Once = Once::new();
        REMOVE_STALE.call_once(|| remove_stale_folders(&std::env::temp_dir()));
        let mut users = USERS.lock().expect("no panic");
        if users.count == 0 {
            users.lock = Some(create_locked(&RUN_FOLDER));
        }
        users.count += 1;
        Self(())
    }
}

impl Drop for RunFolderGuard {
    fn drop(&mut self) {
        let Ok(mut users) = USERS.lock() else { return };
        users.count -= 1;
        if users.count == 0 {
            let _ = fs::remove_dir_all(&*RUN_FOLDER);
            users.lock = None;
        }
    }
}

/// A folder for one test, removed with it.
pub struct TempFolder {
    folder: tempfile::TempDir,
    // Dropped last: the run's folder contains this one.
    _run: RunFolderGuard,
}

impl TempFolder {
    pub fn new() -> Self {
        let run = RunFolderGuard::new();
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            _run: run,
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The run's folder, for use as `TMPDIR` of a child process.
    pub fn run_folder() -> &'static Path {
        &RUN_FOLDER
    }
}

/// Creates the folder and locks it. Repeats both if another run removes the folder in between.
fn create_locked(path: &Path) -> File {
    loop {
        let _ = create_traversable(path);
        let folder = File::open(path);
        match folder {
            Ok(folder) if folder.try_lock().is_ok() && path.exists() => return folder,
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Creates a folder that other users may pass through, because PostgreSQL runs as a separate user when
/// the tests run as root.
fn create_traversable(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o711);
    builder.create(path)
}

fn remove_stale_folders(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_run = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if !is_run || path == *RUN_FOLDER {
            continue;
        }
        let Ok(folder) = File::open(&path) else {
            continue;
        };
        if folder.try_lock().is_ok() {
            stop_processes(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Stops every process that works in `folder`: SIGTERM stops a server, SIGQUIT a PostgreSQL cluster
/// with its connections.
fn stop_processes(folder: &Path) {
    for signals in [["-TERM", "-QUIT"], ["-KILL", "-KILL"]] {
        let found = processes(folder);
        if found.is_empty() {
            return;
        }
        for signal in signals {
            let _ = Command::new("kill").arg(signal).args(&found).output();
        }
        let since = Instant::now();
        while !processes(folder).is_empty() && since.elapsed() < STOP_TIMEOUT {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The ids of the processes whose working directory is inside `folder`; empty on systems without
/// `/proc`.
fn processes(folder: &Path) -> Vec<String> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter(|process| {
        let directory = fs::read_link(process.path().join("cwd"));
        directory.is_ok_and(|directory| directory.starts_with(folder))
    })
    .filter_map(|process| process.file_name().into_string().ok())
    .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
    .collect()
}
