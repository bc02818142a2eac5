//! What the simulation found in the core, each as the few inputs that show it.
use switchboard::domain::agent::AnswersFirst;
use switchboard::domain::agent::settings::Hours;
use switchboard::domain::channel::*;
use switchboard::domain::clock::{HOUR, MINUTE, Micros, SECOND};
use switchboard::domain::conversation::input::SendCommand;
use switchboard::domain::conversation::*;
use switchboard::domain::event::Assignee;
use switchboard::domain::ids::UserId;
use switchboard::domain::message::{Direction, MessageKind, MessageStatus};

use super::chats::{self, Chat, Update};
use super::rows::user;

const NOW: Micros = 1_000 * MINUTE;

fn inbound(chat: &mut Chat, what: InboundKind, profile: Profile) -> Input {
    let external_id = chat.updates.len().to_string();
    chat.updates.push(Update { what, profile, external_id, acked: false, copies: 0 });
    Input::Inbound(Box::new(chat.inbound(chat.updates.len() - 1, NOW)))
}

fn said(chat: &mut Chat) -> Input {
    let message = InboundMessage::plain(MessageKind::Text, "hello".into());
    inbound(chat, InboundKind::Message(message), Profile::default())
}

fn send(by: UserId, seen_seq: Option<i64>) -> Input {
    Input::Command(Command::Send(Box::new(SendCommand {
        author: user(by),
        text: "long ".repeat(1_000),
        note: false,
        mentions: vec![],
        buttons: vec![],
        files: vec![],
        reply_to: None,
        seen_seq,
        client_id: None,
        content_hash: String::new(),
        approved: None,
    })))
}

fn status(status: ConversationStatus, until: Option<Micros>) -> Input {
    Input::Command(Command::SetStatus { status, until, by: user(UserId::new(7)) })
}

/// Commits what follows and gives the new state with the answers.
fn then(state: Option<&State>, inputs: &[Input], now: Micros) -> (State, Proposal) {
    then_by(&Rules::default(), state, inputs, now)
}

fn then_by(rules: &Rules, state: Option<&State>, inputs: &[Input], now: Micros) -> (State, Proposal) {
    let mut proposal = step(rules, state, inputs, now);
    let after = match &mut proposal.unit {
        Some(unit) => {
            let (mut id, first) = (state.map_or(0, |s| s.seq * 100), CompanyNumbers::places(state.map_or(1, |s| s.seq + 1)));
            unit.assign(first, || {
                id += 1;
                id
            });
            unit.after.clone()
        }
        None => state.expect("nothing from nothing").clone(),
    };
    (after, proposal)
}

fn begun() -> (Chat, State) {
    let [mut chat, ..] = chats::all();
    let first = said(&mut chat);
    let (state, _) = then(None, &[first], NOW);
    (chat, state)
}

fn refused(answer: &Answer) -> bool {
    matches!(answer, Answer::Refused(_))
}

#[test]
fn a_refused_snooze_changes_nothing() {
    let (_, state) = begun();
    let (snoozed, _) = then(Some(&state), &[status(ConversationStatus::Snoozed, Some(NOW + MINUTE))], NOW);
    let proposal = step(&Rules::default(), Some(&snoozed), &[status(ConversationStatus::Snoozed, Some(NOW - 1))], NOW);
    assert!(refused(&proposal.answers[0]) && proposal.unit.is_none());
}

#[test]
fn whatever_leaves_closed_opens_an_episode() {
    let (_, state) = begun();
    let (closed, _) = then(Some(&state), &[status(ConversationStatus::Closed, None)], NOW);
    let (_, proposal) = then(Some(&closed), &[status(ConversationStatus::Snoozed, Some(NOW + MINUTE))], NOW);
    assert!(proposal.unit.is_some_and(|u| u.opens_episode == Some(0) && u.after.episode_number == 2));
}

