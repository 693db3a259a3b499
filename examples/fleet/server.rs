//! A model of an authorization server: its answers, its capacity, and a count of early polls.

use device_code_flow::oauth::http::HttpResponse;

use crate::chance::Chance;

/// The milliseconds for which a code is valid.
pub const LIFE: u64 = 900_000;
/// The seconds between two polls, which the answer with the code states.
const INTERVAL: u64 = 5;
/// Seconds that a `slow_down` adds (RFC 8628 §3.5).
const SLOW_DOWN: u64 = 5;
/// The percentage of codes for which no person ever comes.
const ABSENT: u64 = 2;

/// The server and its counters.
pub struct Server {
    /// The requests that it answers in a second. Above it answers 429, above twice the number 503.
    capacity: u64,
    /// Requests in each second.
    pub requests: Vec<u64>,
    /// The number of polls.
    pub polls: u64,
    /// Polls that were sent before the interval since the last answer had passed.
    pub early: u64,
    /// The number of `slow_down` answers.
    pub slow_downs: u64,
    /// The number of refused requests.
    pub refused: u64,
}

/// What the server knows of one code, and when the person will come, which a real server does not know.
#[derive(Clone, Default)]
pub struct Ticket {
    issued: u64,
    interval: u64,
    /// When the device received the last answer.
    pub heard: u64,
    /// When the person approves; [`u64::MAX`] if no person comes.
    pub approval: u64,
}

/// An answer of the server.
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
    /// 429 or 503, from a gateway in front of the server.
    Busy(u16),
}

impl Server {
    /// A server that has received no request.
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
    /// Whether the device has received a code.
    pub fn was_issued(&self) -> bool {
        self.interval > 0
    }
}

impl Answer {
    /// The answer as an HTTP response.
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
