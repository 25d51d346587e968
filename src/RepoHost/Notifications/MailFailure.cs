namespace RepoHost.Notifications;

/// <summary>Why a mail was not taken.</summary>
/// <param name="Extent">Who else it concerns.</param>
/// <param name="Code">Ours, and the server's numbers: may be logged and stored.</param>
/// <param name="Message">A sentence for the operator's own terminal. It repeats what the server said, which may hold addresses: never log it.</param>
internal sealed record MailFailure(MailFailureExtent Extent, string Code, string Message)
{
    public override string ToString() => Code;
}

internal enum MailFailureExtent
{
    /// <summary>This mail, not now.</summary>
    Mail,

    /// <summary>This mail, for ever: the server will not have it.</summary>
    MailForGood,

    /// <summary>Every mail: the server is down, slow, or refuses us.</summary>
    Server,
}