#[test]
fn an_episode_that_ends_in_its_own_unit_ends_itself_only() {
    let (mut chat, state) = begun();
    let (open, closed) = (ConversationStatus::Open, ConversationStatus::Closed);
    let close = || status(closed, None);
    let inputs = [send(UserId::new(7), None), close(), said(&mut chat), close(), status(open, None)];
    let (after, proposal) = then(Some(&state), &inputs, NOW);
    let unit = proposal.unit.expect("news");
    assert!(unit.closes_episode && unit.opens_episode == Some(2), "behind the line that tells of the end");
    assert_eq!((unit.episode_of(1), unit.episode_of(2)), (state.episode_id, after.episode_id));
    assert_ne!(state.episode_id, after.episode_id);
    assert_eq!((after.status, after.episode_number), (open, 2));
    let (after, proposal) = then(Some(&state), &[close(), said(&mut chat), close()], NOW);
    assert!(proposal.unit.is_some_and(|u| u.closes_episode) && after.status == closed);
    let (_, proposal) = then(Some(&after), &[said(&mut chat), close()], NOW);
    assert!(proposal.unit.is_some_and(|u| !u.closes_episode && u.opens_episode == Some(0)), "what was closed closes once");
}

#[test]
fn nobody_answers_blind_within_one_unit() {
    let (mut chat, state) = begun();
    let seen = Some(state.seq);
    let after_customer = step(&Rules::default(), Some(&state), &[said(&mut chat), send(UserId::new(7), seen)], NOW);
    assert_eq!(after_customer.answers[1], Answer::Refused(Refusal::ChangedSince));
    let two_people = step(
        &Rules::default(),
        Some(&state),
        &[send(UserId::new(7), seen), send(UserId::new(8), seen), send(UserId::new(7), seen)],
        NOW,
    );
    assert_eq!(two_people.answers[1], Answer::Refused(Refusal::ChangedSince));
    assert_eq!(two_people.answers[2], Answer::Message(1), "one's own words do not count");
}

/// A conversation whose only message is two parts, of which the first is unclear.
fn unclear() -> (State, i64) {
    let (_, state) = begun();
    let (state, _) = then(Some(&state), &[send(UserId::new(7), None)], NOW);
    let delivery_id = state.queue[0].id;
    let lost = Input::Outcome { delivery_id, outcome: SendOutcome::Uncertain { detail: String::new() } };
    let (state, _) = then(Some(&state), &[Input::Claim { delivery_id }, lost], NOW);
    assert_eq!(state.queue[0].state, MessageStatus::Uncertain);
    (state, delivery_id)
}

#[test]
fn a_late_answer_neither_renews_the_hold_nor_returns_behind_those_who_passed() {
    let (state, delivery_id) = unclear();
    let late = |outcome| Input::Outcome { delivery_id, outcome };
    let again = late(SendOutcome::Uncertain { detail: String::new() });
    assert!(step(&Rules::default(), Some(&state), &[again], NOW + SECOND).unit.is_none());
    let retry = late(SendOutcome::Retry { detail: String::new() });
    let (back, _) = then(Some(&state), std::slice::from_ref(&retry), NOW + SECOND);
    assert_eq!(back.queue[0].state, MessageStatus::Queued, "in its hold nobody has passed");
    assert!(step(&Rules::default(), Some(&state), &[retry], NOW + MINUTE).unit.is_none());
    let (settled, _) = then(Some(&state), &[late(SendOutcome::Sent { provider_id: None })], NOW + MINUTE);
    assert!(settled.queue.iter().all(|d| d.id != delivery_id));
}

#[test]
fn a_double_click_on_resend_is_one_resend() {
    let (state, delivery_id) = unclear();
    let message_id = state.queue[0].message_id;
    let rest = state.queue[1].id;
    let no = SendOutcome::Failed { code: "provider_refused", detail: String::new() };
    let (state, _) = then(
        Some(&state),
        &[Input::Claim { delivery_id: rest }, Input::Outcome { delivery_id: rest, outcome: no }],
        NOW + MINUTE,
    );
    let again = || Input::Command(Command::Resend { message_id, parts: vec![(0, 1), (1, 1)] });
    let (after, proposal) = then(Some(&state), &[again(), again()], NOW + MINUTE);
    assert!(refused(&proposal.answers[1]));
    let queue: Vec<_> = after.queue.iter().map(|d| (d.part, d.attempt, d.state)).collect();
    assert_eq!(queue, [(0, 2, MessageStatus::Queued), (1, 2, MessageStatus::Queued)]);
    assert!(after.queue.iter().all(|d| d.id != delivery_id));
}

