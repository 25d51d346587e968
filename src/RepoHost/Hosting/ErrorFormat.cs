using GateMiddleware.Rejection;

namespace RepoHost.Hosting;

/// <summary>How a route's errors are written, also those that nobody has foreseen: git and git-lfs read other bodies than the Hub's clients. Without it as JSON.</summary>
internal sealed record ErrorFormat(RefusalFormat Format);
