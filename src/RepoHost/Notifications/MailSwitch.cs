namespace RepoHost.Notifications;

/// <summary>What a person can turn off. The values stand in addresses that people keep in their mailboxes: never renumber.</summary>
internal enum MailSwitch
{
    /// <summary>Mails about requests to the repositories that one reviews.</summary>
    Requests = 1,

    /// <summary>Mails about what became of one's own requests.</summary>
    Decisions = 2,
}
