//! Who acts, what a role may do, and who sees an event.
use super::ids::*;
use super::text::word_enum;

word_enum! {
    /// A membership's role. Later variants may do all that earlier ones may.
    Role { Operator = "operator", Manager = "manager", Owner = "owner" }
}

word_enum! { OnlineState { Online = "online", Offline = "offline" } }
word_enum! {
    /// What a route asks for. The table of routes in `api/mod.rs` names one for each URL.
    Permission {
        /// No sign-in at all.
        Public = "public",
        /// Any signed-in member: conversations, customers, own profile.
        Converse = "converse",
        /// Channels, team, settings, export.
        Manage = "manage",
        /// Keys, managers' roles, deletion of the company's things.
        Own = "own",
    }
}

impl Role {
    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::Public | Permission::Converse => true,
            Permission::Manage => self >= Role::Manager,
            Permission::Own => self >= Role::Owner,
        }
    }
}

/// Who acts, for which company: the first argument of every query that the API can reach.
#[derive(Clone, Debug)]
pub struct Principal {
    pub company_id: CompanyId,
    pub user_id: UserId,
    pub session_id: SessionId,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub departments: Vec<DepartmentId>,
}

/// Where a conversation belongs at one moment; with the role it decides who sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub department_id: Option<DepartmentId>,
    pub assignee_id: Option<UserId>,
}

impl Principal {
    /// Every conversation of the company, whatever its department.
    pub fn sees_all(&self) -> bool {
        self.role >= Role::Manager
    }

    /// What providers say in their own words of our accounts, tokens and limits there.
    pub fn reads_providers(&self) -> bool {
        self.role.may(Permission::Manage)
    }

    /// Managers and owners see everything; operators see what has no department, what is in theirs, and what is theirs.
    pub fn sees(&self, scope: &Scope) -> bool {
        self.sees_all()
            || scope.assignee_id == Some(self.user_id)
            || scope.department_id.is_none_or(|d| self.departments.contains(&d))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(role: Role) -> Principal {
        Principal {
            company_id: CompanyId::new(1),
            user_id: UserId::new(7),
            session_id: 1,
            role,
            name: String::new(),
            email: String::new(),
            departments: vec![3],
        }
    }

    #[test]
    fn an_operator_sees_own_departments_and_own_conversations() {
        let me = who(Role::Operator);
        assert!(me.sees(&Scope::default()));
        assert!(me.sees(&Scope { department_id: Some(3), assignee_id: Some(UserId::new(9)) }));
        assert!(me.sees(&Scope { department_id: Some(4), assignee_id: Some(UserId::new(7)) }));
        assert!(!me.sees(&Scope { department_id: Some(4), assignee_id: None }));
        assert!(who(Role::Manager).sees(&Scope { department_id: Some(4), assignee_id: None }));
    }

    #[test]
    fn each_role_may_what_the_lower_ones_may() {
        assert!(Role::Operator.may(Permission::Converse) && !Role::Operator.may(Permission::Manage));
        assert!(Role::Manager.may(Permission::Manage) && !Role::Manager.may(Permission::Own));
        assert!(Role::Owner.may(Permission::Own));
    }
}
