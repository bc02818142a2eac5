//! Leads as a file for a spreadsheet, in the user's language, with nothing in it that a spreadsheet would run.

use std::io::{Cursor, Read};

use reqwest::Method;
use serde_json::json;

use crate::rules::behind;
use crate::support::{Answer, Api, Backend, World, on_both_databases};

const EVIL: &str = "=HYPERLINK(\"http://x.example\",\"приз\")";

async fn world_with_leads(backend: Backend) -> World {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    for (name, phone, summary) in [("Канат", "87768776637", "дом, гараж\nи \"баня\""), (EVIL, "+7 705 123 45 67", "@SUM(A1:A9)")]
    {
        let body = json!({"conversation_id": conversation, "name": name, "phone": phone, "city": "-1+1", "summary": summary});
        world.owner.post("/api/leads", body).await.expect(201);
    }
    world
}

async fn file(api: &Api, query: &str) -> Answer {
    let answer = api.ask(Method::GET, &format!("/api/leads/export?{query}"), None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// Reads RFC 4180, as strictly as it is written, with the separator of the reader's language.
fn cells(csv: &str, separator: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            other if other == separator && !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "the last line ends");
    rows
}

async fn a_table_of_text(backend: Backend) {
    let world = world_with_leads(backend).await;
    let csv = file(&world.owner, "format=csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"), "{}", csv.header("content-type"));
    let named = csv.header("content-disposition").to_owned();
    let day = named.strip_prefix("attachment; filename=\"leads-").and_then(|rest| rest.strip_suffix(".csv\"")).expect("a name");
    assert!(chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok(), "{named}");
    let text = String::from_utf8(csv.bytes).expect("UTF-8");
    let rows = cells(text.strip_prefix('\u{feff}').expect("a byte order mark"), ';');
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    assert_eq!(rows[0][..5], ["№", "Создана", "Статус", "Имя", "Телефон"]);
    let column = |name: &str| rows[0].iter().position(|head| head == name).expect("a column");
    let column_of = |name: &str| [&rows[1][column(name)], &rows[2][column(name)]];
    assert_eq!(column_of("№"), ["2", "1"], "as the console and the notices call them");
    assert_eq!(column_of("Имя"), [&format!("'{EVIL}"), "Канат"], "newest first");
    assert_eq!(column_of("Телефон"), ["'+7 705 123 45 67", "'87768776637"]);
    assert_eq!(column_of("Международный номер"), ["'+77051234567", "'+77768776637"]);
    assert_eq!(column_of("Город"), ["'-1+1", "'-1+1"]);
    assert_eq!(column_of("Суть"), ["'@SUM(A1:A9)", "дом, гараж\nи \"баня\""]);
    assert_eq!(column_of("Статус"), ["Новая", "Новая"]);

    let few = file(&world.owner, "q=канат").await;
    assert_eq!(cells(&String::from_utf8_lossy(&few.bytes)[3..], ';').len(), 2, "the list's own filters");
    for (locale, word, separator) in [("kk", "Аты", ';'), ("en", "Name", ',')] {
        world.owner.patch("/api/auth/me", json!({"locale": locale})).await.expect(200);
        let answer = file(&world.owner, "").await;
        let rows = cells(&String::from_utf8_lossy(&answer.bytes)[3..], separator);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()) && rows[0][3] == word, "{locale}: {rows:?}");
    }
    world.owner.ask(Method::GET, "/api/leads/export?format=pdf", None).await.refused(422, "validation");
    let taken = behind::lines(&world.hub, "SELECT CAST(COUNT(*) AS TEXT) AS line FROM audit_log WHERE action = 'leads.exported'");
    assert_eq!(taken.await, ["4"]);
}

async fn a_workbook_of_text(backend: Backend) {
    let world = world_with_leads(backend).await;
    let book = file(&world.owner, "format=xlsx").await;
    assert!(book.header("content-disposition").ends_with(".xlsx\""), "{}", book.header("content-disposition"));
    assert_eq!(book.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let mut parts = zip::ZipArchive::new(Cursor::new(book.bytes)).expect("a zip");
    let mut part = |name: &str| {
        let mut text = String::new();
        parts.by_name(name).expect(name).read_to_string(&mut text).expect("UTF-8");
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<row ").count(), 3, "{sheet}");
    assert!(!sheet.contains("<f>"), "a formula: {sheet}");
    let (all, texts) = (sheet.matches("<c r=").count(), sheet.matches("t=\"inlineStr\"").count());
    let empty = sheet.matches("<c r=").count() - sheet.matches("</c>").count();
    assert_eq!(texts + empty, all, "{sheet}");
    for text in ["=HYPERLINK(", "Канат", "87768776637", "+77051234567", "Международный номер"] {
        assert!(sheet.contains(&format!(">{text}")), "{text}: {sheet}");
    }
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("ySplit=\"1\""), "{sheet}");
    assert!(part("xl/styles.xml").contains("numFmtId=\"49\""), "text stays text when it is edited");
    let few = file(&world.owner, "format=xlsx&status=won").await;
    assert!(few.bytes.starts_with(b"PK"), "an empty one is a workbook too");
}

async fn operators_take_nothing_home(backend: Backend) {
    let world = world_with_leads(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    dana.ask(Method::GET, "/api/leads/export?format=csv", None).await.refused(403, "forbidden");
    let boss = world.owner.invite("manager", "boss@stroika.kz", "Boss").await;
    assert_eq!(cells(&String::from_utf8_lossy(&file(&boss, "").await.bytes)[3..], ';').len(), 3);
}

on_both_databases!(a_table_of_text, a_workbook_of_text, operators_take_nothing_home);