#[test]
fn recovery_spares_what_its_own_unit_takes() {
    let (_, state) = begun();
    let (state, _) = then(Some(&state), &[send(UserId::new(7), None)], NOW);
    let claim = Input::Claim { delivery_id: state.queue[0].id };
    let (together, _) = then(Some(&state), &[claim.clone(), Input::Recover], NOW);
    assert_eq!(together.queue[0].state, MessageStatus::Sending);
    let (taken, _) = then(Some(&state), &[claim], NOW);
    let (recovered, _) = then(Some(&taken), &[Input::Recover], NOW);
    assert_eq!(recovered.queue[0].state, MessageStatus::Uncertain);
}

#[test]
fn the_identity_and_customer_rows_learn_all_that_one_unit_tells() {
    let (mut chat, state) = begun();
    let block = inbound(&mut chat, InboundKind::Blocked { blocked: true }, Profile::default());
    let (blocked, _) = then(Some(&state), &[block], NOW);
    let named = Profile { name: "Aida".into(), ..Profile::default() };
    let phoned = Profile { phone: Some("+7700".into()), ..Profile::default() };
    let unblock = inbound(&mut chat, InboundKind::Blocked { blocked: false }, named);
    let told = inbound(&mut chat, InboundKind::Blocked { blocked: false }, phoned);
    let unit = step(&Rules::default(), Some(&blocked), &[unblock, told], NOW).unit.expect("news");
    let customer = unit.customer.expect("news about the customer");
    assert_eq!((customer.name.as_deref(), customer.phone.as_deref()), (Some("Aida"), Some("+7700")));
    let writes = said(&mut chat);
    assert_eq!(step(&Rules::default(), Some(&blocked), &[writes], NOW).unit.and_then(|u| u.blocked), Some(false));
}

#[test]
fn what_shut_us_out_of_the_old_place_does_not_shut_us_out_of_the_new_one() {
    let (mut chat, state) = begun();
    let block = inbound(&mut chat, InboundKind::Blocked { blocked: true }, Profile::default());
    let (blocked, _) = then(Some(&state), &[block], NOW);
    let (moved, _) = then(Some(&blocked), &[Input::Moved { to: "elsewhere".into() }], NOW);
    assert!(!moved.blocked);
    let (stays, _) = then(Some(&blocked), &[Input::Moved { to: blocked.address.clone() }], NOW);
    assert!(stays.blocked, "a move that is told twice moves nobody");
    let topic = State { address: "elsewhere:7".into(), ..blocked };
    let (stays, _) = then(Some(&topic), &[Input::Moved { to: "elsewhere".into() }], NOW);
    assert!(stays.blocked && stays.address == "elsewhere:7", "nor out of its topic");
}

#[test]
fn whoever_has_been_renamed_is_not_given_the_conversation_anew() {
    let (_, state) = begun();
    let assign = |name: &str, from| {
        let assignee = Some(Assignee { id: UserId::new(7), name: name.into() });
        Input::Command(Command::Assign { assignee, from, by: user(UserId::new(8)), note: None })
    };
    let (had, _) = then(Some(&state), &[assign("Dana", None)], NOW);
    let (_, again) = then(Some(&had), &[assign("Dana Serikova", None), assign("Dana Serikova", Some(None))], NOW);
    assert!(again.unit.is_none_or(|unit| unit.messages.is_empty() && unit.personal.is_empty() && unit.fence.is_none()));
    assert_eq!(again.answers, [Answer::Done, Answer::Done]);
}

#[test]
fn a_message_taken_back_in_part_does_not_leave_later() {
    let (_, state) = begun();
    let (state, _) = then(Some(&state), &[send(UserId::new(7), None)], NOW);
    let (delivery_id, message_id) = (state.queue[0].id, state.queue[0].message_id);
    let cancel = Input::Command(Command::Cancel { message_id });
    let paced = Input::Outcome { delivery_id, outcome: SendOutcome::Paced { after: SECOND } };
    let (after, proposal) = then(Some(&state), &[Input::Claim { delivery_id }, cancel, paced], NOW);
    assert!(after.queue.is_empty(), "{:?}", proposal.unit);
}

