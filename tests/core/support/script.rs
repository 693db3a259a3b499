//! All that a server, a network, a clock and a driver may do to a sign-in, as data that proptest can shrink.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// One sign-in's fate. The lists are gone through again and again.
#[derive(Clone, Debug)]
pub struct Script {
    /// Whom the person signs in with.
    pub realm: Realm,
    /// What happens to the first requests, before there are codes.
    pub hitches: Vec<Hitch>,
    /// `interval` of the device authorization response.
    pub interval: Option<u32>,
    /// `expires_in` of it.
    pub expires_in: u32,
    /// The caller's patience.
    pub timeout: Option<u32>,
    /// When the person signs in, in milliseconds after the codes were issued.
    pub approval: Option<u32>,
    /// One for each poll.
    pub polls: Vec<Poll>,
    /// One for each wait.
    pub naps: Vec<Nap>,
}

/// A kind of authority, by what has to be asked before the codes can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Nothing.
    Entra,
    /// Its metadata.
    Issuer,
    /// Entra, whether it knows the host; then its metadata.
    Private,
}

/// The fate of one request before there are codes.
#[derive(Clone, Copy, Debug)]
pub enum Hitch {
    /// It is answered.
    None,
    /// By a 503.
    Busy,
    /// The connection is reset.
    Reset,
    /// The process ends with the request under way, and another takes over.
    Killed,
}

/// The fate of one poll.
#[derive(Clone, Copy, Debug)]
pub struct Poll {
    /// What is answered as long as nobody has signed in.
    pub answer: Answer,
    /// Milliseconds to the server.
    pub up: u16,
    /// Milliseconds back.
    pub down: u16,
    /// The process ends once the server has the request; another takes over so many milliseconds later.
    pub killed: Option<u32>,
    /// The clock is moved so many milliseconds meanwhile.
    pub jump: i32,
}

/// What a token endpoint says.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// `authorization_pending`, sometimes with an interval.
    Pending(Option<u32>),
    /// `slow_down`, sometimes with an interval.
    SlowDown(Option<u32>),
    /// A page with this status, and `Retry-After` in seconds.
    Page(u16, Option<u16>),
    /// The same with `Retry-After` as a date.
    PageWithDate(u16, u16),
    /// `temporarily_unavailable`.
    Unavailable,
    /// Entra's number for a client that asks too often, beside a word that would end the polling.
    Loop,
    /// The request never arrives.
    Reset,
    /// Nor does this one, and it takes the whole request timeout to find out.
    Silence,
    /// `access_denied`
    Denied,
}

/// How the driver keeps to a wait.
#[derive(Clone, Copy, Debug)]
pub struct Nap {
    /// Thousandths of the wait that pass before the tick; the rest follows in further naps. 1000 is on time.
    pub share: u16,
    /// Milliseconds that a tick on time comes late.
    pub late: u16,
    /// The clock is moved so many milliseconds meanwhile.
    pub jump: i32,
}

impl Answer {
    /// Does the polling go on, and at the server's own pace?
    pub fn is_good(self) -> bool {
        matches!(self, Self::Pending(_) | Self::SlowDown(_))
    }
}

impl Nap {
    /// A tick at the very moment.
    pub const ON_TIME: Self = Self { share: 1000, late: 0, jump: 0 };
}

impl Poll {
    /// A poll that is answered after 200 ms.
    pub const fn answered(answer: Answer) -> Self {
        Self { answer, up: 100, down: 100, killed: None, jump: 0 }
    }
}

impl Script {
    /// Entra, five seconds, nobody signs in for a minute and a half, nothing goes wrong.
    pub fn plain() -> Self {
        Self {
            realm: Realm::Entra,
            hitches: vec![Hitch::None],
            interval: Some(5),
            expires_in: 90,
            timeout: None,
            approval: None,
            polls: vec![Poll::answered(Answer::Pending(None))],
            naps: vec![Nap::ON_TIME],
        }
    }

