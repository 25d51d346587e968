namespace RepoHost.Lfs;

/// <summary>What a clean-up has freed.</summary>
internal sealed record LfsCollected(int Objects, long Bytes);
