//! The tables, as both dialects of `migrations/` make them (a test holds this file against the two databases).

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    companies (id) {
        id -> BigInt,
        name -> Text,
        is_active -> Bool,
        plan -> Text,
        limits -> Json,
        settings -> Json,
        locale -> Text,
        time_zone -> Text,
        created_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    company_feeds (company_id) {
        company_id -> BigInt,
        last_seq -> BigInt,
        last_customer -> BigInt,
        last_lead -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        hashed_password -> Text,
        is_active -> Bool,
        locale -> Text,
        time_zone -> Nullable<Text>,
        created_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    memberships (id) {
        id -> BigInt,
        company_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        is_active -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    departments (id) {
        id -> BigInt,
        company_id -> BigInt,
        name -> Text,
        created_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    department_members (department_id, user_id) {
        company_id -> BigInt,
        department_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        company_id -> BigInt,
        user_id -> BigInt,
        refresh_hash -> Text,
        previous_hash -> Nullable<Text>,
        rotated_at -> BigInt,
        address -> Text,
        user_agent -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        changed_at -> BigInt,
    }
}

diesel::table! {
    invites (id) {
        id -> BigInt,
        company_id -> BigInt,
        role -> Text,
        email -> Nullable<Text>,
        token_hash -> Text,
        created_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
        accepted_by -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    channels (id) {
        id -> BigInt,
        company_id -> BigInt,
        kind -> Text,
        name -> Text,
        mode -> Text,
        enabled -> Bool,
        key -> Nullable<Text>,
        token -> Nullable<Text>,
        token_hint -> Nullable<Text>,
        secret -> Nullable<Text>,
        secret_hash -> Nullable<Text>,
        provider_id -> Nullable<Text>,
        username -> Nullable<Text>,
        settings -> Json,
        health_state -> Text,
        health_detail -> Text,
        health_checked_at -> Nullable<BigInt>,
        health_retry_at -> Nullable<BigInt>,
        last_event_at -> Nullable<BigInt>,
        poll_offset -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    customers (id) {
        id -> BigInt,
        company_id -> BigInt,
        name -> Text,
        phone -> Nullable<Text>,
        phone_e164 -> Nullable<Text>,
        email -> Nullable<Text>,
        username -> Nullable<Text>,
        language -> Nullable<Text>,
        locale -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        source -> Nullable<Text>,
        notes -> Text,
        fields -> Json,
        seq -> BigInt,
        merged_into_id -> Nullable<BigInt>,
        erased_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        number -> BigInt,
    }
}

diesel::table! {
    identities (id) {
        id -> BigInt,
        company_id -> BigInt,
        channel_id -> BigInt,
        customer_id -> BigInt,
        home_key -> Text,
        address -> Text,
        username -> Nullable<Text>,
        blocked_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    identity_keys (channel_id, key) {
        company_id -> BigInt,
        channel_id -> BigInt,
        key -> Text,
        identity_id -> BigInt,
    }
}

diesel::table! {
    conversations (id) {
        id -> BigInt,
        company_id -> BigInt,
        channel_id -> BigInt,
        identity_id -> BigInt,
        customer_id -> BigInt,
        episode_id -> BigInt,
        version -> BigInt,
        generation -> BigInt,
        status -> Text,
        handler -> Text,
        assignee_id -> Nullable<BigInt>,
        department_id -> Nullable<BigInt>,
        priority -> BigInt,
        inbound_count -> BigInt,
        last_message_id -> Nullable<BigInt>,
        public_seq -> BigInt,
        public_author -> Text,
        other_seq -> BigInt,
        snoozed_until -> Nullable<BigInt>,
        window_expires_at -> Nullable<BigInt>,
        seq -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        turn_since -> Nullable<BigInt>,
        lead_id -> Nullable<BigInt>,
        lead_at -> Nullable<BigInt>,
        suggestion_run_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    episodes (id) {
        id -> BigInt,
        company_id -> BigInt,
        conversation_id -> BigInt,
        number -> BigInt,
        opened_at -> BigInt,
        first_reply_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        company_id -> BigInt,
        conversation_id -> BigInt,
        episode_id -> BigInt,
        direction -> Text,
        author_type -> Text,
        author_id -> Nullable<BigInt>,
        author_name -> Text,
        kind -> Text,
        text -> Text,
        payload -> Nullable<Json>,
        status -> Text,
        error_code -> Nullable<Text>,
        error_detail -> Nullable<Text>,
        reply_to_id -> Nullable<BigInt>,
        sender -> Text,
        client_id -> Nullable<Text>,
        content_hash -> Nullable<Text>,
        provider_id -> Nullable<Text>,
        provider_at -> Nullable<BigInt>,
        origin -> Text,
        generation -> Nullable<BigInt>,
        agent_run_id -> Nullable<BigInt>,
        bot_version_id -> Nullable<BigInt>,
        edited_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        seq -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    message_revisions (id) {
        id -> BigInt,
        company_id -> BigInt,
        message_id -> BigInt,
        text -> Text,
        replaced_at -> BigInt,
    }
}

diesel::table! {
    reactions (message_id, author, emoji) {
        company_id -> BigInt,
        message_id -> BigInt,
        author -> Text,
        emoji -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    attachments (id) {
        id -> BigInt,
        company_id -> BigInt,
        message_id -> Nullable<BigInt>,
        uploaded_by -> Nullable<BigInt>,
        position -> BigInt,
        kind -> Text,
        name -> Text,
        mime -> Text,
        size -> BigInt,
        status -> Text,
        storage_key -> Nullable<Text>,
        provider_file_id -> Nullable<Text>,
        provider_unique_id -> Nullable<Text>,
        error -> Nullable<Text>,
        created_at -> BigInt,
        transcript -> Nullable<Text>,
        transcript_state -> Text,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        company_id -> BigInt,
        conversation_id -> BigInt,
        message_id -> BigInt,
        channel_id -> BigInt,
        part -> BigInt,
        attempt -> BigInt,
        state -> Text,
        retries -> BigInt,
        not_before -> Nullable<BigInt>,
        provider_id -> Nullable<Text>,
        node -> Nullable<Text>,
        claimed_at -> Nullable<BigInt>,
        uncertain_at -> Nullable<BigInt>,
        error_code -> Nullable<Text>,
        error_detail -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    orphan_receipts (channel_id, provider_id, status) {
        channel_id -> BigInt,
        provider_id -> Text,
        status -> Text,
        detail -> Nullable<Text>,
        received_at -> BigInt,
        error_code -> Nullable<Text>,
    }
}

diesel::table! {
    read_states (conversation_id, user_id) {
        company_id -> BigInt,
        conversation_id -> BigInt,
        user_id -> BigInt,
        read_count -> BigInt,
        read_up_to -> Nullable<BigInt>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    drafts (user_id, conversation_id) {
        company_id -> BigInt,
        user_id -> BigInt,
        conversation_id -> BigInt,
        reply -> Text,
        note -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        company_id -> BigInt,
        user_id -> BigInt,
        code -> Text,
        conversation_id -> BigInt,
        message_id -> Nullable<BigInt>,
        params -> Json,
        read_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    inbound_raw (id) {
        id -> BigInt,
        channel_id -> BigInt,
        external_id -> Text,
        conversation_id -> Nullable<BigInt>,
        body -> Binary,
        state -> Text,
        attempts -> BigInt,
        error -> Nullable<Text>,
        received_at -> BigInt,
    }
}

diesel::table! {
    events (company_id, seq) {
        company_id -> BigInt,
        seq -> BigInt,
        kind -> Text,
        conversation_id -> Nullable<BigInt>,
        message_id -> Nullable<BigInt>,
        customer_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        department_before -> Nullable<BigInt>,
        department_after -> Nullable<BigInt>,
        assignee_before -> Nullable<BigInt>,
        assignee_after -> Nullable<BigInt>,
        diff -> Nullable<Json>,
        at -> BigInt,
        lead_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    timers (id) {
        id -> BigInt,
        company_id -> BigInt,
        conversation_id -> BigInt,
        kind -> Text,
        due_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        company_id -> Nullable<BigInt>,
        kind -> Text,
        payload -> Json,
        state -> Text,
        attempts -> BigInt,
        run_at -> BigInt,
        claimed_by -> Nullable<Text>,
        claimed_until -> Nullable<BigInt>,
        error -> Nullable<Text>,
        created_at -> BigInt,
        key -> Nullable<Text>,
        asked_again -> Bool,
        trouble -> Nullable<Text>,
        done -> BigInt,
        total -> Nullable<BigInt>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    agent_versions (id) {
        id -> BigInt,
        company_id -> BigInt,
        channel_id -> BigInt,
        number -> BigInt,
        settings -> Json,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    agent_runs (id) {
        id -> BigInt,
        company_id -> BigInt,
        conversation_id -> BigInt,
        agent_version_id -> BigInt,
        generation -> BigInt,
        state -> Text,
        model -> Text,
        trace -> Json,
        tokens_in -> BigInt,
        tokens_out -> BigInt,
        cost_micros -> BigInt,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        reply -> Text,
        acts -> Json,
        reason -> Nullable<Text>,
        function_called -> Nullable<Text>,
        message_id -> Nullable<BigInt>,
        latency_ms -> BigInt,
        traced_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    prompts (company_id, hash) {
        company_id -> BigInt,
        hash -> Text,
        text -> Text,
        used_at -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        company_id -> BigInt,
        user_id -> Nullable<BigInt>,
        action -> Text,
        target -> Text,
        data -> Json,
        at -> BigInt,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        token -> BigInt,
        until -> BigInt,
    }
}
diesel::table! {
    nodes (id) {
        id -> Text,
        place -> Text,
        until -> BigInt,
    }
}
diesel::table! {
    signals (id) {
        id -> BigInt,
        node -> Text,
        body -> Text,
        at -> BigInt,
    }
}
diesel::table! {
    leads (id) {
        id -> BigInt,
        company_id -> BigInt,
        customer_id -> BigInt,
        conversation_id -> BigInt,
        episode_id -> BigInt,
        agent_run_id -> Nullable<BigInt>,
        name -> Text,
        phone -> Text,
        phone_e164 -> Text,
        city -> Text,
        object_type -> Text,
        area -> Text,
        summary -> Text,
        language -> Text,
        status -> Text,
        assignee_id -> Nullable<BigInt>,
        notice_state -> Text,
        notice_detail -> Nullable<Text>,
        seq -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        number -> BigInt,
    }
}
diesel::table! {
    ai_settings (company_id) {
        company_id -> BigInt,
        api_key -> Nullable<Text>,
        key_hint -> Nullable<Text>,
        base_url -> Nullable<Text>,
        model -> Nullable<Text>,
        transcribe_model -> Nullable<Text>,
        default_region -> Text,
        prices -> Json,
        daily_budget_micros -> Nullable<BigInt>,
        card -> Text,
        allowed_hosts -> Json,
        customer_fields -> Json,
        error_code -> Nullable<Text>,
        error_detail -> Nullable<Text>,
        error_at -> Nullable<BigInt>,
        updated_at -> BigInt,
    }
}
diesel::table! {
    ai_spend (company_id, day, channel_id) {
        company_id -> BigInt,
        day -> BigInt,
        channel_id -> BigInt,
        runs -> BigInt,
        tokens_in -> BigInt,
        tokens_out -> BigInt,
        recordings -> BigInt,
        audio_ms -> BigInt,
        cost_micros -> BigInt,
    }
}
diesel::table! {
    ai_budgets (company_id, day, channel_id) {
        company_id -> BigInt,
        day -> BigInt,
        channel_id -> BigInt,
        spent_micros -> BigInt,
        reserved_micros -> BigInt,
    }
}
diesel::table! {
    ai_reservations (id) {
        id -> BigInt,
        company_id -> BigInt,
        day -> BigInt,
        channel_id -> BigInt,
        micros -> BigInt,
        expires_at -> BigInt,
    }
}
diesel::table! {
    agent_tools (id) {
        id -> BigInt,
        company_id -> BigInt,
        name -> Text,
        description -> Text,
        method -> Text,
        url -> Text,
        parameters -> Json,
        headers -> Nullable<Text>,
        headers_hint -> Nullable<Text>,
        timeout_ms -> BigInt,
        enabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}
diesel::table! {
    notice_chats (company_id) {
        company_id -> BigInt,
        channel_id -> BigInt,
        chat_id -> Text,
        title -> Text,
        connected_by -> Nullable<BigInt>,
        connected_at -> BigInt,
    }
}
diesel::table! {
    telegram_codes (code_hash) {
        code_hash -> Text,
        company_id -> BigInt,
        user_id -> BigInt,
        purpose -> Text,
        expires_at -> BigInt,
    }
}
diesel::table! {
    telegram_links (company_id, user_id) {
        company_id -> BigInt,
        user_id -> BigInt,
        telegram_user_id -> Text,
        name -> Text,
        linked_at -> BigInt,
    }
}
diesel::table! {
    search_cursors (company_id) {
        company_id -> BigInt,
        seq -> BigInt,
        fill_below -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    meta,
    companies,
    company_feeds,
    users,
    memberships,
    departments,
    department_members,
    sessions,
    invites,
    channels,
    customers,
    identities,
    identity_keys,
    conversations,
    episodes,
    messages,
    message_revisions,
    reactions,
    attachments,
    deliveries,
    orphan_receipts,
    read_states,
    drafts,
    notifications,
    inbound_raw,
    events,
    timers,
    jobs,
    prompts,
    agent_versions,
    agent_runs,
    leads,
    ai_settings,
    ai_spend,
    ai_budgets,
    ai_reservations,
    agent_tools,
    notice_chats,
    telegram_codes,
    telegram_links,
    audit_log,
    leases,
    nodes,
    signals,
    search_cursors,
);