    /// When the flow must be over: milliseconds after the codes came.
    pub fn limit(&self) -> u64 {
        u64::from(self.timeout.map_or(self.expires_in, |timeout| timeout.min(self.expires_in))) * 1000
    }
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop::sample::select(vec![0, 302, 404, 408, 429, 500, 502, 503, 200]);
    prop_oneof![
        8 => Just(Answer::Pending(None)),
        1 => (1..60_u32).prop_map(|interval| Answer::Pending(Some(interval))),
        3 => Just(Answer::SlowDown(None)),
        1 => (1..60_u32).prop_map(|interval| Answer::SlowDown(Some(interval))),
        2 => (status, option::of(0..90_u16)).prop_map(|(status, after)| Answer::Page(status, after)),
        1 => (0..90_u16).prop_map(|after| Answer::PageWithDate(503, after)),
        1 => Just(Answer::Unavailable),
        1 => Just(Answer::Loop),
        2 => Just(Answer::Reset),
        1 => Just(Answer::Silence),
    ]
}

fn poll(jump: impl Strategy<Value = i32>) -> impl Strategy<Value = Poll> {
    let answer = prop_oneof![30 => answer(), 1 => Just(Answer::Denied)];
    (answer, 0..2_000_u16, 0..2_000_u16, option::weighted(0.15, 0..120_000_u32), jump)
        .prop_map(|(answer, up, down, killed, jump)| Poll { answer, up, down, killed, jump })
}

fn nap(jump: impl Strategy<Value = i32>) -> impl Strategy<Value = Nap> {
    let share = prop_oneof![3 => Just(1000_u16), 1 => 0..1000_u16];
    let late = prop_oneof![2 => Just(0_u16), 2 => 0..3_000_u16, 1 => 0..60_000_u16];
    (share, late, jump).prop_map(|(share, late, jump)| Nap { share, late, jump })
}

fn with(polls: BoxedStrategy<Poll>, naps: BoxedStrategy<Nap>) -> impl Strategy<Value = Script> {
    let hitch =
        prop_oneof![4 => Just(Hitch::None), 1 => Just(Hitch::Busy), 1 => Just(Hitch::Reset), 1 => Just(Hitch::Killed)];
    let interval = prop_oneof![2 => Just(None), 6 => (1..15_u32).prop_map(Some), 1 => (15..700_u32).prop_map(Some)];
    let life = prop_oneof![6 => 60..400_u32, 2 => 1..60_u32, 1 => Just(900_u32)];
    (
        prop::sample::select(vec![Realm::Entra, Realm::Entra, Realm::Issuer, Realm::Private]),
        vec(hitch, 2),
        interval,
        life,
        option::weighted(0.3, 1..400_u32),
        option::of(0..400_000_u32),
        vec(polls, 1..10),
        vec(naps, 1..10),
    )
        .prop_map(|(realm, hitches, interval, expires_in, timeout, approval, polls, naps)| Script {
            realm,
            hitches,
            interval,
            expires_in,
            timeout,
            approval,
            polls,
            naps,
        })
}

/// Anything, on a clock that runs true.
pub fn any_script() -> impl Strategy<Value = Script> {
    with(poll(Just(0)).boxed(), nap(Just(0)).boxed())
}

/// Anything, on a clock that is put forward and back by up to two hours.
pub fn any_script_with_jumps() -> impl Strategy<Value = Script> {
    let jump = || prop_oneof![6 => Just(0), 2 => -20_000..20_000, 1 => -7_200_000..7_200_000];
    with(poll(jump()).boxed(), nap(jump()).boxed())
}

/// A quick server, a driver that is on time, and no process ends.
pub fn prompt_script() -> impl Strategy<Value = Script> {
    let poll = (answer(), 0..300_u16, 0..300_u16).prop_map(|(answer, up, down)| Poll {
        answer,
        up,
        down,
        killed: None,
        jump: 0,
    });
    let nap = (0..300_u16).prop_map(|late| Nap { late, ..Nap::ON_TIME });
    with(poll.boxed(), nap.boxed())
}
