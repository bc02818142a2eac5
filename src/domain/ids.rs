//! Ids come from the database and are positive and below 2^53, so that JavaScript keeps them exact.

pub type CompanyId = i64;
pub type UserId = i64;
pub type ChannelId = i64;
pub type CustomerId = i64;
pub type IdentityId = i64;
pub type ConversationId = i64;
pub type EpisodeId = i64;
pub type MessageId = i64;
pub type DeliveryId = i64;
pub type AttachmentId = i64;
pub type DepartmentId = i64;
pub type LeadId = i64;
pub type AgentRunId = i64;
pub type AgentVersionId = i64;
pub type TimerId = i64;
pub type SessionId = i64;
/// A position in a company's feed; dense, from 1.
pub type Seq = i64;