#[test]
fn messages_commands_and_timers_see_the_same_rules() {
    let [mut chat, ..] = chats::all();
    let by_day = Rules::new(1, AnswersFirst::Agent, Some(Hours::default()), "UTC");
    // 1970 began on a Thursday, and NOW is in the afternoon.
    let night = NOW + 6 * HOUR;
    let (state, _) = then_by(&by_day, None, &[said(&mut chat)], NOW);
    assert_eq!((state.handler, state.turn_since), (Handler::Agent, Some(NOW)));
    let (taken, _) = then_by(&by_day, Some(&state), &[send(UserId::new(7), None)], NOW);
    let assign_from = |from| Input::Command(Command::AssignAgent { from, by: user(UserId::new(7)), note: None });
    let assign = assign_from(None);
    let (given, _) = then_by(&by_day, Some(&taken), std::slice::from_ref(&assign), NOW);
    assert_eq!(given.handler, Handler::Agent);
    let holder = taken.assignee.as_ref().map(|it| it.id);
    let (_, late) = then_by(&by_day, Some(&taken), &[assign_from(Some(Some(UserId::new(9)))), assign_from(Some(holder))], NOW);
    assert!(refused(&late.answers[0]) && !refused(&late.answers[1]), "it is taken from the hands that were meant: {late:?}");
    assert!(refused(&step(&by_day, Some(&taken), &[assign], night).answers[0]), "it does not answer at night");
    // A snooze that ends when people answer brings it to people; while the agent answers, it stays the agent's.
    let (snoozed, _) = then_by(&by_day, Some(&given), &[status(ConversationStatus::Snoozed, Some(NOW + SECOND))], NOW);
    let ends = Input::Timer { kind: TimerKind::Snooze, id: snoozed.timers[0].id };
    let by = |now| then_by(&by_day, Some(&snoozed), std::slice::from_ref(&ends), now).0.handler;
    assert_eq!((by(NOW + MINUTE), by(night)), (Handler::Agent, Handler::Queue));
    let (late, _) = then_by(&by_day, Some(&given), &[said(&mut chat)], night);
    assert_eq!((late.handler, late.turn_since), (Handler::Queue, None));
}

#[test]
fn what_is_said_while_nothing_waits_is_born_taken() {
    let (_, state) = begun();
    let (taken, proposal) = then(Some(&state), &[send(UserId::new(7), None), Input::ClaimNew], NOW);
    let states: Vec<_> = taken.queue.iter().map(|d| d.state).collect();
    assert_eq!(states, [MessageStatus::Sending, MessageStatus::Queued], "its first part; the second one comes after it");
    let unit = proposal.unit.expect("news");
    assert_eq!((unit.messages[0].status, unit.events.len()), (MessageStatus::Queued, 1), "screens show it as queued");
    assert_eq!(taken.message_status(taken.queue[0].message_id), Some(MessageStatus::Queued));
    // Nothing is taken in front of what waits, nor where nothing is said.
    let (waiting, _) = then(Some(&state), &[send(UserId::new(7), None)], NOW);
    let (after, proposal) = then(Some(&waiting), &[send(UserId::new(7), None), Input::ClaimNew], NOW);
    assert!(refused(&proposal.answers[1]) && after.queue.iter().all(|d| d.state == MessageStatus::Queued));
    let nothing = step(&Rules::default(), Some(&state), &[Input::ClaimNew], NOW);
    assert!(refused(&nothing.answers[0]) && nothing.unit.is_none() && nothing.effects.is_empty());
    // A claim by itself shows nobody anything.
    let (claimed, proposal) = then(Some(&waiting), &[Input::Claim { delivery_id: waiting.queue[0].id }], NOW);
    assert!(proposal.unit.is_some_and(|u| u.events.is_empty()) && claimed.seq == waiting.seq);
    // After a crash it is unclear, as any send that was taken.
    let (recovered, _) = then(Some(&taken), &[Input::Recover], NOW);
    assert_eq!(recovered.queue[0].state, MessageStatus::Uncertain);
}

fn note_of(by: UserId, text: &str) -> Box<SendCommand> {
    let Input::Command(Command::Send(send)) = send(by, None) else { unreachable!("a send") };
    Box::new(SendCommand { text: text.into(), note: true, ..*send })
}

/// Who is told in a unit, of what, and the message it leads to.
type Told = Vec<(i64, PersonalCode, Option<usize>)>;

