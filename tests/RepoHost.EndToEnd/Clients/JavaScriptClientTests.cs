using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Clients;

/// <summary>Real, unchanged clients from npm; what each check does stands in <c>tests/clients/checks</c>.</summary>
public sealed class JavaScriptClientTests(ClientChecks checks) : IClassFixture<ClientChecks>
{
    [Theory]
    [MemberData(nameof(ClientChecks.Names), "hub-reads", MemberType = typeof(ClientChecks))]
    public Task Huggingface_hub_reads(string check) => PassesAsync("hub-reads", check);

    [Theory]
    [MemberData(nameof(ClientChecks.Names), "hub-refusals", MemberType = typeof(ClientChecks))]
    public Task Huggingface_hub_is_refused(string check) => PassesAsync("hub-refusals", check);

    [Theory]
    [MemberData(nameof(ClientChecks.Names), "hub-writes", MemberType = typeof(ClientChecks))]
    public Task Huggingface_hub_writes(string check) => PassesAsync("hub-writes", check);

    [Theory]
    [MemberData(nameof(ClientChecks.Names), ScopedTokens.Group, MemberType = typeof(ClientChecks))]
    public Task Huggingface_hub_with_fine_grained_tokens(string check) => PassesAsync(ScopedTokens.Group, check);

    [Theory]
    [MemberData(nameof(ClientChecks.Names), "transformers", MemberType = typeof(ClientChecks))]
    public Task Transformers(string check) => PassesAsync("transformers", check);

    [Theory]
    [MemberData(nameof(ClientChecks.Names), "ranges", MemberType = typeof(ClientChecks))]
    public Task Readers_by_range(string check) => PassesAsync("ranges", check);

    [Theory]
    [MemberData(nameof(ClientChecks.Names), "llama", MemberType = typeof(ClientChecks))]
    public Task Node_llama_cpp(string check)
    {
        Requires.LlamaClient();
        return checks.MustPassAsync("llama", check);
    }

    private Task PassesAsync(string group, string check)
    {
        Requires.NpmClients();
        return checks.MustPassAsync(group, check);
    }
}
