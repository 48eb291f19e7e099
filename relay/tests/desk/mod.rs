//! Somebody at the dashboard, as the relay's API sees them.

use relay::accounts;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// Somebody who is signed in.
pub(crate) struct Desk {
    pub(crate) client: Client,
    pub(crate) base: String,
    pub(crate) cookie: String,
}

impl Desk {
    /// Asks for something as the dashboard does.
    pub(crate) async fn says(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, String) {
        let mut request =
            self.client.request(method, format!("{}{path}", self.base)).header("origin", &self.base).header("cookie", &self.cookie);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("text"))
    }
    /// What stands there, which must be JSON.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, text) = self.says(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

/// Signs somebody of a role in.
pub(crate) async fn desk(base: &str, shell: &relay::shell::Shell, role: &str) -> Desk {
    let email = format!("{role}@acme.example");
    let phc = accounts::hash("made up").expect("hashes");
    shell.store.put_user("acme-bank", &email, "Noor Jansen", role, &phc).await.expect("stored");
    let client = Client::new();
    let body = json!({ "email": email, "password": "made up" }).to_string();
    let request = client.post(format!("{base}/api/v1/sign-in")).header("origin", base).header("content-type", "application/json");
    let answer = request.body(body).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
    Desk { client, base: base.to_owned(), cookie }
}
