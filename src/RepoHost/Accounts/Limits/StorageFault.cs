namespace RepoHost.Accounts.Limits;

/// <summary>Why something is not taken.</summary>
/// <param name="Status">413 when it is over what is allowed at all, 507 when there is no room left for it.</param>
/// <param name="Message">Names the limit, how much of it is used, and who can raise it.</param>
internal sealed record StorageFault(int Status, string Message)
{
    public static StorageFault Of(StorageShare share, long adding, string message) => new(StorageRule.NeverFits(share, adding) ? 413 : 507, message);
}
