namespace RepoHost.Hosting;

/// <summary>The settings that the whole program shares: section <c>RepoHost</c>.</summary>
internal sealed class RepoHostOptions
{
    /// <summary>Where everything is kept. Relative paths start at the working directory.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The address that clients use; unset means the address of each request.</summary>
    public string? PublicUrl { get; set; }
}
