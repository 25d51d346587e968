using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class JoinRulesTests
{
    [Theory]
    [InlineData("a@example.org", true)]
    [InlineData("a@EXAMPLE.org", true)]
    [InlineData("a@example.com", true)]
    [InlineData("a@sub.example.org", false)]
    [InlineData("a@notexample.org", false)]
    [InlineData("a@example.org.evil.net", false)]
    [InlineData("a@example.org@evil.net", false)]
    [InlineData("a@example.net", false)]
    [InlineData("example.org", true)]
    public void Only_the_whole_domain_counts(string email, bool allowed) => Assert.Equal(allowed, Rules("example.org, Example.com").Allows(email));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    public void Without_domains_every_address_is_allowed_and_none_needs_proof_first(string? domains)
    {
        var rules = Rules(domains);
        Assert.True(rules.Allows("a@anything.example"));
        Assert.False(rules.ProvesAddressFirst);
    }

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("example.org;example.com", false)]
    [InlineData("@example.org", false)]
    [InlineData("*.example.org", false)]
    [InlineData("localhost", false)]
    public void Domains_that_could_never_match_stop_the_start(string domains, bool readable) => Assert.Equal(readable, JoinRules.AreDomains(domains));

    private static JoinRules Rules(string? domains) => new(Options.Create(new AccountsOptions { JoinDomains = domains }));
}
