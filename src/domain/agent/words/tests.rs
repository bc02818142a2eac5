use std::collections::BTreeSet;

use super::*;
use crate::domain::agent::language::of_text;

#[test]
fn every_reason_has_one_sentence_in_each_language() {
    for language in Language::ALL {
        for why in HandOverWhy::ALL {
            let told = handed_over(*language, *why);
            assert_eq!(of_text(told), Some(*language), "{told}");
            assert_eq!(told.matches(['.', '!', '?']).count(), 1, "{told}");
            let note = note(*language, *why, "");
            assert_eq!(of_text(&note), Some(*language), "{note}");
        }
        let notes: BTreeSet<String> = HandOverWhy::ALL.iter().map(|why| note(*language, *why, "")).collect();
        assert_eq!(notes.len(), HandOverWhy::ALL.len());
        assert_eq!(of_text(ai_disclosure(*language)), Some(*language));
        assert_eq!(of_text(&callback_arranged(*language, "21.11, 15:00")), Some(*language));
    }
}

#[test]
fn a_note_carries_its_detail_cleaned_and_bounded() {
    let note = note(Language::En, HandOverWhy::Asked, " wants a\u{202e} house\0 \n");
    assert_eq!(note, "The customer asked for a person.\nwants a house");
    assert!(super::note(Language::Ru, HandOverWhy::NoMoney, &"я".repeat(9000)).chars().count() < 2200);
}

#[test]
fn the_closing_is_the_documents() {
    let ru = "Спасибо, Канат! Наш менеджер свяжется с вами по номеру 87768776637 в ближайшее время.";
    assert_eq!(lead_closing(Language::Ru, "Канат", "87768776637"), ru);
    assert!(lead_closing(Language::En, "", "1").starts_with("Thank you! "));
}
