//! What is handed over while a screen subscribes reaches it exactly once, whichever step of the way it meets.

use super::screen::Screen;
use crate::jobs::house::{House, in_a_house};
use crate::storage::shelf::*;
use crate::support::Backend;

const KEY: &str = "c1";

async fn nothing_is_missed_and_nothing_comes_twice(backend: Backend) {
    let house = House::open(backend).await;
    let shard = house.hub.core.publisher.start_shard();
    let say = async |text: &str| drop(house.shelf.commit(TELEGRAM, KEY, &[says(TELEGRAM, KEY, text)], NOW).await);
    let mut witness = Screen::open(&house, &shard, COMPANY);
    while witness.step().await {}
    for steps in 0.. {
        let mut screen = Screen::open(&house, &shard, COMPANY);
        let mut is_due = screen.is_due().await;
        for _ in 0..steps {
            is_due = screen.step().await && screen.is_due().await;
        }
        // It is awake, and what wakes it waits beside whatever comes now.
        let text = format!("after {steps} steps");
        say(&text).await;
        // The shard hands over to all of its sessions at once.
        let seq = witness.message(&text).await;
        // No later event may be what draws its attention.
        let mut expected = vec![text.clone()];
        if screen.start().await < seq {
            screen.message(&text).await;
        } else {
            expected.clear();
        }
        let last = format!("the last after {steps} steps");
        say(&last).await;
        screen.message(&last).await;
        expected.push(last);
        while screen.step().await {}
        assert_eq!(screen.texts(), expected, "{:#?}", screen.frames);
        if !is_due {
            assert!(steps >= 4, "sign-in, joining and the word that it is live take more than {steps} steps");
            return;
        }
    }
}

in_a_house!(nothing_is_missed_and_nothing_comes_twice);
