//! The server is stopped or killed, and restarted.

use std::{fmt::Debug, mem};

use epic::{
    api::{ApiRequest, ApiResponse, ReceivedChange, RequestError},
    app::DemoAccount,
    client::{Api, Server},
    messages::{Lang, Messages},
    runtime::Backend,
    session_file::SessionStorage,
};
use epic_events::v1::{
    ChangeKind, Client, Contract, HistoryEntry, ListClientsRequest, ListContractsRequest,
    ListHistoryRequest, RecordType,
};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    Proxy, ProxyMode, observer,
    restartable_server::{End, RestartableServer},
    until,
};
use crate::support::real_client::{CTRL_S, CTRL_U, User, run_client_on};

/// The step of a save at which the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outage {
    /// After the form is filled in, before it is saved.
    BeforeSave,
    /// Before the form is opened. A list is reloaded first.
    BeforeForm,
    /// While the request is sent.
    DuringSave,
    /// After the client has received the reply. A list is then reloaded.
    AfterReply,
    /// After the server has written the record. Its reply, and those to a list, are lost.
    BeforeReply,
}

/// The outages of a connection without a proxy.
const DIRECT: &[Outage] = &[
    Outage::BeforeSave,
    Outage::BeforeForm,
    Outage::DuringSave,
    Outage::AfterReply,
];

/// A form to be saved.
struct Save {
    /// The text on the screen while the form is open.
    title: &'static str,
    /// Opens the form and fills it in.
    keys: String,
    /// The text on the screen after the save.
    saved: String,
}

/// The backend of the client, which records the requests that write.
#[derive(Clone)]
struct Recorder {
    api: Api,
    writes: UnboundedSender<ApiRequest>,
}

impl Backend for Recorder {
    fn send(
        &self,
        request: ApiRequest,
    ) -> impl Future<Output = Result<ApiResponse, RequestError>> + Send {
        if request.writes() {
            let _ = self.writes.send(request.clone());
        }
        let api = self.api.clone();
        async move { api.send(request).await }
    }

    fn watch(&self, resume_token: String) -> mpsc::Receiver<ReceivedChange> {
        self.api.watch(resume_token)
    }
}

/// A signed-in user, the server, and an API client that reads the written records.
struct Scenario<'a> {
    end: End,
    process: &'a mut RestartableServer,
    proxy: Option<Proxy>,
    user: User,
    api: Api,
    /// The writes that the client sends.
    writes: UnboundedReceiver<ApiRequest>,
    /// The received writes of the current save.
    sent: Vec<ApiRequest>,
}

