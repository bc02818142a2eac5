// Made from api/openapi.json and api/asyncapi.json by `npm run gen`; not to be edited by hand.
export interface components {
    schemas: {
        /** @description The account as register and me show it. */
        Account: {
            /** Format: int64 */
            company_id: number;
            company_name: string;
            /** Format: date-time */
            created_at: string;
            email: string;
            /** Format: int64 */
            id: number;
            is_active: boolean;
            locale: string;
            name: string;
            /**
             * Format: int64
             * @description The company's first user.
             */
            owner_id: number;
            /** @description When it was just made. */
            password_strength?: components["schemas"]["PasswordStrength"];
            /** @enum {string} */
            role: "operator" | "manager" | "owner";
            time_zone: string;
        };
        AddingAgentTool: {
            description: string;
            enabled?: boolean | null;
            /** @description Sealed, never answered. */
            headers?: {
                [key: string]: string;
            } | null;
            /** @enum {string|null} */
            method?: "GET" | "POST" | null;
            name: string;
            parameters?: components["schemas"]["AgentToolParameterInput"][] | null;
            /** Format: int64 */
            timeout_ms?: number | null;
            /** @description http or https, outside of our network. GET sends the parameters in the query, POST as a JSON object. */
            url: string;
        };
        /** @description A channel's agent. `settings` are what is saved, or what a channel begins with. */
        Agent: {
            /**
             * @description What happens now: people while the agent is not ready.
             * @enum {string}
             */
            answers_first: "agent" | "drafts" | "people";
            /** Format: int64 */
            channel_id: number;
            ready: boolean;
            settings: components["schemas"]["AgentSettings"];
            /** Format: date-time */
            updated_at: string | null;
            updated_by: components["schemas"]["Person"] | null;
            /**
             * Format: int64
             * @description 0: nobody has saved any.
             */
            version: number;
        };
        /** @description `from` and `to` are `HH:MM`. A `to` before `from` is the next morning; equal ones are the whole day. */
        AgentHours: {
            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
            /** @description HH:MM in the company's time zone. */
            from: string;
            to: string;
            /** @enum {string} */
            when: "inside" | "outside" | "always";
        };
        /** @description `from` and `to` are `HH:MM`. A `to` before `from` is the next morning; equal ones are the whole day. */
        AgentHoursInput: {
            /**
             * @default [
             *       "mon",
             *       "tue",
             *       "wed",
             *       "thu",
             *       "fri"
             *     ]
             */
            days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
            /**
             * @description HH:MM in the company's time zone.
             * @default 09:00
             */
            from?: string;
            /** @default 18:00 */
            to?: string;
            /**
             * @default inside
             * @enum {string}
             */
            when?: "inside" | "outside" | "always";
        };
        /** @description Ready settings under a name in each language. */
        AgentPreset: {
            id: string;
            name: {
                en: string;
                kk: string;
                ru: string;
            };
            settings: components["schemas"]["AgentSettings"];
        };
        AgentPresets: {
            presets: components["schemas"]["AgentPreset"][];
        };
        /** @description One turn of an agent. */
        AgentRun: {
            /** Format: int64 */
            agent_version: number;
            /** Format: int64 */
            conversation_id: number;
            /** @description US dollars. */
            cost: number;
            /** Format: date-time */
            ended_at: string | null;
            function_called: string | null;
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            latency_ms: number;
            /** Format: int64 */
            message_id: number | null;
            /** @description The messages that the model read, oldest first. */
            messages_read: number[];
            model: string;
            /** @description The system message as it was sent; empty once it was purged, after 30 days. */
            prompt: unknown;
            reason: string | null;
            reply: string;
            /** Format: date-time */
            started_at: string;
            state: string;
            /** Format: int64 */
            tokens_in: number;
            /** Format: int64 */
            tokens_out: number;
            tool_calls: components["schemas"]["ToolUse"][];
        };
        /** @description Unknown fields are refused, so that a misspelt setting is told; missing ones have their default. */
        AgentSettings: {
            /**
             * @description drafts: the agent writes, a person sends.
             * @enum {string}
             */
            answers_first: "agent" | "drafts" | "people";
            /** @description US dollars; without it only the company's own daily budget holds. */
            budget_per_conversation: number | null;
            /** @description US dollars a day for this channel. */
            budget_per_day: number | null;
            /** @description How long to wait for the customer's next message before thinking. */
            debounce_ms: number;
            /** @description Say that an AI answers where the channel itself has no place to say it. */
            disclose: boolean;
            /** @description Free instructions of the owner. */
            extra: string;
            /** @description What to learn, in this order; each key once. */
            find_out: components["schemas"]["FindOut"][];
            /** @description The first words by language word (`ru`, `kk`, `en`). */
            greeting: {
                en?: string;
                kk?: string;
                ru?: string;
            };
            /** @description When to call a person, besides the rules that always do. */
            hand_over_when: string;
            /** @description Without it the agent answers at any hour. */
            hours: components["schemas"]["AgentHours"] | null;
            /** @description The languages it answers in; the first one when the customer's is unknown. */
            languages: ("ru" | "kk" | "en")[];
            /** @description Without it the company's model. */
            model: string | null;
            /** @description How the agent signs; customers see it. */
            name: string;
            /** @description Who it is and what it is for. */
            role: string;
            /**
             * @description card: it also answers what the company card answers.
             * @enum {string}
             */
            scope: "qualifying" | "card";
            temperature: number;
            /** @description How it speaks. */
            tone: string;
        };
        /** @description Unknown fields are refused, so that a misspelt setting is told; missing ones have their default. */
        AgentSettingsInput: {
            /**
             * @description drafts: the agent writes, a person sends.
             * @default agent
             * @enum {string}
             */
            answers_first?: "agent" | "drafts" | "people";
            /** @description US dollars; without it only the company's own daily budget holds. */
            budget_per_conversation?: number | null;
            /** @description US dollars a day for this channel. */
            budget_per_day?: number | null;
            /**
             * @description How long to wait for the customer's next message before thinking.
             * @default 1500
             */
            debounce_ms?: number;
            /**
             * @description Say that an AI answers where the channel itself has no place to say it.
             * @default true
             */
            disclose?: boolean;
            /**
             * @description Free instructions of the owner.
             * @default
             */
            extra?: string;
            /**
             * @description What to learn, in this order; each key once.
             * @default []
             */
            find_out?: components["schemas"]["FindOutInput"][];
            /**
             * @description The first words by language word (`ru`, `kk`, `en`).
             * @default {}
             */
            greeting?: {
                en?: string;
                kk?: string;
                ru?: string;
            };
            /**
             * @description When to call a person, besides the rules that always do.
             * @default
             */
            hand_over_when?: string;
            /** @description Without it the agent answers at any hour. */
            hours?: components["schemas"]["AgentHoursInput"] | null;
            /**
             * @description The languages it answers in; the first one when the customer's is unknown.
             * @default [
             *       "ru",
             *       "kk",
             *       "en"
             *     ]
             */
            languages?: ("ru" | "kk" | "en")[];
            /** @description Without it the company's model. */
            model?: string | null;
            /**
             * @description How the agent signs; customers see it.
             * @default Ассистент
             */
            name?: string;
            /**
             * @description Who it is and what it is for.
             * @default
             */
            role?: string;
            /**
             * @description card: it also answers what the company card answers.
             * @default qualifying
             * @enum {string}
             */
            scope?: "qualifying" | "card";
            /** @default 0.3 */
            temperature?: number;
            /**
             * @description How it speaks.
             * @default
             */
            tone?: string;
        };
        AgentTool: {
            description: string;
            enabled: boolean;
            headers_hint: string | null;
            /** Format: int64 */
            id: number;
            /** @enum {string} */
            method: "GET" | "POST";
            name: string;
            parameters: components["schemas"]["AgentToolParameter"][];
            /** Format: int64 */
            timeout_ms: number;
            /** @description http or https, outside of our network. GET sends the parameters in the query, POST as a JSON object. */
            url: string;
        };
        /** @description What came of a call. */
        AgentToolAnswer: {
            /** @description What the agent would read. */
            body: string;
            /** @description Why the call was not made, or has no answer. */
            refused: string | null;
            /**
             * Format: int64
             * @description The server's; null when there was no answer.
             */
            status: number | null;
        };
        /** @description A parameter of a company's own tool. */
        AgentToolParameter: {
            description: string;
            name: string;
            required: boolean;
            /** @enum {string} */
            type: "string" | "number" | "integer" | "boolean";
        };
        /** @description A parameter of a company's own tool. */
        AgentToolParameterInput: {
            /** @default  */
            description?: string;
            name: string;
            /** @default false */
            required?: boolean;
            /** @enum {string} */
            type: "string" | "number" | "integer" | "boolean";
        };
        AgentTools: {
            tools: components["schemas"]["AgentTool"][];
        };
        /** @description What an agent would have said and done. */
        AgentTrial: {
            cost: number;
            /** @enum {string} */
            ended: "answer" | "handoff";
            /** Format: int64 */
            latency_ms: number;
            /** @description Why it would hand over to people. */
            reason: string | null;
            text: string;
            /** Format: int64 */
            tokens_in: number;
            /** Format: int64 */
            tokens_out: number;
            tool_calls: components["schemas"]["ToolUse"][];
        };
        AgentVersion: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Person"] | null;
            /** Format: int64 */
            number: number;
            /** @description As they were saved: an old version may lack what came later. */
            settings: components["schemas"]["AgentSettings"];
        };
        AgentVersions: {
            next_cursor: string | null;
            versions: components["schemas"]["AgentVersion"][];
        };
        /** @description What a company's agents run on. What is the company's own is null where the instance's stands in for it. */
        Ai: {
            /** @description Where links in replies may lead, each with everything under it. */
            allowed_hosts: string[];
            base_url: string | null;
            budget_today: number | null;
            /** @description What agents may say about the company. */
            card: string;
            customer_fields: components["schemas"]["CustomerField"][];
            /** @description US dollars; null: no limit but the instance's. */
            daily_budget: number | null;
            /** @description Country of phone numbers without a country code. */
            default_region: string;
            key_hint: string | null;
            last_error: components["schemas"]["AiError"] | null;
            /** @description US dollars for a million tokens, by model. */
            list_prices: {
                [key: string]: components["schemas"]["ModelPrice"];
            };
            model: string | null;
            model_in_use: string | null;
            /** @description The company's own, before list_prices; US dollars for a million tokens. */
            prices: {
                [key: string]: components["schemas"]["ModelPrice"];
            };
            /** @description Without it conversations go to people. */
            ready: boolean;
            /**
             * @description Whose key it is.
             * @enum {string}
             */
            source: "company" | "instance" | "none";
            spent_today: number;
            transcribe_model: string | null;
            transcribe_model_in_use: string | null;
        };
        /** @description Why the model could not be used. */
        AiError: {
            /** Format: date-time */
            at: string | null;
            code: string;
            detail: string;
        };
        Assigning: {
            /**
             * @description True: back to the agent.
             * @default false
             */
            agent?: boolean;
            /**
             * Format: int64
             * @description null gives it back to the queue.
             */
            assignee_id: number | null;
            /** @description However often the note is sent under this, it is written once. */
            client_id?: string | null;
            /**
             * Format: int64
             * @description Who has it as far as the caller knows; null: nobody. Not said, it is taken from whoever has it.
             */
            if_assignee?: number | null;
            /** @description Written as a note of the conversation, and whoever gets that is led to it. At most 64 KB. */
            note?: string | null;
        };
        Attachment: {
            /** Format: int64 */
            id: number;
            kind: string;
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
            /** @enum {string} */
            status: "pending" | "ready" | "failed";
            /** @description What is said in a voice message, as far as it was understood. */
            transcript: string | null;
            /** @enum {string} */
            transcript_state: "none" | "pending" | "done" | "doubtful" | "failed";
            /** @description Null until the bytes are here. */
            url: string | null;
        };
        Author: {
            /** Format: int64 */
            id: number | null;
            name: string;
            /** @enum {string} */
            type: "customer" | "operator" | "agent" | "bot" | "system";
        };
        /** @description A bot that a code can be sent to. */
        Bot: {
            /** Format: int64 */
            channel_id: number;
            /** @description Without @; null until the bot has answered for the first time. */
            username: string | null;
        };
        /** @description A choice under a message; pressing it comes back as a message of kind `buttons`. */
        Button: {
            id: string;
            title: string;
        };
        Bytes: string;
        /** @description What is missing stays. */
        ChangingAgentTool: {
            description?: string | null;
            enabled?: boolean | null;
            /** @description Sealed, never answered; null or {} takes them away. */
            headers?: {
                [key: string]: string;
            } | null;
            /** @enum {string|null} */
            method?: "GET" | "POST" | null;
            name?: string | null;
            parameters?: components["schemas"]["AgentToolParameterInput"][] | null;
            /** Format: int64 */
            timeout_ms?: number | null;
            /** @description http or https, outside of our network. GET sends the parameters in the query, POST as a JSON object. */
            url?: string | null;
        };
        /** @description What is missing stays; what is null falls back on the instance's. */
        ChangingAi: {
            allowed_hosts?: string[] | null;
            /** @description Owner only. Null takes it away, with base_url and the models. */
            api_key?: string | null;
            /** @description Owner only. Needs a key of the company's own. */
            base_url?: string | null;
            card?: string | null;
            customer_fields?: components["schemas"]["CustomerFieldInput"][] | null;
            daily_budget?: number | null;
            /**
             * @description A country by its two letters
             * @example KZ
             */
            default_region?: string | null;
            model?: string | null;
            /** @description US dollars for a million tokens, by model */
            prices?: {
                [key: string]: components["schemas"]["ModelPrice"];
            } | null;
            transcribe_model?: string | null;
        };
        ChangingChannel: {
            /** @description WhatsApp only. */
            access_token?: string | null;
            /** @description Web chats only. */
            allowed_origins?: string[] | null;
            /** @description WhatsApp only. */
            app_secret?: string | null;
            enabled?: boolean | null;
            /**
             * @description Telegram only.
             * @enum {string|null}
             */
            mode?: "webhook" | "polling" | null;
            name?: string | null;
            /** @description Telegram only. */
            token?: string | null;
            /** @description WhatsApp only. */
            verify_token?: string | null;
        };
        /** @description A field that is missing stays; one that is null or empty is emptied, as far as it may be. */
        ChangingLead: {
            area?: string | null;
            /**
             * Format: int64
             * @description An operator who sees the conversation; null for nobody.
             */
            assignee_id?: number | null;
            city?: string | null;
            name?: string | null;
            object_type?: string | null;
            /**
             * Format: phone
             * @description A number that exists by the rules of its country; without a country code, of the company's
             */
            phone?: string | null;
            /** @enum {string|null} */
            status?: "new" | "in_progress" | "won" | "lost" | null;
            summary?: string | null;
        };
        ChangingMe: {
            current_password?: string | null;
            /** @enum {string|null} */
            locale?: "ru" | "kk" | "en" | null;
            name?: string | null;
            password?: string | null;
            /**
             * Format: time-zone
             * @description A name or an alias of IANA's list; any other is refused by its name
             * @example Asia/Almaty
             * @example US/Eastern
             */
            time_zone?: string | null;
        };
        ChangingOperator: {
            is_active?: boolean | null;
            /** @enum {string|null} */
            role?: "operator" | "manager" | "owner" | null;
        };
        ChangingSettings: {
            company_name?: string | null;
            /** @enum {string|null} */
            locale?: "ru" | "kk" | "en" | null;
            /**
             * Format: time-zone
             * @description A name or an alias of IANA's list; any other is refused by its name
             * @example Asia/Almaty
             * @example US/Eastern
             */
            time_zone?: string | null;
        };
        /** @description What only channels of a bot have. */
        Channel: {
            allowed_origins?: string[];
            chat_url?: string;
            /** Format: date-time */
            created_at: string;
            display_phone_number?: string | null;
            enabled: boolean;
            health: components["schemas"]["ChannelHealth"];
            /** Format: int64 */
            id: number;
            key?: string;
            /** @enum {string} */
            kind: "telegram" | "whatsapp" | "webchat" | "api";
            /** @enum {string} */
            mode?: "webhook" | "polling";
            name: string;
            phone_number_id?: string | null;
            /** @enum {string} */
            status: "active" | "disabled" | "error";
            token_hint?: string | null;
            username?: string | null;
            verified_name?: string | null;
        };
        /** @description How well a channel works. */
        ChannelHealth: {
            /** Format: date-time */
            checked_at: string | null;
            /** @description For managers and owners: it may hold the provider's own words. Empty for operators. */
            detail: string;
            /** Format: date-time */
            last_event_at: string | null;
            /** Format: date-time */
            last_inbound_at?: string | null;
            /** @description How many people may be written to first within a day, as `TIER_1K`. */
            messaging_limit?: string | null;
            /** @description `GREEN`, `YELLOW`, `RED` or `UNKNOWN`. */
            quality?: string | null;
            /** Format: date-time */
            retry_at: string | null;
            /** @enum {string} */
            state: "ok" | "checking" | "retrying" | "unauthorized" | "disabled";
            verify_token_hint?: string | null;
            webhook_url?: string;
        };
        Channels: {
            channels: components["schemas"]["Channel"][];
            next_cursor: string | null;
        };
        ChatAnswer: {
            /** Format: int64 */
            conversation_id: number;
            function_called: string | null;
            /** Format: int64 */
            message_id: number;
            response: string;
            /** @enum {string} */
            status: "success" | "handed_over" | "pending";
            user_id: string;
        };
        ChatAuthor: {
            name: string;
            /** @enum {string} */
            type: "customer" | "operator" | "agent" | "bot" | "system";
        };
        /** @description Something that was said to a customer. */
        ChatLine: {
            author: components["schemas"]["ChatAuthor"];
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            text: string;
        };
        ChatSince: {
            /** Format: int64 */
            after: number;
            /** Format: int64 */
            conversation_id?: number;
            /** @enum {string} */
            handler?: "bot" | "agent" | "operator" | "queue";
            messages: components["schemas"]["ChatLine"][];
            user_id: string;
        };
        CodeLink: {
            /** Format: int64 */
            channel_id: number;
            /** @description Adds the bot to a group with the code; for a company's chat only. */
            group_url?: string;
            /** @description Opens the bot with the code. */
            url: string;
            username: string;
        };
        /**
         * @description A conversation as lists and `conversation.*` frames show it. `unread` and `read_up_to` differ per viewer, so only HTTP answers
         *     carry them.
         */
        Conversation: {
            assignee: components["schemas"]["Person"] | null;
            /** Format: int64 */
            channel_id: number;
            /** @enum {string} */
            channel_kind: "telegram" | "whatsapp" | "webchat" | "api";
            /** Format: date-time */
            created_at: string;
            customer: components["schemas"]["CustomerBrief"];
            /** Format: int64 */
            department_id: number | null;
            /** @enum {string} */
            handler: "bot" | "agent" | "operator" | "queue";
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            inbound_count: number;
            last_message: components["schemas"]["Message"] | null;
            /** Format: int64 */
            lead_id: number | null;
            /**
             * Format: int64
             * @description The last message that one has read.
             */
            read_up_to?: number;
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            snoozed_until: string | null;
            /** @enum {string} */
            status: "open" | "pending" | "snoozed" | "closed";
            suggestion: components["schemas"]["Suggestion"] | null;
            /** Format: int64 */
            unread?: number;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            window_expires_at: string | null;
        };
        ConversationBrief: {
            /** @enum {string} */
            channel_kind: "telegram" | "whatsapp" | "webchat" | "api";
            customer: components["schemas"]["CustomerName"];
            /** @enum {string} */
            handler: "bot" | "agent" | "operator" | "queue";
            /** Format: int64 */
            id: number;
            /** @enum {string} */
            status: "open" | "pending" | "snoozed" | "closed";
        };
        Conversations: {
            conversations: components["schemas"]["Conversation"][];
            /** @description How many of each view one has not read. */
            counts: {
                /** Format: int64 */
                all: number;
                /** Format: int64 */
                mine: number;
                /** Format: int64 */
                unassigned: number;
            };
            next_cursor: string | null;
            /** @description How many of each view wait for an answer. */
            waiting: {
                /** Format: int64 */
                all: number;
                /** Format: int64 */
                mine: number;
                /** Format: int64 */
                unassigned: number;
            };
        };
        /** @description What a message brings along about its conversation, so that a plain message is one frame. */
        ConversationSummary: {
            assignee: components["schemas"]["Person"] | null;
            /** @enum {string} */
            handler: "bot" | "agent" | "operator" | "queue";
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            inbound_count: number;
            /** Format: int64 */
            last_message_id: number | null;
            /** Format: int64 */
            lead_id: number | null;
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            snoozed_until: string | null;
            /** @enum {string} */
            status: "open" | "pending" | "snoozed" | "closed";
            suggestion: components["schemas"]["Suggestion"] | null;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            window_expires_at: string | null;
        };
        CreatingChannel: {
            /** @description WhatsApp only: of a system user. */
            access_token?: string | null;
            allowed_origins?: string[] | null;
            /** @description WhatsApp only: of the Meta app that posts the messages, unless that is the instance's own. */
            app_secret?: string | null;
            /** @enum {string} */
            kind: "telegram" | "whatsapp" | "webchat" | "api";
            /** @enum {string|null} */
            mode?: "webhook" | "polling" | null;
            name?: string | null;
            /** @description WhatsApp only: Meta's own number of the phone number. */
            phone_number_id?: string | null;
            token?: string | null;
            /** @description WhatsApp only: what Meta shows when the webhook is set up. */
            verify_token?: string | null;
        } & ({
            /** @constant */
            kind?: "telegram";
            token: string;
        } | {
            access_token: string;
            app_secret?: string | null;
            /** @constant */
            kind?: "whatsapp";
            phone_number_id: string;
            verify_token?: string | null;
        } | {
            /** @constant */
            kind?: "webchat";
        } | {
            /** @constant */
            kind?: "api";
        });
        /** @description What a person has heard in a conversation. */
        CreatingLead: {
            area?: string | null;
            city?: string | null;
            /** Format: int64 */
            conversation_id: number;
            language?: string | null;
            name: string;
            /**
             * @description Tells the company's own chat, as of a lead that the agent has made.
             * @default false
             */
            notify?: boolean;
            object_type?: string | null;
            /**
             * Format: phone
             * @description A number that exists by the rules of its country; without a country code, of the company's
             */
            phone: string;
            summary?: string | null;
        };
        Credentials: {
            /** Format: password */
            password: string;
            username: string;
        };
        Customer: {
            channels: components["schemas"]["CustomerChannel"][];
            /** Format: date-time */
            created_at: string;
            email: string | null;
            /** Format: int64 */
            id: number;
            language: string | null;
            name: string;
            notes: string;
            /**
             * Format: int64
             * @description Counts the company's customers from 1.
             */
            number: number;
            phone: string | null;
            phone_e164: string | null;
            /** Format: int64 */
            seq: number;
            source: string | null;
            /** Format: date-time */
            updated_at: string;
            username: string | null;
        };
        CustomerBrief: {
            /** Format: int64 */
            id: number;
            language: string | null;
            name: string;
            /**
             * Format: int64
             * @description Counts the company's customers from 1.
             */
            number: number;
            phone: string | null;
            username: string | null;
        };
        /** @description Where a customer can be reached. */
        CustomerChannel: {
            /** Format: int64 */
            channel_id: number;
            kind: string;
            username: string | null;
        };
        /** @description Something that a company wants to know of its customers. */
        CustomerField: {
            description: string;
            key: string;
            label: string;
        };
        /** @description Something that a company wants to know of its customers. */
        CustomerFieldInput: {
            /** @default  */
            description?: string;
            key: string;
            label: string;
        };
        CustomerName: {
            /** Format: int64 */
            id: number;
            name: string;
            /** Format: int64 */
            number: number;
        };
        Customers: {
            customers: components["schemas"]["Customer"][];
            next_cursor: string | null;
        };
        Draft: {
            /** Format: int64 */
            conversation_id: number;
            note: string;
            reply: string;
            /** Format: date-time */
            updated_at: string;
        };
        Drafts: {
            drafts: components["schemas"]["Draft"][];
            next_cursor: string | null;
        };
        /** @description A field that is missing stays; one that is null or empty is emptied. */
        EditingCustomer: {
            email?: string | null;
            language?: string | null;
            name?: string | null;
            notes?: string | null;
            phone?: string | null;
        };
        File: {
            /** Format: int64 */
            id: number;
            /** @enum {string} */
            kind: "image" | "audio" | "video" | "document";
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
        };
        /** @description One thing to learn from the customer. */
        FindOut: {
            /** @description `city`; the lead's own names go into the lead's own fields. */
            key: string;
            /** @description What it is, in words the model and the owner read. */
            label: string;
            /** @description Without it there is no lead yet. */
            required: boolean;
        };
        /** @description One thing to learn from the customer. */
        FindOutInput: {
            /** @description `city`; the lead's own names go into the lead's own fields. */
            key: string;
            /** @description What it is, in words the model and the owner read. */
            label: string;
            /**
             * @description Without it there is no lead yet.
             * @default false
             */
            required?: boolean;
        };
        Health: {
            auth: string;
            /** @enum {string} */
            database: "SQLite" | "PostgreSQL";
            status: string;
            version: string;
        };
        Invite: {
            /** Format: date-time */
            created_at: string;
            email: string | null;
            /** Format: date-time */
            expires_at: string;
            /** Format: int64 */
            id: number;
            /** @enum {string} */
            role: "operator" | "manager" | "owner";
            /** @description Shown once. */
            url?: string;
        };
        InvitePreview: {
            company_name: string;
            email: string | null;
            /** @enum {string} */
            role: "operator" | "manager" | "owner";
        };
        Invites: {
            invites: components["schemas"]["Invite"][];
            next_cursor: string | null;
        };
        InviteToken: {
            token: string;
        };
        Inviting: {
            /** @description Empty: whoever holds the link. */
            email?: string | null;
            /** @enum {string} */
            role: "operator" | "manager" | "owner";
        };
        Job: {
            /** Format: int64 */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /**
             * @description Why it waits, or was given up: a word of ours. A provider's own words, and our insides, stay in the database.
             * @enum {string|null}
             */
            error: "not_connected" | "unavailable" | "refused" | "storage" | "busy" | "paced" | "interrupted" | "unreadable" | null;
            /** Format: int64 */
            id: number;
            kind: string;
            progress: components["schemas"]["JobProgress"];
            /** Format: date-time */
            run_at: string;
            /** @enum {string} */
            status: "queued" | "running" | "failed";
        };
        /** @description How far a job has come. */
        JobProgress: {
            /** Format: int64 */
            done: number;
            note: string | null;
            /** Format: int64 */
            total: number | null;
        };
        Jobs: {
            jobs: components["schemas"]["Job"][];
            next_cursor: string | null;
        };
        Joining: {
            email: string;
            name: string;
            password: string;
            token: string;
        };
        /** @description A lead as programs and screens see it (contract: "Shapes programs rely on"). */
        Lead: {
            /** Format: int64 */
            agent_run_id: number | null;
            area: string;
            assignee: components["schemas"]["Person"] | null;
            /**
             * Format: int64
             * @description The customer.
             */
            bot_user_id: number;
            /** @enum {string} */
            channel_kind: "telegram" | "whatsapp" | "webchat" | "api";
            city: string;
            /** Format: int64 */
            conversation_id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            language: string;
            name: string;
            notice: components["schemas"]["LeadNotice"];
            /**
             * Format: int64
             * @description Counts the company's leads from 1.
             */
            number: number;
            object_type: string;
            /**
             * Format: int64
             * @description The company's first user, for every member.
             */
            owner_id: number;
            /** @description As the customer gave it. */
            phone: string;
            phone_e164: string;
            /** Format: int64 */
            seq: number;
            /** @enum {string} */
            status: "new" | "in_progress" | "won" | "lost";
            summary: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description What became of the notice to the company's own chat. */
        LeadNotice: {
            detail: string | null;
            /** @enum {string} */
            state: "none" | "queued" | "sent" | "uncertain" | "failed";
        };
        Leads: {
            leads: components["schemas"]["Lead"][];
            next_cursor: string | null;
            /** Format: int64 */
            total: number;
        };
        /** @description A conversation that one does not see any more. */
        Left: {
            /** Format: int64 */
            id: number;
        };
        LinkedAccount: {
            /** Format: date-time */
            linked_at: string;
            name: string;
        };
        Message: {
            /**
             * Format: int64
             * @description The turn of the agent that wrote it.
             */
            agent_run_id?: number;
            attachments: components["schemas"]["Attachment"][];
            author: components["schemas"]["Author"];
            button?: components["schemas"]["Press"];
            buttons?: components["schemas"]["Button"][];
            client_id?: string;
            /** Format: int64 */
            conversation_id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deleted_at: string | null;
            /** @enum {string} */
            direction: "in" | "out" | "note" | "event";
            /** Format: date-time */
            edited_at: string | null;
            error: components["schemas"]["MessageError"] | null;
            /** Format: int64 */
            id: number;
            /** @enum {string} */
            kind: "text" | "image" | "document" | "voice" | "audio" | "video" | "sticker" | "location" | "contact" | "buttons" | "reaction" | "template" | "unsupported";
            /**
             * @description More of what the channel tells, by the kind of message. In common: `reply` {name, text, kind, message_id} is the message
             *     it answers, `quote` {text, position, is_manual} the part that is meant, `external_reply` {name, chat, kind, message_id}
             *     one of another chat, `forwarded` {type, name, username, author_signature, at} whose words it passes on, `from` {id, name}
             *     who of a group has written, `message_thread_id` the thread. An event has `event`; `service` is what happened in the
             *     chat: `what`, `by`, `detail`, `data`.
             */
            payload?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            provider_at: string | null;
            reactions: components["schemas"]["Reaction"][];
            /** Format: int64 */
            reply_to: number | null;
            /** Format: int64 */
            seq: number;
            /** @enum {string} */
            status: "received" | "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "cancelled" | "uncertain";
            text: string;
        };
        /** @description Why a message did not arrive */
        MessageError: {
            code: string;
            /** @description Our own sentence; for managers and owners the stored one, which ends with the provider's own words. */
            detail: string;
        };
        MessageFound: {
            conversation: components["schemas"]["ConversationBrief"];
            /** @description Beginning and length of each marked word, in UTF-16 units: what a browser counts. */
            marks: [
                number,
                number
            ][];
            /**
             * @description Where it was found.
             * @enum {string}
             */
            matched: "text" | "transcript" | "file";
            message: components["schemas"]["Message"];
            /** @description Plain text around what was found. */
            snippet: string;
        };
        Messages: {
            messages: components["schemas"]["Message"][];
            next_cursor: string | null;
            /** Format: int64 */
            read_up_to: number | null;
        };
        /** @description US dollars for a million tokens; the same number is micro-dollars for one token. */
        ModelPrice: {
            input: number;
            /** @description US dollars for a minute of a recording, for a model that listens. */
            minute?: number | null;
            output: number;
        };
        /** @description The chat that hears of leads. */
        NoticeChat: {
            /**
             * Format: int64
             * @description The bot that writes there; null for the instance's own.
             */
            channel_id: number | null;
            /** Format: date-time */
            connected_at: string | null;
            title: string;
        };
        Notices: {
            bots: components["schemas"]["Bot"][];
            chat: components["schemas"]["NoticeChat"] | null;
            /** @description A code is shown once, to whoever made it. */
            code: null;
        };
        Notification: {
            /** @enum {string} */
            code: "assigned" | "mentioned";
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            id: number;
            params: components["schemas"]["NotificationParams"];
            /** Format: date-time */
            read_at: string | null;
        };
        /** @description Where a personal notification leads, who caused it, and whom it is about. */
        NotificationParams: {
            by: components["schemas"]["Person"];
            /** Format: int64 */
            conversation_id: number;
            customer: {
                /** Format: int64 */
                id: number;
                name: string;
                /**
                 * Format: int64
                 * @description What was told before customers were counted has none.
                 */
                number: number | null;
            };
            /** Format: int64 */
            message_id: number | null;
        };
        Notifications: {
            next_cursor: string | null;
            notifications: components["schemas"]["Notification"][];
            /**
             * Format: int64
             * @description Of all of them.
             */
            unread: number;
        };
        /**
         * @description How one is shown. Of a lead's notice that failed or is unclear (`notice_failed`, `notice_uncertain`) it has the lead.
         *     `assigned` (somebody else has given you the conversation) and `mentioned` (a note names you) are for one person, with `id` and
         *     `params`; `GET /api/notifications` keeps them.
         */
        NotificationShown: {
            /** Format: int64 */
            channel_id: number | null;
            code: string;
            detail: string;
            /** Format: int64 */
            id?: number;
            /** Format: int64 */
            lead_id?: number;
            params?: components["schemas"]["NotificationParams"];
        };
        NotificationsRead: {
            /**
             * Format: int64
             * @description An id of the list; without it all.
             */
            up_to?: number | null;
        };
        /**
         * @description One's own notifications up to this one were read, on whatever screen; those of a conversation that is read are in
         *     `unread.updated`.
         */
        NotificationsReadUpTo: {
            /** Format: int64 */
            up_to: number;
        };
        Operator: {
            /** Format: date-time */
            created_at: string;
            email: string;
            /** Format: int64 */
            id: number;
            is_active: boolean;
            name: string;
            /**
             * Format: int64
             * @description How many open conversations they have.
             */
            open_conversations: number;
            /** @enum {string} */
            presence: "online" | "offline";
            /** @enum {string} */
            role: "operator" | "manager" | "owner";
        };
        operatorHears: {
            ack: {
                client_id: string;
                message: components["schemas"]["Message"];
                /** @constant */
                type: "ack";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "conversation.assigned": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["Conversation"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "conversation.assigned";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "conversation.created": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["Conversation"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "conversation.created";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "conversation.entered": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["Conversation"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "conversation.entered";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "conversation.left": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["Left"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "conversation.left";
            };
            "conversation.typing": {
                /** Format: int64 */
                conversation_id: number;
                name?: string;
                on: boolean;
                /** @constant */
                type: "conversation.typing";
                /** Format: int64 */
                user_id?: number;
                /** @enum {string} */
                who: "customer" | "operator" | "agent";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "conversation.updated": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["Conversation"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "conversation.updated";
            };
            "conversation.viewing": {
                /** Format: int64 */
                conversation_id: number;
                name: string;
                on: boolean;
                /** @constant */
                type: "conversation.viewing";
                /** Format: int64 */
                user_id: number;
            };
            /**
             * @description How much there is to do in each view: personal, and whole each time. It comes whenever the socket has caught up with the
             *     feed, and when a number changed, at most twice a second.
             */
            "counts.updated": {
                /** @description A number for each view. */
                counts: {
                    all: components["schemas"]["ViewCount"];
                    mine: components["schemas"]["ViewCount"];
                    unassigned: components["schemas"]["ViewCount"];
                };
                /** @constant */
                type: "counts.updated";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "customer.updated": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["Customer"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "customer.updated";
            };
            /** @description A frame that nobody waits for an answer to was not taken. */
            error: {
                problem: components["schemas"]["Problem"];
                /** @constant */
                type: "error";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "lead.created": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id: number;
                data: components["schemas"]["Lead"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "lead.created";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "lead.updated": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id: number;
                data: components["schemas"]["Lead"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "lead.updated";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "message.created": {
                /** Format: date-time */
                at: string;
                conversation: components["schemas"]["ConversationSummary"];
                /** Format: int64 */
                conversation_id: number;
                data: components["schemas"]["Message"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "message.created";
            };
            "message.draft": {
                /** @constant */
                type: "message.draft";
            } & ({
                /** Format: int64 */
                conversation_id: number;
                /** Format: int64 */
                n: number;
                /** Format: int64 */
                run_id: number;
                text: string;
                /** @constant */
                type: "message.draft";
            } | {
                /** Format: int64 */
                conversation_id: number;
                /** @constant */
                done: true;
                /** Format: int64 */
                run_id: number;
                /** @constant */
                type: "message.draft";
            });
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "message.updated": {
                /** Format: date-time */
                at: string;
                conversation: components["schemas"]["ConversationSummary"];
                /** Format: int64 */
                conversation_id: number;
                data: components["schemas"]["Message"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "message.updated";
            };
            /** @description The frame of this `client_id` was not taken. */
            nack: {
                client_id?: string;
                problem: components["schemas"]["Problem"];
                /** @constant */
                type: "nack";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "notification.created": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["NotificationShown"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "notification.created";
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "notifications.read": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["NotificationsReadUpTo"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "notifications.read";
            };
            pong: {
                /** @constant */
                type: "pong";
            };
            "presence.snapshot": {
                online: number[];
                /** @constant */
                type: "presence.snapshot";
            };
            "presence.updated": {
                /** @enum {string} */
                presence: "online" | "offline";
                /** @constant */
                type: "presence.updated";
                /** Format: int64 */
                user_id: number;
            };
            /** @description Signed in; what was missed since `after` follows. */
            ready: {
                epoch: string;
                /** @enum {string} */
                role: "operator" | "manager" | "owner";
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "ready";
                /** Format: int64 */
                user_id: number;
            };
            /** @description What was missed cannot be told any more: everything is to be asked for anew. */
            resync: {
                epoch: string;
                /** @enum {string} */
                role?: "operator" | "manager" | "owner";
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "resync";
                /** Format: int64 */
                user_id?: number;
            };
            /** @description A numbered frame; before it stands `prev`, the number of the frame before it in this session's view. */
            "unread.updated": {
                /** Format: date-time */
                at: string;
                /** Format: int64 */
                conversation_id?: number;
                data: components["schemas"]["UnreadView"];
                /** Format: int64 */
                prev: number;
                /** Format: int64 */
                seq: number;
                /** @constant */
                type: "unread.updated";
            };
        };
        Operators: {
            next_cursor: string | null;
            operators: components["schemas"]["Operator"][];
        };
        operatorSends: {
            auth: {
                /** Format: int64 */
                after?: number | null;
                /** @description Of the last `ready`; with `after` what was missed follows whole and in order. */
                epoch?: string | null;
                token: string;
                /** @constant */
                type: "auth";
            };
            ping: {
                /** @constant */
                type: "ping";
            };
            /** @description A message to send: where to, and what `POST /api/conversations/{id}/messages` takes. */
            send: {
                /** @default [] */
                attachments?: number[];
                /** @default [] */
                buttons?: components["schemas"]["Button"][];
                client_id?: string | null;
                /** Format: int64 */
                conversation_id: number;
                note?: boolean | null;
                /** Format: int64 */
                reply_to?: number | null;
                /**
                 * Format: int64
                 * @description The agent's suggestion that is sent with this.
                 */
                run_id?: number | null;
                /** Format: int64 */
                seen_seq?: number | null;
                /** @description At most 64 KB. */
                text?: string | null;
                /** @constant */
                type: "send";
            };
            typing: {
                /** Format: int64 */
                conversation_id: number;
                /** @default true */
                on?: boolean;
                /** @constant */
                type: "typing";
            };
            /** @description null: no conversation any more. */
            viewing: {
                /** Format: int64 */
                conversation_id?: number | null;
                /** @constant */
                type: "viewing";
            };
        };
        Options: {
            /** Format: int64 */
            password_min_length: number;
            /** @enum {string} */
            registration: "open" | "invite" | "closed";
            version: string;
        };
        /** @description What the hub stands on. */
        Parts: {
            /** @description How many channels are in each state. */
            channels: {
                [key: string]: number;
            };
            database: {
                /** @enum {string} */
                status: "ok" | "down" | "off";
            };
            redis: {
                /** @enum {string} */
                status: "ok" | "down" | "off";
            };
            /** @enum {string} */
            status: "healthy" | "unhealthy" | "stopping";
            storage: {
                /** @enum {string} */
                status: "ok" | "down" | "off";
            };
            version: string;
        };
        /** @description What a form may say about a password. It never refuses one by itself. */
        PasswordStrength: {
            /**
             * Format: int64
             * @description 0 (known to everybody) to 4.
             */
            score: number;
            warning: string | null;
        };
        Person: {
            /** Format: int64 */
            id: number;
            name: string;
        };
        /** @description Which button was pressed, and under which of our messages, as far as it is known. */
        Press: {
            id: string;
            /** Format: int64 */
            message_id: number | null;
        };
        Problem: {
            /** @description Stable; compare this. */
            code: string;
            /** @description The sentence to show. */
            detail: string;
            /** @description One sentence a field. */
            errors?: {
                [key: string]: string;
            };
            /** @description The same as `errors`, for programs that say it in their own words. */
            fields?: {
                [key: string]: components["schemas"]["Reason"];
            };
            /** @description Of `taken`: who has it, null when nobody does. */
            holder?: components["schemas"]["Person"] | null;
            /** @description Why, as far as it is known more exactly than `code` says. */
            reason?: components["schemas"]["Reason"];
            /** Format: int64 */
            status: number;
            title: string;
            type: string;
        };
        Reaction: {
            author: string;
            emoji: string;
        };
        Reading: {
            /**
             * Format: int64
             * @description Up to this one; nothing means everything.
             */
            message_id?: number | null;
            /**
             * Format: int64
             * @description The other way: from this one on it is unread, and `message_id` means nothing. Where no message of the customer's follows, it
             *     is unread from the customer's last one before it.
             */
            unread_from?: number | null;
        };
        /** @description Why, by a code that stays, with what belongs to it. */
        Reason: {
            code: string;
            params: {
                [key: string]: unknown;
            };
        };
        Recording: {
            /** @description For `recording` of the send frame. */
            recording: string;
            /** Format: int64 */
            size: number;
        };
        Refreshing: {
            refresh_token?: string | null;
        };
        Registering: {
            company_name: string;
            email: string;
            /** @enum {string|null} */
            locale?: "ru" | "kk" | "en" | null;
            name?: string | null;
            password: string;
            /**
             * Format: time-zone
             * @description A name or an alias of IANA's list; any other is refused by its name
             * @example Asia/Almaty
             * @example US/Eastern
             */
            time_zone?: string | null;
        };
        RollingBack: {
            /** Format: int64 */
            number: number;
        };
        Saying: {
            /**
             * Format: binary
             * @description ogg, mp3, m4a, wav, webm or flac, at most 25 MB.
             */
            audio_file?: string;
            text?: string;
            user_id: string;
        };
        Searched: {
            customers: components["schemas"]["Customer"][];
            messages: components["schemas"]["MessageFound"][];
            next_cursor: string | null;
        };
        Sending: {
            /** @default [] */
            attachments?: number[];
            /** @default [] */
            buttons?: components["schemas"]["Button"][];
            client_id?: string | null;
            note?: boolean | null;
            /** Format: int64 */
            reply_to?: number | null;
            /**
             * Format: int64
             * @description The agent's suggestion that is sent with this.
             */
            run_id?: number | null;
            /** Format: int64 */
            seen_seq?: number | null;
            /** @description At most 64 KB. */
            text?: string | null;
        } | {
            text: string;
        } | {
            attachments: unknown;
        };
        Session: {
            address: string;
            /** Format: date-time */
            created_at: string;
            /** @description The one that asks. */
            current: boolean;
            /** Format: int64 */
            id: number;
            /** Format: date-time */
            last_seen_at: string;
            user_agent: string;
        };
        Sessions: {
            next_cursor: string | null;
            sessions: components["schemas"]["Session"][];
        };
        Settings: {
            /** Format: int64 */
            company_id: number;
            company_name: string;
            /** Format: date-time */
            created_at: string;
            locale: string;
            time_zone: string;
        };
        SettingStatus: {
            /** @enum {string} */
            status: "open" | "pending" | "snoozed" | "closed";
            /**
             * Format: date-time
             * @description In the future.
             */
            until?: string | null;
        } & ({
            /** @enum {unknown} */
            status?: "open" | "pending" | "closed";
        } | {
            /** @constant */
            status?: "snoozed";
            until: string;
        });
        /** @description How far a company has come. */
        Setup: {
            channels: boolean;
            first_answer: boolean;
            first_message: boolean;
            invited: boolean;
            webchat_key: string | null;
        };
        Spend: {
            by_channel: components["schemas"]["SpendChannel"][];
            days: components["schemas"]["SpendDay"][];
        };
        SpendChannel: {
            audio_seconds: number;
            /** Format: int64 */
            channel_id: number;
            /** @description US dollars. */
            cost: number;
            name: string;
            /** Format: int64 */
            recordings: number;
            /** Format: int64 */
            runs: number;
            /** Format: int64 */
            tokens_in: number;
            /** Format: int64 */
            tokens_out: number;
        };
        SpendDay: {
            audio_seconds: number;
            /** @description US dollars. */
            cost: number;
            /** Format: date */
            day: string;
            /** Format: int64 */
            recordings: number;
            /** Format: int64 */
            runs: number;
            /** Format: int64 */
            tokens_in: number;
            /** Format: int64 */
            tokens_out: number;
        };
        Starting: {
            /** Format: int64 */
            channel_id: number;
            /** Format: int64 */
            customer_id?: number | null;
            phone?: string | null;
        } | {
            customer_id: number;
        } | {
            phone: string;
        };
        /** @description A reply that the agent proposes and nobody has sent yet. */
        Suggestion: {
            /** Format: int64 */
            run_id: number;
            text: string;
        };
        /** @description A code with all that its maker needs: the sentence, and a link for each bot. */
        TelegramCode: {
            /** @description Shown once. */
            code: string;
            /** Format: date-time */
            expires_at: string;
            /** @description What to do with it, in the user's language. */
            how: string;
            links: components["schemas"]["CodeLink"][];
        };
        TelegramLink: {
            bots: components["schemas"]["Bot"][];
            link: components["schemas"]["LinkedAccount"] | null;
        };
        /** @description An Update of Telegram's Bot API */
        TelegramUpdate: {
            update_id: number;
        };
        TestNotice: {
            message: string;
            /** @enum {string} */
            status: "success";
        };
        Text: string;
        Token: {
            access_token: string;
            /** @description Only with X-Client: api. */
            refresh_token?: string;
            /** @constant */
            token_type: "bearer";
        };
        /** @description A call that the model made, as a run's trace holds it. */
        ToolUse: {
            arguments: unknown;
            name: string;
            result: unknown;
        };
        TranscriptLine: {
            /** @enum {string} */
            role: "customer" | "agent";
            text: string;
        };
        TryingAgent: {
            /** @description The last one is the customer's. */
            messages: components["schemas"]["TranscriptLine"][];
            /** @description What is in the form and not saved yet. */
            settings?: components["schemas"]["AgentSettingsInput"] | null;
        };
        TryingAgentTool: {
            /** @default {} */
            arguments?: {
                [key: string]: unknown;
            };
        };
        /** @description A field that is missing stays; an empty one is removed. */
        Typed: {
            note?: string | null;
            reply?: string | null;
        };
        /**
         * @description How much of a conversation one person has not read. What they were told of it is read with it: a note that names them, or
         *     that went along when it was given to them, where it stands no later than `read_up_to`; and that it was given to them without one.
         */
        UnreadView: {
            /** Format: int64 */
            conversation_id: number;
            /** Format: int64 */
            read_up_to: number | null;
            /** Format: int64 */
            unread: number;
        };
        /** @description A form with a file, which is read piece by piece. */
        Upload: {
            file: string;
            /**
             * @description What the file is called (what is longer than 255 characters is cut), before the file; without it the name in the file's
             *     own heading counts, in which browsers write a double quote as %22.
             */
            name?: string;
        };
        /** @description 100 stands for 100 and more. */
        ViewCount: {
            /**
             * Format: int64
             * @description Conversations in which this person has not read all.
             */
            unread: number;
            /**
             * Format: int64
             * @description Conversations in which a person owes the customer an answer.
             */
            waiting: number;
        };
        VisitorFile: {
            /** Format: int64 */
            id: number;
            kind: string;
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
            /** @enum {string} */
            status: "pending" | "ready" | "failed";
            url: string | null;
        };
        visitorHears: {
            ack: {
                client_id: string;
                message: components["schemas"]["VisitorMessage"] | null;
                /** @constant */
                type: "ack";
            };
            /** @description A frame that nobody waits for an answer to was not taken. */
            error: {
                problem: components["schemas"]["Problem"];
                /** @constant */
                type: "error";
            };
            message: {
                message: components["schemas"]["VisitorMessage"];
                /** @constant */
                type: "message";
            };
            "message.updated": {
                message: components["schemas"]["VisitorMessage"];
                /** @constant */
                type: "message.updated";
            };
            /** @description The frame of this `client_id` was not taken. */
            nack: {
                client_id?: string;
                problem: components["schemas"]["Problem"];
                /** @constant */
                type: "nack";
            };
            pong: {
                /** @constant */
                type: "pong";
            };
            typing: {
                on: boolean;
                /** @constant */
                type: "typing";
            };
            welcome: {
                agent: components["schemas"]["VisitorsAgent"] | null;
                channel: {
                    name: string;
                };
                company: {
                    name: string;
                };
                /** Format: int64 */
                conversation_id: number | null;
                messages: components["schemas"]["VisitorMessage"][];
                operators_online: boolean;
                /** @constant */
                type: "welcome";
                visitor: string;
            };
        };
        /** @description A message as its visitor sees it: no notes, no events, no inner names. */
        VisitorMessage: {
            attachments: components["schemas"]["VisitorFile"][];
            author: {
                name: string;
                /** @enum {string} */
                type: "customer" | "operator" | "agent" | "bot" | "system";
            };
            button: components["schemas"]["Press"] | null;
            buttons: components["schemas"]["Button"][];
            /** @description The page's own, beside its own words. */
            client_id: string | null;
            /** Format: date-time */
            created_at: string;
            /**
             * @description `in` is from the visitor, `out` from the company.
             * @enum {string}
             */
            direction: "in" | "out" | "note" | "event";
            /** Format: int64 */
            id: number;
            /** @enum {string} */
            kind: "text" | "image" | "document" | "voice" | "audio" | "video" | "sticker" | "location" | "contact" | "buttons" | "reaction" | "template" | "unsupported";
            /** Format: int64 */
            seq: number;
            /** @enum {string} */
            status: "received" | "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "cancelled" | "uncertain";
            text: string;
        };
        /** @description An AI answers here, under this name. */
        VisitorsAgent: {
            greeting: string | null;
            /** @description By language. */
            greetings: {
                [key: string]: string;
            };
            name: string;
        };
        visitorSends: {
            /** @description Its `after` is not read: `welcome` is whole, because what the page has may have changed since. */
            hello: {
                channel_key: string;
                /** @description What the page speaks; a browser's header is only a guess. */
                language?: string | null;
                /** @constant */
                type: "hello";
                visitor?: string | null;
            };
            ping: {
                /** @constant */
                type: "ping";
            };
            /** @description A button under one of our messages. */
            press: {
                button_id: string;
                client_id: string;
                /** Format: int64 */
                message_id: number;
                /** @constant */
                type: "press";
            };
            read: {
                /** Format: int64 */
                message_id: number;
                /** @constant */
                type: "read";
            };
            received: {
                /** Format: int64 */
                message_id: number;
                /** @constant */
                type: "received";
            };
            send: {
                client_id: string;
                /** @description What `POST /c/recordings` answered. */
                recording?: string | null;
                /** @default  */
                text?: string;
                /** @constant */
                type: "send";
            };
            typing: {
                /** @default true */
                on?: boolean;
                /** @constant */
                type: "typing";
            };
        };
        /** @description A webhook body of the WhatsApp Cloud API */
        WhatsappWebhook: {
            entry: Record<string, never>[];
            object?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
