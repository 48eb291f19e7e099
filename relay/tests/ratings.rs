//! How it went, by REST: only with a ticket of the relay's own, and from 1 to 3.

mod common;

use common::relay;
use relay::fetch::Fetcher;
use reqwest::{Client, StatusCode};

#[tokio::test]
async fn a_rating_takes_a_ticket_of_the_customers() {
    let (address, _shell) = relay(String::new(), Fetcher::new(vec![]).expect("certificates")).await;
    for body in ["", "{}", r#"{"ticket":"","rating":3}"#, r#"{"ticket":"00.00","rating":2}"#, r#"{"ticket":"00.00","rating":9}"#] {
        let answer = Client::new().post(format!("http://{address}/api/v1/ratings")).body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{body}: a page must be able to read what is wrong");
    }
}