fn told(unit: &Unit) -> Told {
    unit.personal.iter().map(|told| (told.user_id.get(), told.code, told.message)).collect()
}

#[test]
fn whoever_has_it_in_the_end_is_told_and_told_once() {
    let (_, state) = begun();
    let (boss, dana, aida) = (UserId::new(7), UserId::new(8), UserId::new(9));
    let give = |to: Option<UserId>, by: UserId| {
        Input::Command(Command::Assign { assignee: to.map(user), from: None, by: user(by), note: None })
    };
    let after = |state: &State, inputs: &[Input]| {
        let (after, proposal) = then(Some(state), inputs, NOW);
        (after, proposal.unit.map_or(Told::new(), |unit| told(&unit)))
    };
    let assigned = |to: UserId| vec![(to.get(), PersonalCode::Assigned, None)];
    let (hers, news) = after(&state, &[give(Some(aida), boss), give(Some(dana), boss)]);
    assert_eq!(news, assigned(dana), "through whose hands it went is no news");
    assert_eq!(after(&state, &[give(Some(dana), boss), give(None, boss), give(Some(dana), aida)]).1, assigned(dana));
    assert_eq!(after(&state, &[give(Some(dana), boss), give(None, boss)]).1, Told::new());
    assert_eq!(after(&state, &[give(Some(dana), boss), give(Some(aida), aida)]).1, Told::new(), "taken by her own hand");
    assert_eq!(after(&state, &[give(Some(dana), boss), give(Some(dana), dana)]).1, assigned(dana));
    assert_eq!(after(&hers, &[give(None, boss), give(Some(dana), boss)]).1, Told::new(), "she had it before");
}

#[test]
fn a_note_that_goes_along_stands_behind_the_line_that_says_so() {
    let (_, state) = begun();
    let (boss, dana) = (UserId::new(7), UserId::new(8));
    let give = |to: UserId| {
        let note = Some(note_of(boss, "a discount"));
        Input::Command(Command::Assign { assignee: Some(user(to)), from: None, by: user(boss), note })
    };
    let (hers, proposal) = then(Some(&state), &[give(dana)], NOW);
    let unit = proposal.unit.expect("news");
    let said: Vec<_> = unit.messages.iter().map(|it| (it.direction, it.text.as_str())).collect();
    assert_eq!(said, [(Direction::Event, ""), (Direction::Note, "a discount")]);
    assert_eq!(told(&unit), [(dana.get(), PersonalCode::Assigned, Some(1))]);
    // Whoever has it already is told of the word all the same; that it came twice is known by its key, before it is asked for here.
    let again = step(&Rules::default(), Some(&hers), &[give(dana)], NOW).unit.expect("a note");
    assert_eq!(again.messages.iter().map(|it| it.direction).collect::<Vec<_>>(), [Direction::Note]);
    assert_eq!(told(&again), [(dana.get(), PersonalCode::Assigned, Some(0))]);
}

#[test]
fn a_note_goes_along_to_nobody_and_to_the_agent_too() {
    let [mut chat, ..] = chats::all();
    let by_day = Rules::new(1, AnswersFirst::Agent, None, "UTC");
    let (agents, _) = then_by(&by_day, None, &[said(&mut chat)], NOW);
    let boss = UserId::new(7);
    let note = || Some(note_of(boss, "a discount"));
    let release = Input::Command(Command::Assign { assignee: None, from: None, by: user(boss), note: note() });
    let back = Input::Command(Command::AssignAgent { from: None, by: user(boss), note: note() });
    let (mut state, both) = (agents, [Direction::Event, Direction::Note]);
    // From the agent to the queue; what is there already; to the agent again; what it has already.
    let wanted = [(&release, Handler::Queue, &both[..]), (&release, Handler::Queue, &both[1..])];
    for (input, handler, lines) in
        wanted.into_iter().chain([(&back, Handler::Agent, &both[..]), (&back, Handler::Agent, &both[1..])])
    {
        let (after, proposal) = then_by(&by_day, Some(&state), std::slice::from_ref(input), NOW);
        let unit = proposal.unit.expect("a note");
        assert_eq!(unit.messages.iter().map(|it| it.direction).collect::<Vec<_>>(), lines);
        assert_eq!((after.handler, told(&unit)), (handler, Told::new()));
        state = after;
    }
}