impl Scenario<'_> {
    /// Ends the server and waits until its process has exited.
    async fn end(&mut self) {
        self.process.begin_end(self.end);
        if let Some(proxy) = &mut self.proxy {
            // Otherwise a graceful stop would wait for the client to receive the dropped replies.
            proxy.cut(ProxyMode::Reset).await;
        }
        self.process.wait(self.end).await;
    }

    async fn start(&mut self) {
        self.process.start().await;
        if let Some(proxy) = &mut self.proxy {
            proxy.open().await;
        }
    }

    async fn open(&self, save: &Save) {
        let (open, fill) = save.keys.split_at(1);
        self.user.keys(open);
        self.user.expect_text(save.title).await;
        self.user.keys(fill);
    }

    /// Saves a form; the server ends at the step `outage` and is restarted. `is_written` returns
    /// whether the server has written the record.
    async fn save(&mut self, outage: Outage, save: &Save, is_written: impl AsyncFn(&Api) -> bool) {
        match outage {
            Outage::BeforeSave => {
                self.open(save).await;
                self.end().await;
                self.user.keys(CTRL_S);
                self.user.expect_text("The save waits for the server").await;
            }
            Outage::BeforeForm => {
                self.end().await;
                self.user.keys("r");
                self.user.expect_text("  ○").await;
                self.open(save).await;
                self.user.keys(CTRL_S);
                self.user.expect_text("The save waits for the server").await;
            }
            Outage::DuringSave => {
                self.open(save).await;
                self.user.keys(CTRL_S);
                self.sent.extend(self.writes.recv().await);
                self.end().await;
            }
            Outage::AfterReply => {
                self.open(save).await;
                self.user.keys(CTRL_S);
                self.user.expect_text(&save.saved).await;
                self.end().await;
                self.user.keys("r");
                self.user.expect_text("  ○").await;
            }
            Outage::BeforeReply => {
                if let Some(proxy) = &self.proxy {
                    proxy.drop_replies();
                }
                self.user.keys("r");
                self.open(save).await;
                self.user.keys(CTRL_S);
                until(async || is_written(&self.api).await.then_some(())).await;
                self.end().await;
                self.user.expect_text("The save waits for the server").await;
            }
        }
        self.start().await;
        self.user.expect_no_text(save.title).await;
        self.user.expect_text("  ●").await;
    }

    /// The request of the current save, which the client may have sent several times.
    fn request(&mut self, outage: Outage) -> ApiRequest {
        let mut sent = mem::take(&mut self.sent);
        while let Ok(request) = self.writes.try_recv() {
            sent.push(request);
        }
        let retried = matches!(
            outage,
            Outage::BeforeSave | Outage::BeforeForm | Outage::BeforeReply
        );
        assert!(sent.len() > usize::from(retried), "{outage:?}");
        let first = &sent[0];
        assert!(sent.iter().all(|it| it == first), "{outage:?}");
        sent.swap_remove(0)
    }

    /// Creates a client and edits it; the server is restarted during both.
    async fn save_client(&mut self, outage: Outage) {
        let name = format!("{outage:?} Plumet");
        let email = format!("{outage:?}@plume.fr").to_lowercase();
        let create = Save {
            title: "New client",
            keys: format!("n{name}\tPlume SA\t{email}\t01 02 03 04 05"),
            saved: format!("“{name}” is added."),
        };
        let exists = async |api: &Api| !clients(api, &name).await.is_empty();
        self.save(outage, &create, exists).await;
        let created = only(clients(&self.api, &name).await);
        let kinds = history(&self.api, RecordType::Client, created.id).await;
        assert_eq!(kinds, [ChangeKind::Created], "{outage:?}");
        let ApiRequest::CreateClient(request) = self.request(outage) else {
            panic!("another request");
        };
        assert_eq!(request.name, name);

        self.user.expect_text(&name).await;
        let edit = Save {
            title: "Edit “",
            keys: format!("e\t{CTRL_U}Duvet SA"),
            saved: format!("“{name}” is saved."),
        };
        let is_changed = async |api: &Api| {
            let found = clients(api, &name).await;
            found.iter().any(|client| client.company == "Duvet SA")
        };
        self.save(outage, &edit, is_changed).await;
        let edited = only(clients(&self.api, &name).await);
        assert_eq!((edited.id, &*edited.company), (created.id, "Duvet SA"));
        let kinds = history(&self.api, RecordType::Client, created.id).await;
        assert_eq!(kinds, [ChangeKind::Changed, ChangeKind::Created]);
        let ApiRequest::UpdateClient(request) = self.request(outage) else {
            panic!("another request");
        };
        assert_eq!(request.etag, created.etag, "{outage:?}");
    }

    /// Opens the form and its pick-list, restarts the server, and chooses the client of this name.
    async fn pick(&mut self, form: &str, title: &str, client: &str) {
        self.user.keys(form);
        self.user.expect_text(title).await;
        self.user.keys("\n");
        self.user.expect_text("Choose the client").await;
        self.end().await;
        self.user.keys(&client.to_lowercase());
        self.user.expect_text("  ○").await;
        self.start().await;
        self.user.expect_text(&format!("▌ {client}")).await;
        self.user.keys("\n");
        self.user.expect_no_text("Choose the client").await;
    }

    /// Creates a contract and edits it; the server is restarted while the pick-list is open.
    async fn save_contract(&mut self, of: [&str; 2]) {
        self.pick("n", "New contract", of[0]).await;
        self.user.keys(&format!(
            "Bal des plumets\t1000\t{CTRL_U}500\t1/12/2026{CTRL_S}"
        ));
        self.user.expect_no_text("New contract").await;
        let created = only(contracts(&self.api).await);
        assert_eq!(created.client_name, of[0]);
        let kinds = history(&self.api, RecordType::Contract, created.id).await;
        assert_eq!(kinds, [ChangeKind::Created]);
        self.user.expect_text("  ●").await;

        self.pick("e", "Edit “", of[1]).await;
        self.user.keys(CTRL_S);
        self.user.expect_no_text("Edit “").await;
        let edited = only(contracts(&self.api).await);
        assert_eq!((edited.id, &*edited.client_name), (created.id, of[1]));
        let kinds = history(&self.api, RecordType::Contract, created.id).await;
        assert_eq!(kinds, [ChangeKind::Changed, ChangeKind::Created]);
        self.user.expect_text("  ●").await;
    }
}

