//! The relay's own caps, each with its reason.

use std::time::Duration;

/// Sessions of one tenant at once.
pub const MAX_SESSIONS_PER_TENANT: usize = 5_000;
/// Sockets at once: a process may hold 20,000 files on a common server, and each session has two.
pub const MAX_SOCKETS: usize = 18_000;
/// Agents in one session.
pub const MAX_AGENTS: usize = 32;
/// Nameplates of one tenant that wait at once.
pub const MAX_NAMEPLATES: usize = 2_000;
/// A nameplate rests this long before it is given again, so that a late typist does not meet a stranger.
pub const NAMEPLATE_REST_SECONDS: u64 = 600;
/// Claims that failed, per agent and hour, before further ones are refused unseen.
pub const MAX_FAILED_CLAIMS: u32 = 10;
/// Frames a second from a customer: a 64 MiB keyframe is 1,100 chunks.
pub const CUSTOMER_FRAMES_PER_SECOND: u32 = 2_000;
/// Frames a second from an agent: pointers at 60 Hz, strokes, requests.
pub const AGENT_FRAMES_PER_SECOND: u32 = 400;
/// Bytes that wait for one socket; beyond it a keyframe is cheaper than the backlog.
pub const MAX_QUEUED_BYTES: usize = 8 << 20;
/// The first message must come within this time.
pub const FIRST_MESSAGE: Duration = Duration::from_secs(5);
/// A socket that says nothing for this long is gone; pages ping every two seconds, hidden ones every minute.
pub const SILENT: Duration = Duration::from_secs(90);
/// A session lives at most this long.
pub const SESSION_SECONDS: u64 = 12 * 3600;
/// One-use socket tickets.
pub const SOCKET_TICKET_SECONDS: u64 = 30;
/// Sign-in of an agent.
pub const SIGN_IN_SECONDS: u64 = 12 * 3600;
/// Sign-in attempts per address and minute: argon2 is slow on purpose.
pub const SIGN_INS_PER_MINUTE: u32 = 20;
/// Body of a request.
pub const MAX_BODY: usize = 512 * 1024;
/// tungstenite reads so much at once per socket; its default of 128 KiB costs 2.5 GB at 20,000 sockets.
pub const SOCKET_READ_BUFFER: usize = 4 * 1024;
/// tungstenite's unlimited default would let a slow reader eat the memory.
pub const SOCKET_WRITE_BUFFER: usize = 1 << 20;
/// A peer that takes nothing for this long is cut.
pub const UNREAD: Duration = Duration::from_secs(20);
/// Sockets per address and minute: a page needs one a load, an office behind one address a few hundred.
pub const SOCKETS_PER_MINUTE: u32 = 600;
/// A session that nobody was let into lives this long without its customer.
pub const UNCLAIMED_SECONDS: u64 = 60;
/// How long a stop waits for sockets to say goodbye.
pub const DRAIN: Duration = Duration::from_millis(1_500);
/// Files that the relay fetches for pages at once, over all companies: each may hold 20 MB until it is there.
pub const FETCHES_AT_ONCE: usize = 16;
/// Kilobytes of fetched files that wait for their readers at once, over all companies; who reads nothing for [`UNREAD`]
/// waits no longer.
pub const FETCHED_KB: usize = 256 * 1024;
/// How long a fetched file may take to be read: 20 MB at 1.3 Mbit/s.
pub const FETCHED_READS: Duration = Duration::from_secs(120);
/// How long a page's request waits for one of them to end.
pub const FETCH_WAITS: Duration = Duration::from_secs(5);
/// How long a file may take, all redirects included.
pub const FETCH_TAKES: Duration = Duration::from_secs(15);
/// Times a host may send on to another address; security reviews of such proxies agree on a handful.
pub const FETCH_REDIRECTS: usize = 3;
/// Fetches per address and minute: a page embeds a few hundred files at most.
pub const FETCHES_PER_MINUTE: u32 = 600;
/// Entries in one session's record: an agent who types all day comes to a few hundred, the same in a row being counted. What
/// comes then is left out but for this many of who comes, goes, grants and takes back.
pub const MAX_RECORDS: i64 = 20_000;
/// See [`MAX_RECORDS`].
pub const RESERVED_RECORDS: i64 = 1_000;
/// Frames for the record from one customer's socket and second: an agent's hand makes forty acts.
pub const NOTES_PER_SECOND: u32 = 60;
/// Policies of running sessions that are kept ready: each company has a few versions in use.
pub const PINNED_KEPT: usize = 256;
/// Requests of one address and minute for the policy of a running session: an office has a few hundred pages.
pub const PINNED_PER_MINUTE: u32 = 600;
/// Elements that one explanation tells of.
pub const MAX_EXPLAINED: usize = 200;
/// Nodes of a saved page, and how deep they stand.
pub const MAX_SAVED_NODES: usize = 100_000;
/// See [`MAX_SAVED_NODES`].
pub const MAX_SAVED_DEPTH: usize = 512;
/// Saved pages that are judged at once for REST.
pub const JUDGED_AT_ONCE: usize = 2;
/// Counts of how far a policy reaches, of one session: twenty pages of forty rules come to a thousand.
pub const MAX_COVERAGE: i64 = 2_000;
/// Counts that one report looks at: those of two thousand sessions of common length.
pub const COVERAGE_READ: i64 = 200_000;
/// Entries that wait to be written, over all sessions.
pub const RECORDS_WAIT: usize = 20_000;
/// Days for which a session's record is kept, where nothing else is said.
pub const RECORD_DAYS: u32 = 365;
/// Sessions, versions or trail entries in one answer.
pub const LISTED: i64 = 500;
/// Characters of a name or note by which a policy is signed off.
pub const MAX_NOTE: usize = 300;
/// Seconds between two looks whether a policy was published or a draft was saved.
pub const POLICY_EVERY: u64 = 2;
/// Seconds for which pages may try out a draft after it was saved last: a day's work.
pub const DRAFT_SECONDS: i64 = 24 * 60 * 60;
/// Ready answers of a company, all languages together.
pub const MAX_REPLIES: usize = 300;
/// Words on how it went that one address may send in a minute.
pub const RATINGS_PER_MINUTE: u32 = 60;
