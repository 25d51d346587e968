using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Pages.Tokens;

/// <summary>What one fine-grained token may do, in a list of tokens.</summary>
internal sealed record RightsSummary(AccessToken Token, IEnumerable<ScopeGrant> Rights);
