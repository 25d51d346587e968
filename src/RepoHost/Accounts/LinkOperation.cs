namespace RepoHost.Accounts;

/// <summary>What a signed address is for, and nothing else. Written into addresses: never renumber.</summary>
internal enum LinkOperation
{
    Download = 1,
    Upload = 2,
    UploadPart = 3,
    Complete = 4,
    Verify = 5,
}
