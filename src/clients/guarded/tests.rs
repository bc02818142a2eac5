use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use url::Url;

use super::address::{CLOSED_V4, CLOSED_V6};
use super::*;
use crate::config::Network;

#[test]
fn the_tables_are_readable() {
    for net in CLOSED_V4.iter().chain(&CLOSED_V6) {
        assert!(Network::parse(net).is_some(), "{net}");
    }
}

#[test]
fn inner_addresses_are_not_public() {
    let inner = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254 \
        168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 \
        192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 \
        240.0.0.1 255.255.255.255 \
        :: ::1 ::2 ::7f00:1 ::808:808 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0.0.0.0 ::ffff:0:127.0.0.1 \
        64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b:1::1 64:ff9b:1::808:808 64:ff9b::1:0:808:808 100::1 \
        2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 \
        2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::1 2002:c0a8:1::1 3fff::1 3fff:fff::1 4000::1 5f00::1 \
        fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::a9fe:a9fe febf::1 fec0::1 ff02::1 ff0e::1";
    for ip in inner.split_whitespace() {
        assert!(!is_public(ip.parse::<IpAddr>().unwrap()), "{ip}");
    }
}

#[test]
fn open_addresses_are_public() {
    let open = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 168.63.129.15 \
        169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1 \
        223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 2001:200::1 2001:4860:4860::8888 2606:4700::1111 \
        2a00:1450::1 3ffe::1";
    for ip in open.split_whitespace() {
        assert!(is_public(ip.parse::<IpAddr>().unwrap()), "{ip}");
    }
}

#[test]
fn an_url_is_judged_by_what_it_means() {
    let inside = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://0/",
        "http://0.0.0.0:8080/v1",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00:ec2::254]/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://hub.localhost:8443/",
        "https://ⓛocalhost/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://printer.local/",
        "http://router.lan/",
        "http://nas.home.arpa/",
        "http://postgres:5432/",
        "http://redis./",
    ];
    for text in inside {
        assert_eq!(check_url(&Url::parse(text).unwrap()), Err(Refused::Inside), "{text}");
    }
    let wrong = [
        ("ftp://example.com/", Refused::Scheme),
        ("file:///etc/passwd", Refused::Scheme),
        ("gopher://example.com:70/", Refused::Scheme),
        ("data:text/plain,x", Refused::Scheme),
        ("https://user@example.com/", Refused::Credentials),
        ("https://user:word@example.com/", Refused::Credentials),
        ("https://:word@example.com/", Refused::Credentials),
        ("https://example.com@127.0.0.1/", Refused::Credentials),
    ];
    for (text, why) in wrong {
        assert_eq!(check_url(&Url::parse(text).unwrap()), Err(why), "{text}");
    }
    for text in ["https://api.openai.com/v1", "http://8.8.8.8:8080/", "https://[2606:4700::1111]/x", "https://пример.испытание/"]
    {
        assert_eq!(check_url(&Url::parse(text).unwrap()), Ok(()), "{text}");
    }
}

fn answering(addresses: &'static [&'static str]) -> Resolver {
    Resolver::new(Arc::new(move |_| {
        let found = addresses.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect();
        Box::pin(async move { Ok(found) })
    }))
}

#[tokio::test]
async fn one_inner_address_spoils_a_name() {
    assert_eq!(answering(&["8.8.8.8", "2606:4700::1111"]).addresses("x.example").await.unwrap().len(), 2);
    assert_eq!(answering(&["8.8.8.8", "10.0.0.1"]).addresses("x.example").await, Err(Refused::Inside));
    assert_eq!(answering(&["::ffff:127.0.0.1"]).addresses("x.example").await, Err(Refused::Inside));
    assert_eq!(answering(&[]).addresses("x.example").await, Err(Refused::Unknown));
    assert_eq!(Resolver::system().addresses("localhost").await, Err(Refused::Inside));
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let guarded = GuardedClient::build(builder_with(answering(&["127.0.0.1"]))).unwrap();
    let url = Url::parse(&format!("http://rebound.example.com:{port}/")).unwrap();
    let error = guarded.request(Method::GET, &url).unwrap().send().await.unwrap_err();
    assert!(matches!(GuardedError::from(error), GuardedError::Refused(Refused::Inside)));
    let request = reqwest::Request::new(Method::GET, Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap());
    assert!(matches!(guarded.execute(request).await, Err(GuardedError::Refused(Refused::Inside))));
    let nobody_came = tokio::time::timeout(std::time::Duration::from_millis(100), listener.accept()).await;
    assert!(nobody_came.is_err());
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let answer = |body: &'static str| Response::from(unmeasured(body));
    assert_eq!(read_limited(answer("12345"), 5).await.unwrap(), "12345");
    assert!(matches!(read_limited(answer("123456"), 5).await, Err(GuardedError::TooLarge(5))));
}

/// An answer whose length is not told beforehand.
fn unmeasured(body: &'static str) -> http::Response<reqwest::Body> {
    let pieces = body.as_bytes().chunks(2).map(Ok::<_, std::io::Error>).collect::<Vec<_>>();
    http::Response::new(reqwest::Body::wrap_stream(futures_util::stream::iter(pieces)))
}
