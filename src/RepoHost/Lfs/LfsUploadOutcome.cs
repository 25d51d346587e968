namespace RepoHost.Lfs;

internal enum LfsUploadOutcome
{
    /// <summary>The bytes are there and this repository was given them.</summary>
    Stored,

    /// <summary>The bytes are not the ones promised; nothing was stored.</summary>
    WrongContent,

    /// <summary>The bytes went while they were being given to the repository; the upload can be repeated.</summary>
    TryAgain,

    /// <summary>The repository was deleted meanwhile.</summary>
    RepositoryGone,

    /// <summary>There is no room for it; whoever was asked knows why. Nothing was given to the repository.</summary>
    OverLimit,
}
