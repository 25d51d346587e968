namespace RepoHost.Pages.Administration;

/// <summary>A link that an administrator passes on.</summary>
/// <param name="Holds">For how long, in words.</param>
internal sealed record PasswordLink(string Address, string UserName, string Holds)
{
    /// <summary>Without the address, which must not reach a log.</summary>
    public override string ToString() => $"password link of {UserName}";
}
