//! The authorization server as a model: what it answers, how much it bears, and whether anybody asks too early.

use device_code_flow::oauth::http::HttpResponse;

use crate::chance::Chance;

/// Milliseconds that a code lives.
pub const LIFE: u64 = 900_000;
/// Seconds between two polls, as it says with the code.
const INTERVAL: u64 = 5;
/// Seconds that a `slow_down` adds (RFC 8628 §3.5).
const SLOW_DOWN: u64 = 5;
/// Of a hundred codes, how many nobody ever comes for.
const ABSENT: u64 = 2;

/// The server, and what it has counted.
pub struct Server {
    /// Requests that it answers in a second. Above: 429, above twice as many: 503.
    capacity: u64,
    /// Requests in each second.
    pub requests: Vec<u64>,
    /// How many of them were polls.
    pub polls: u64,
    /// Polls that were sent before their interval had passed since the last answer was heard.
    pub early: u64,
    /// `slow_down`s said.
    pub slow_downs: u64,
    /// Requests turned away.
    pub refused: u64,
}

/// What the server knows about one code, and the one thing that it does not: when the person will come.
#[derive(Clone, Default)]
pub struct Ticket {
    issued: u64,
    interval: u64,
    /// When the device had the last answer.
    pub heard: u64,
    /// When the person approves; [`u64::MAX`] if nobody comes.
    pub approval: u64,
}

/// What the server says.
#[derive(Clone, Copy)]
pub enum Answer {
    /// RFC 8628 §3.2.
    Codes,
    /// §3.5 `authorization_pending`.
    Pending,
    /// §3.5 `slow_down`.
    SlowDown,
    /// §3.5 `expired_token`.
    Expired,
    /// RFC 6749 §5.1.
    Tokens,
    /// 429 or 503, from what stands before the server.
    Busy(u16),
}

impl Server {
    /// A server that nobody has asked yet.
    pub fn new(capacity: u64) -> Self {
        Self { capacity, requests: Vec::new(), polls: 0, early: 0, slow_downs: 0, refused: 0 }
    }

    /// A device asks for a code at `now`.
    pub fn codes(&mut self, ticket: &mut Ticket, now: u64, chance: &mut Chance) -> Answer {
        if let Some(busy) = self.too_many(now) {
            return busy;
        }
        let approval = if chance.happens(ABSENT) { u64::MAX } else { now + chance.person() };
        *ticket = Ticket { issued: now, interval: INTERVAL, heard: now, approval };
        Answer::Codes
    }

    /// A poll that was `sent` then arrives at `now`.
    pub fn poll(&mut self, ticket: &mut Ticket, sent: u64, now: u64) -> Answer {
        self.polls += 1;
        self.early += u64::from(sent < ticket.heard + ticket.interval * 1000);
        if let Some(busy) = self.too_many(now) {
            return busy;
        }
        if now >= ticket.issued + LIFE {
            Answer::Expired
        } else if now >= ticket.approval {
            Answer::Tokens
        } else if self.requests[second(now)] > self.capacity / 2 {
            self.slow_downs += 1;
            ticket.interval += SLOW_DOWN;
            Answer::SlowDown
        } else {
            Answer::Pending
        }
    }

    fn too_many(&mut self, now: u64) -> Option<Answer> {
        let second = second(now);
        if self.requests.len() <= second {
            self.requests.resize(second + 1, 0);
        }
        self.requests[second] += 1;
        let requests = self.requests[second];
        if requests <= self.capacity {
            return None;
        }
        self.refused += 1;
        Some(Answer::Busy(if requests <= self.capacity * 2 { 429 } else { 503 }))
    }
}

fn second(now: u64) -> usize {
    usize::try_from(now / 1000).expect("a run is short")
}

impl Ticket {
    /// Has the device been given a code?
    pub fn was_issued(&self) -> bool {
        self.interval > 0
    }
}

impl Answer {
    /// The answer as it comes over the wire.
    pub fn response(self) -> HttpResponse {
        let (status, body) = match self {
            Self::Codes => (
                200,
                r#"{"device_code":"GAQABAAEAAAD-cIsWcgvTMA7qqCBLMVL9","user_code":"F8KQ2ZTPA","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5}"#,
            ),
            Self::Pending => (400, r#"{"error":"authorization_pending"}"#),
            Self::SlowDown => (400, r#"{"error":"slow_down"}"#),
            Self::Expired => (400, r#"{"error":"expired_token"}"#),
            Self::Tokens => (
                200,
                r#"{"token_type":"Bearer","scope":"User.Read","expires_in":3600,"access_token":"access","refresh_token":"refresh"}"#,
            ),
            Self::Busy(status) => (status, "<!doctype html><title>Too many requests</title>"),
        };
        HttpResponse { status, body: body.into(), ..HttpResponse::default() }
    }
}
