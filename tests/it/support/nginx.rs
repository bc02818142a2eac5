//! nginx, as `config/nginx.conf` wants it, before two nodes on this machine.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Nginx {
    child: Child,
    dir: PathBuf,
}

impl Nginx {
    /// Listens at `port` when this returns.
    pub async fn start(port: u16, nodes: [u16; 2]) -> Nginx {
        let dir = std::env::temp_dir().join(format!("switchboard-nginx-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a temporary directory");
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/nginx.conf");
        let mut site = std::fs::read_to_string(ours).expect("config/nginx.conf");
        let [one, other] = nodes.map(|node| format!("127.0.0.1:{node}"));
        let here = format!("listen 127.0.0.1:{port};");
        for (in_compose, on_this_machine) in [("node1:8000", &one), ("node2:8000", &other), ("listen 80;", &here)] {
            assert_eq!(site.matches(in_compose).count(), 1, "{in_compose} is not in config/nginx.conf");
            site = site.replace(in_compose, on_this_machine);
        }
        let at = dir.display();
        let kept =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {at}/{kind};")).concat();
        let around = format!(
            "user root; daemon off; worker_processes 1; pid {at}/pid; error_log {at}/error.log; events {{ worker_connections 512; }} \
             http {{ access_log off; {kept} {site} }}"
        );
        let conf = dir.join("nginx.conf");
        std::fs::write(&conf, around).expect("a file");
        let log = std::fs::File::create(dir.join("said")).expect("a log");
        let mut command = Command::new("nginx");
        command.arg("-p").arg(&dir).arg("-c").arg(&conf).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().expect("nginx is there: `make test` installs it");
        let mut nginx = Nginx { child, dir };
        let deadline = Instant::now() + super::PATIENCE;
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(nginx.child.try_wait().is_ok_and(|ended| ended.is_none()), "{}", nginx.said());
            assert!(Instant::now() < deadline, "nginx does not come up: {}", nginx.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        nginx
    }

    fn said(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.dir.join(name)).unwrap_or_default();
        read("said") + &read("error.log")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- nginx:\n{}---", self.said());
        }
        // Killed by force the master leaves its workers behind.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
