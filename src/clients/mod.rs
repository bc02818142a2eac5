//! Leaf clients of the outside world, each a trait and its real implementation; and what files from there are called.
pub mod company_tool;
pub mod guarded;
pub mod labels;
pub mod model_access;
pub mod openai;
pub mod recording;
pub mod storage;