/// The only record found.
fn only<T: Debug>(mut found: Vec<T>) -> T {
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// The reply to a request, which is repeated while the server restarts.
async fn answered<T>(mut request: impl AsyncFnMut() -> Result<T, RequestError>) -> T {
    until(async || match request().await {
        Ok(reply) => Some(reply),
        Err(RequestError::Unavailable(_)) => None,
        Err(error) => panic!("{error:?}"),
    })
    .await
}

async fn clients(api: &Api, name: &str) -> Vec<Client> {
    let request = ListClientsRequest {
        query: name.to_owned(),
        ..ListClientsRequest::default()
    };
    answered(async || api.list_clients(request.clone()).await)
        .await
        .clients
}

async fn contracts(api: &Api) -> Vec<Contract> {
    let request = ListContractsRequest {
        query: "Bal des plumets".to_owned(),
        ..ListContractsRequest::default()
    };
    answered(async || api.list_contracts(request.clone()).await)
        .await
        .contracts
}

/// The changes of the record, the latest first.
async fn history(api: &Api, record: RecordType, id: i64) -> Vec<ChangeKind> {
    let request = ListHistoryRequest {
        record: record.into(),
        record_id: Some(id),
        ..ListHistoryRequest::default()
    };
    let reply = answered(async || api.list_history(request.clone()).await).await;
    reply.entries.iter().map(HistoryEntry::kind).collect()
}

/// Signs an account in, by its number on the login screen, and runs the work.
async fn run_scenario(
    end: End,
    process: &mut RestartableServer,
    proxy: Option<Proxy>,
    account: usize,
    work: impl AsyncFnOnce(&mut Scenario<'_>),
) {
    let accounts: Vec<DemoAccount> = process.accounts.clone();
    let server = match &proxy {
        Some(proxy) => Server {
            url: format!("http://{}", proxy.address),
            ca: None,
        },
        None => process.server.clone(),
    };
    let (sender, writes) = unbounded_channel();
    let backend = Recorder {
        api: Api::new(&server, Messages::new(Lang::En), SessionStorage::Memory).unwrap(),
        writes: sender,
    };
    let api = observer(&process.server, &accounts[account - 1]).await;
    run_client_on(backend, &accounts, async |user, _| {
        user.expect_text("Press a key, then Enter").await;
        user.sign_in(u8::try_from(account).unwrap());
        user.expect_text("  ●").await;
        let mut scenario = Scenario {
            end,
            process,
            proxy,
            user,
            api,
            writes,
            sent: Vec::new(),
        };
        work(&mut scenario).await;
        scenario.user.keys("q");
    })
    .await;
}

async fn every_save_is_written_once(end: End) {
    let mut process = RestartableServer::start_with_sample_data().await;
    run_scenario(end, &mut process, None, 2, async |scenario| {
        for &outage in DIRECT {
            scenario.save_client(outage).await;
        }
    })
    .await;
    let proxy = Proxy::new(process.address()).await;
    run_scenario(end, &mut process, Some(proxy), 2, async |scenario| {
        scenario.save_client(Outage::BeforeReply).await;
    })
    .await;
    run_scenario(end, &mut process, None, 1, async |scenario| {
        scenario.user.keys("3");
        scenario.user.expect_text(" 1 of 3,300").await;
        scenario
            .save_contract(["BeforeSave Plumet", "DuringSave Plumet"])
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_while_the_server_stops_and_starts_is_written_exactly_once() {
    every_save_is_written_once(End::Stopped).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_while_the_server_is_killed_and_starts_is_written_exactly_once() {
    every_save_is_written_once(End::Killed).await;
}
