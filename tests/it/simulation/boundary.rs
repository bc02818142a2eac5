//! Where a process can die: between any two effects, named so that a run can count which it has tried.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// Inputs wait in the actor, nothing is proposed.
    BeforeStep,
    /// Proposed by a customer or a person, not committed.
    BeforeCommit,
    BeforeClaimCommit,
    BeforeOutcomeCommit,
    BeforeRecoverCommit,
    BeforeTimerCommit,
    BeforeMediaCommit,
    /// A turn of the agent has ended and is not stored.
    BeforeAgentCommit,
    /// The model is asked and has not answered.
    WhileThinking,
    /// The connection dies during COMMIT: the rows stand, the actor never learns it and is rebuilt.
    CommitUnknown,
    /// One actor panics; its node and its sends under way live on.
    ActorPanic,
    AfterCommitBeforeAnswer,
    BetweenAnswers,
    AfterAnswerBeforePublish,
    AfterPublishBeforeAnswer,
    AfterPublishBeforeFrame,
    AfterClaimCommitBeforeSend,
    AfterProviderBeforeOutcome,
    BeforeReceiptCommit,
    AfterReceiptCommitBeforeAnswer,
}

impl Boundary {
    pub const ALL: [Boundary; 20] = [
        Boundary::BeforeStep,
        Boundary::BeforeCommit,
        Boundary::BeforeClaimCommit,
        Boundary::BeforeOutcomeCommit,
        Boundary::BeforeRecoverCommit,
        Boundary::BeforeTimerCommit,
        Boundary::BeforeMediaCommit,
        Boundary::BeforeAgentCommit,
        Boundary::WhileThinking,
        Boundary::CommitUnknown,
        Boundary::ActorPanic,
        Boundary::AfterCommitBeforeAnswer,
        Boundary::BetweenAnswers,
        Boundary::AfterAnswerBeforePublish,
        Boundary::AfterPublishBeforeAnswer,
        Boundary::AfterPublishBeforeFrame,
        Boundary::AfterClaimCommitBeforeSend,
        Boundary::AfterProviderBeforeOutcome,
        Boundary::BeforeReceiptCommit,
        Boundary::AfterReceiptCommitBeforeAnswer,
    ];
}

/// Mistakes planted on purpose in the model of the actor: each must be found, or the simulation proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    AckBeforeCommit,
    NoVersionFence,
    /// A turn of the agent counts whatever has been said since it began.
    NoAgentFence,
    PublishBeforeCommit,
    NoClaimBeforeSend,
    RecoverForgotten,
    /// A mark in memory instead of the inserted row: the repeat is answered while the first is not committed.
    DedupeByMemory,
    /// The send of a taken delivery may start any time later, even after others were let pass.
    LateSend,
    /// The scheduler takes a timer for fired once it has handed it on.
    TimerHandedOnOnce,
    /// The owner does not read again when it takes a conversation over.
    TakeoverWithoutReload,
}
