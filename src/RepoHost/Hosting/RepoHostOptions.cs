namespace RepoHost.Hosting;

/// <summary>Settings of the whole server, section <c>RepoHost</c>; see docs/configuration.md.</summary>
internal sealed class RepoHostOptions
{
    public const string Section = "RepoHost";

    /// <summary>Where everything lives that must survive: database, repositories, LFS objects, keys. Relative to the content root. Default <c>data</c>.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// The address that clients use, with scheme and, behind a proxy, its path base: every absolute URL we send is built from it and never from a
    /// request's Host header (contract traps T7, T8). Unset: the first address that the server listens on.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>Which database holds the accounts. Default and only choice so far: <c>sqlite</c>.</summary>
    public string Database { get; set; } = "sqlite";
}
